"""One's own work: what waits, drafts, requests, steps and tokens – and nobody else's."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from assessments.models import Answer, Assessment, RoadmapStep
from mlops_portal.accounts.models import User
from mlops_portal.api.models import PersonalToken
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Membership, Project
from mlops_portal.reviews.models import Review
from tests.portal.conftest import Clients


def page(client: Client, path: str = "/me/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def begun(project: Project, by: User, state: str = "draft") -> Assessment:
    values = {"framework": "mlops-levels", "framework_version": "1.0", "started_at": clock.now(), "state": state}
    return Assessment.objects.create(project=project, started_by=by, **values)


def asked(project: Project, by: User, title: str) -> Review:
    at = clock.now()
    values = {"kind": "waiver", "facts": [], "digest": "d", "opened_at": at, "expires_at": at + timedelta(days=30)}
    return Review.objects.create(project=project, subject_id=title, title=title, requester=by, **values)


def test_an_empty_page_says_what_will_be_there(clients: Clients) -> None:
    html = page(clients["charlie"])
    for said in ("Nothing waits for you", "no assessment", "asked for nothing yet", "No step has your name"):
        assert said in html


def test_a_draft_is_found_by_who_began_it_and_by_who_answers_in_it(
    clients: Clients, flights: Project, alice: User, bob: User
) -> None:
    draft = begun(flights, alice)
    assert "Assessment of Flights" in page(clients["alice"])
    assert "Assessment of Flights" not in page(clients["bob"])
    for item in ("HUM-01", "HUM-02"):
        Answer.objects.create(assessment=draft, item=item, answer="yes", by=bob, at=clock.now())
    assert page(clients["bob"]).count("Assessment of Flights") == 1


def test_a_draft_of_a_project_that_one_left_is_not_listed(clients: Clients, flights: Project, bob: User) -> None:
    begun(flights, bob)
    Membership.objects.filter(user=bob).delete()
    assert "Assessment of Flights" not in page(clients["bob"])


def test_a_request_waits_for_the_other_and_is_listed_as_ones_own(
    clients: Clients, flights: Project, alice: User
) -> None:
    asked(flights, alice, "Waiver of MR-2.1")
    mine, theirs = page(clients["alice"]), page(clients["dana"])
    assert "Nothing waits for you" in mine
    assert "Waiver of MR-2.1" in mine
    assert "Alice Ahmed asks for your decision: Waiver of MR-2.1" in theirs
    assert "Waiver of MR-2.1" not in page(clients["charlie"])


def test_ones_steps_are_listed_with_the_words_of_the_criterion_and_late_ones_marked(
    clients: Clients, flights: Project, alice: User, bob: User
) -> None:
    today = clock.now().date()
    values = {"project": flights, "planned_by": alice, "planned_at": clock.now()}
    RoadmapStep.objects.create(criterion="MR-2.1", owner=bob, due=today - timedelta(days=1), **values)
    RoadmapStep.objects.create(criterion="MR-1.1", owner=alice, due=today + timedelta(days=9), **values)
    html = page(clients["bob"])
    assert "MR-2.1" in html
    assert "was due" in html
    assert "MR-1.1" not in html


def test_who_governs_is_told_so(clients: Clients) -> None:
    assert "<dd>governance</dd>" in page(clients["dana"])
    assert "<dt>Also</dt>" not in page(clients["alice"])


def test_a_personal_token_is_issued_shown_once_and_revoked(clients: Clients, alice: User) -> None:
    issued = clients["alice"].post("/me/tokens/", {"name": "notebook", "scopes": ["read", "assess"]})
    secret = re.search(r'value="(mlu_[^"]+)"', issued.content.decode())
    assert secret is not None
    token = PersonalToken.objects.get(user=alice)
    assert token.scopes == ["assess", "read"]
    bearer = {"authorization": f"Bearer {secret[1]}"}
    assert Client().get("/api/v1/me/", headers=bearer).status_code == 200
    assert secret[1] not in page(clients["alice"], "/me/tokens/")
    assert clients["bob"].post(f"/me/tokens/{token.id}/revoke/").status_code == 404
    assert clients["alice"].post(f"/me/tokens/{token.id}/revoke/").status_code == 302
    assert Client().get("/api/v1/me/", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"scopes": []}, {"scopes": ["root"]}, {"expires_at": "2020-01-01"}, {"expires_at": "x"}]
)
def test_a_personal_token_that_cannot_be_is_refused_in_words(clients: Clients, wrong: dict[str, Any]) -> None:
    response = clients["alice"].post("/me/tokens/", {"name": "notebook", "scopes": ["read"], **wrong})
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert not PersonalToken.objects.exists()


def test_the_page_takes_few_queries_however_much_there_is(
    clients: Clients, flights: Project, dana: User, alice: User, queries: Any
) -> None:
    few = queries(clients["dana"], "/me/")
    for number in range(20):
        asked(flights, alice, f"Waiver {number}")
        asked(flights, dana, f"Mine {number}")
    assert queries(clients["dana"], "/me/") == few
