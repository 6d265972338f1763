"""Personal tokens: what they open, until when, and what they may hand on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from pytest_django import Settings

from mlops_portal.accounts.models import User
from mlops_portal.api.models import PersonalToken
from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel import clock
from mlops_portal.kernel.redaction import REDACTED, redacted_text
from mlops_portal.projects.models import Project
from tests.api.conftest import Caller, Token


def issue(caller: Caller, **more: Any) -> Any:
    return caller.post("me/tokens/", {"name": "laptop", "scopes": ["read"], **more})


def test_a_token_is_issued_shown_once_used_and_revoked(alice: User, flights: Project) -> None:
    session = Caller(alice)
    issued = issue(session).json()
    program = Caller(secret=issued["secret"])
    assert program.get("me/").json() | {"name": ""} == {
        "kind": "person",
        "name": "",
        "username": "alice",
        "governance": False,
        "project": None,
        "scopes": ["read"],
        "reviews_waiting": 0,
    }
    (listed,) = session.get("me/tokens/").json()["results"]
    assert "secret" not in listed
    assert listed["last_used_at"]
    assert issued["secret"] not in str(PersonalToken.objects.values())
    assert session("DELETE", f"me/tokens/{issued['id']}/").status_code == 204
    assert program.get("me/").status_code == 401
    assert session("DELETE", f"me/tokens/{issued['id']}/").status_code == 409
    call_command("verify_audit")


def test_the_trail_tells_of_tokens_without_anything_of_their_secrets(alice: User) -> None:
    secret = issue(Caller(alice)).json()["secret"]
    entry = AuditEntry.objects.get(verb="personal-token.issued")
    assert (entry.actor_id, entry.subject_id) == (str(alice.pk), str(PersonalToken.objects.get().id))
    assert secret[:12] not in str(AuditEntry.objects.values())
    assert redacted_text(f"curl -H 'Bearer {secret}'") == f"curl -H 'Bearer {REDACTED}'"


def test_an_expired_token_opens_nothing_and_stays_in_the_list(alice: User, token: Token) -> None:
    program = token(alice, "read", expires_at=clock.now() + timedelta(days=1))
    assert program.get("me/").status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=1, seconds=1)):
        refused = program.get("me/")
        assert PersonalToken.objects.count() == 1
    assert refused.status_code == 401
    assert "Bearer" in refused["WWW-Authenticate"]
    assert refused["Content-Type"] == "application/problem+json"


def test_a_token_of_somebody_who_left_opens_nothing(alice: User, token: Token) -> None:
    program = token(alice, "read")
    alice.is_active = False
    alice.save()
    assert program.get("me/").status_code == 401


@pytest.mark.parametrize(
    "secret", ["", "nothing", "mlu_" + "0" * 64, "mlu_\xff", "mlp_" + "x" * 43, "mlu_" + "0" * 63 + "g"]
)
def test_a_wrong_token_is_refused_also_where_a_session_would_do(secret: str, alice: User) -> None:
    caller = Caller(alice)
    caller.headers = {"Authorization": f"Bearer {secret}"}
    assert caller.get("me/").status_code == 401


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes.0"),
        ({"name": " "}, "name"),
        ({"expires_at": "2001-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2099-01-01T00:00:00Z"}, "expires_at"),
        ({"scope": "read"}, "scope"),
    ],
)
def test_a_token_is_issued_for_something_known_and_for_a_time(alice: User, wrong: Any, field: str) -> None:
    refused = issue(Caller(alice), **wrong)
    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert not PersonalToken.objects.exists()


def test_a_token_hands_on_no_more_than_it_has(alice: User, token: Token) -> None:
    end = clock.now() + timedelta(days=2)
    program = token(alice, "read", "admin", expires_at=end)
    assert issue(program, scopes=["read", "assess"]).status_code == 422
    assert issue(program, expires_at=(end + timedelta(days=1)).isoformat()).status_code == 422
    child = issue(program, scopes=["read"])
    assert child.status_code == 201
    assert PersonalToken.objects.get(id=child.json()["id"]).expiry == end


def test_nobody_sees_or_revokes_the_tokens_of_somebody_else(alice: User, dana: User) -> None:
    issued = issue(Caller(alice)).json()
    assert Caller(dana).get("me/tokens/").json()["results"] == []
    assert Caller(dana)("DELETE", f"me/tokens/{issued['id']}/").status_code == 404


def test_a_projects_token_reads_its_project_and_pushes_and_nothing_else(
    alice: User, flights: Project, internal_wine: Project
) -> None:
    issued = Caller(alice).post("projects/flights/tokens/", {"name": "ci"}).json()
    ci = Caller(secret=issued["secret"])
    assert ci.get("me/").json()["project"] == "flights"
    assert ci.get("projects/flights/").status_code == 200
    assert ci.get("projects/wine/").status_code == 404
    assert [row["slug"] for row in ci.get("projects/").json()["results"]] == ["flights"]
    assert ci.post("projects/flights/assessments/").status_code == 403
    assert ci("PATCH", "projects/flights/", {"name": "Mine"}, If_Match="*").status_code == 403
    assert ci.get("reviews/").status_code == 403
    assert Caller(alice)("DELETE", f"projects/flights/tokens/{issued['id']}/").status_code == 204
    assert ci.get("projects/flights/").status_code == 401


@pytest.fixture
def internal_wine(db: None) -> Project:
    return Project.objects.create(slug="wine", name="Wine", visibility="organisation")


def test_a_token_is_no_way_round_the_second_factor_of_who_governs(
    dana: User, alice: User, token: Token, flights: Project, settings: Settings
) -> None:
    governs, works = token(dana, "read"), token(alice, "read")
    assert governs.get("audit/").status_code == 200
    settings.MFA_REQUIRED_FOR_GOVERNANCE = True
    refused = governs.get("audit/")
    assert (refused.status_code, refused.json()["title"]) == (403, "Second factor needed.")
    assert works.get("projects/flights/").status_code == 200
