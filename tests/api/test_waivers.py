"""The life of a waiver through the API alone: it opens the gate while it lasts, and never raises a level."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.api.conftest import Caller, Token
from tests.assessments.lifecycle.granting import scored

HERE = "projects/flights/"


@pytest.fixture
def alices(flights: Project, alice: User, token: Token) -> Caller:
    scored(flights)
    return token(alice, "read", "assess", "review")


@pytest.fixture
def danas(dana: User, token: Token) -> Caller:
    return token(dana, "read", "review")


def blocking(caller: Caller) -> list[str]:
    """The criteria of level 1 that are not met."""
    parts = caller.get(f"{HERE}scorecard/").json()["dimensions"].values()
    return [c["id"] for part in parts for c in part["criteria"] if c["level"] == 1 and c["verdict"] != "met"]


def ask(caller: Caller, name: str, **more: Any) -> Any:
    end = (clock.now() + timedelta(days=30)).isoformat()
    body = {"kind": "waiver", "reason_code": "accepted-risk", "text": "The pilot ends soon.", "expires": end}
    return caller.post(f"{HERE}exemptions/", {**body, "criterion": name, **more})


def review_of(caller: Caller, exemption: int) -> Any:
    rows = caller.get("reviews/?tab=waiting&page_size=100").json()["results"]
    (found,) = [row for row in rows if row["kind"] == "waiver" and row["subject_id"] == str(exemption)]
    return caller.get(f"reviews/{found['id']}/").json()


def decide(caller: Caller, review: Any, answer: str = "approve") -> Any:
    body = {"answer": answer, "digest": review["digest"], "reason": "I looked at the pilot."}
    return caller.post(f"reviews/{review['id']}/decide/", body)


def gate(caller: Caller, **more: Any) -> Any:
    return caller.client.get(f"/api/v1/{HERE}gate/", {"min-level": 1, **more}, headers=caller.headers).json()


def level(caller: Caller) -> tuple[Any, Any]:
    card = caller.get(f"{HERE}scorecard/").json()
    return card["overall"], {name: (part["confirmed"], part["possible"]) for name, part in card["dimensions"].items()}


def test_alice_asks_dana_grants_the_gate_opens_and_closes_when_it_is_revoked(alices: Caller, danas: Caller) -> None:
    before, shut = level(alices), gate(alices)["decision"]
    assert shut == "inconclusive"
    asked = [ask(alices, name) for name in blocking(alices)]
    assert [found.status_code for found in asked] == [201] * len(asked) != []
    ids = [found.json()["id"] for found in asked]
    assert gate(alices)["decision"] == shut

    review = review_of(danas, ids[0])
    own = decide(alices, review)
    assert (own.status_code, own["Content-Type"]) == (403, "application/problem+json")
    assert [decide(danas, review_of(danas, number)).json()["state"] for number in ids] == ["approved"] * len(ids)

    opened = gate(alices)
    assert opened["decision"] == "passes"
    assert {opening["criterion"] for opening in opened["openings"]} == {found.json()["criterion"] for found in asked}
    assert opened["findings"][0]["confirmed"] == 0 < 1 <= opened["findings"][0]["waived"]["confirmed"]
    assert "waived to" in opened["sentence"]
    assert gate(alices, waived="false")["decision"] == shut
    assert level(alices) == before

    first = f"{HERE}exemptions/{ids[0]}/"
    assert alices.get(first).json()["standing"] == "active"
    revoked = danas.change("POST", f"{first}revoke/", {"reason": "The pilot ended."}, of=first)
    assert (revoked.status_code, revoked.json()["state"]) == (200, "revoked")
    assert gate(alices)["decision"] == shut
    assert level(alices) == before
    call_command("verify_audit")


def test_what_dana_returns_opens_nothing(alices: Caller, danas: Caller) -> None:
    ids = [ask(alices, name).json()["id"] for name in blocking(alices)]
    for number in ids:
        decide(danas, review_of(danas, number), "return")
    assert gate(alices)["decision"] == "inconclusive"
    assert {alices.get(f"{HERE}exemptions/{number}/").json()["state"] for number in ids} == {"declined"}


def test_the_gate_closes_by_the_clock_at_the_moment_it_named(alices: Caller, danas: Caller) -> None:
    for name in blocking(alices):
        decide(danas, review_of(danas, ask(alices, name).json()["id"]))
    end = gate(alices)["open_until"]
    with time_machine.travel(end, tick=False):
        assert gate(alices)["decision"] == "inconclusive"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"criterion": "XX-9.9"}, "criterion"),
        ({"text": " "}, "text"),
        ({"expires": "2099-01-01T00:00:00Z"}, "expires"),
        ({"reason_code": "because"}, "reason_code"),
    ],
)
def test_a_request_that_cannot_be_granted_is_told_by_its_field(alices: Caller, wrong: Any, field: str) -> None:
    refused = ask(alices, "MR-1.1", **wrong)
    assert (refused.status_code, refused.json()["field"]) == (422, field)
