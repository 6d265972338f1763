"""What a project sets out to do, through the API: steps that only evidence finishes, a design that another accepts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from assessments.models import RoadmapStep
from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.api.conftest import TEXTS, Caller, Token
from tests.assessments.lifecycle.granting import scored

ROADMAP, DESIGNS = "projects/flights/roadmap/", "projects/flights/designs/"


@pytest.fixture
def alices(flights: Project, alice: User, token: Token) -> Caller:
    scored(flights)
    return token(alice, "read", "assess", "review")


@pytest.fixture
def bobs(bob: User, token: Token) -> Caller:
    return token(bob, "read", "assess", "review")


def in_days(days: int) -> str:
    return (clock.now() + timedelta(days=days)).date().isoformat()


# Steps


def test_a_step_is_planned_changed_and_dropped_and_each_is_in_the_trail(alices: Caller) -> None:
    planned = alices.post(ROADMAP, {"criterion": "MR-1.1", "owner": "bob", "due": in_days(30)})
    assert (planned.status_code, planned.json()["owner"]["username"]) == (201, "bob")
    step = f"{ROADMAP}{planned.json()['id']}/"
    changed = alices("PATCH", step, {"due": None, "note": "After the move."}, If_Match=planned["ETag"])
    assert (changed.json()["due"], changed.json()["owner"]["username"]) == (None, "bob")
    assert alices.post(ROADMAP, {"criterion": "MR-1.1"}).status_code == 409

    dropped = alices.change("POST", f"{step}drop/", {"reason": "We wait for the platform."}, of=step)
    assert (dropped.json()["state"], dropped.json()["reason"]) == ("dropped", "We wait for the platform.")
    assert alices.change("PATCH", step, {"note": "Again"}).status_code == 409
    assert alices.get(f"{ROADMAP}?state=open").json()["results"] == []
    verbs = AuditEntry.objects.filter(verb__startswith="roadmap.").order_by("sequence")
    assert [entry.verb for entry in verbs] == ["roadmap.planned", "roadmap.changed", "roadmap.dropped"]


def test_of_two_who_change_a_step_the_second_is_told_what_it_is_now(alices: Caller, bobs: Caller) -> None:
    step = f"{ROADMAP}{alices.post(ROADMAP, {'criterion': 'MR-1.1'}).json()['id']}/"
    seen = bobs.get(step)["ETag"]
    assert alices.change("PATCH", step, {"owner": "alice"}).status_code == 200
    late = bobs("PATCH", step, {"owner": "bob"}, If_Match=seen)
    assert (late.status_code, late["ETag"]) == (412, bobs.get(step)["ETag"])
    assert bobs("PATCH", step, {"owner": "bob"}).status_code == 428
    assert RoadmapStep.objects.get().owner.username == "alice"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"criterion": "XX-9.9"}, "criterion"),
        ({"owner": "charlie"}, "owner"),
        ({"due": "2001-01-01"}, "due"),
        ({"state": "done"}, "state"),
    ],
)
def test_a_step_that_cannot_be_planned_is_told_by_its_field(
    alices: Caller, charlie: User, wrong: dict[str, Any], field: str
) -> None:
    refused = alices.post(ROADMAP, {"criterion": "MR-1.1", **wrong})
    assert (refused.status_code, refused.json()["field"]) == (422, field)


def test_nobody_says_that_a_step_is_done(alices: Caller) -> None:
    step = f"{ROADMAP}{alices.post(ROADMAP, {'criterion': 'MR-1.1'}).json()['id']}/"
    refused = alices.change("PATCH", step, {"state": "done"})
    assert (refused.status_code, refused.json()["field"]) == (422, "state")


def test_a_step_of_another_project_is_not_found(alices: Caller, alice: User) -> None:
    step = alices.post(ROADMAP, {"criterion": "MR-1.1"}).json()["id"]
    Project.objects.create(slug="wine", name="Wine").memberships.create(user=alice, role="owner")
    assert alices.get(f"projects/wine/roadmap/{step}/").status_code == 404


# Designs


def test_a_design_is_begun_saved_submitted_and_accepted_by_somebody_else(alices: Caller, bobs: Caller) -> None:
    begun = alices.post(DESIGNS)
    assert (begun.status_code, begun.json()["state"]) == (201, "draft")
    assert alices.post(DESIGNS).status_code == 409
    design = f"{DESIGNS}{begun.json()['id']}/"
    empty = alices.change("POST", f"{design}submit/", {}, of=design)
    assert (empty.status_code, empty.json()["field"]) == (422, "problem")
    assert alices.change("PATCH", design, TEXTS).json()["metric"] == TEXTS["metric"]

    submitted = alices.change("POST", f"{design}submit/", {}, of=design).json()
    assert submitted["state"] == "submitted"
    assert alices.change("PATCH", design, {"metric": "Another"}).status_code == 409
    review = f"reviews/{submitted['review']}/"
    yes = {"answer": "approve", "digest": submitted["digest"], "reason": "It can be measured."}
    assert alices.post(f"{review}decide/", yes).status_code == 403
    assert bobs.post(f"{review}decide/", yes).json()["state"] == "approved"
    accepted = bobs.get(design).json()
    assert (accepted["state"], accepted["decided_by"]["username"], accepted["review"]) == ("accepted", "bob", None)
    assert alices.post(DESIGNS).json()["metric"] == TEXTS["metric"]


def test_of_two_who_write_a_design_the_second_is_told_and_nothing_is_lost(alices: Caller, bobs: Caller) -> None:
    design = f"{DESIGNS}{alices.post(DESIGNS).json()['id']}/"
    seen = bobs.get(design)["ETag"]
    alices.change("PATCH", design, {"problem": "Alice's words"})
    late = bobs("PATCH", design, {"problem": "Bob's words"}, If_Match=seen)
    assert late.status_code == 412
    assert bobs("PATCH", design, {"problem": "Bob's words"}).status_code == 428
    assert bobs.get(design).json()["problem"] == "Alice's words"


def test_a_design_is_withdrawn_also_while_it_waits_and_its_review_is_closed(alices: Caller, bobs: Caller) -> None:
    design = f"{DESIGNS}{alices.post(DESIGNS).json()['id']}/"
    alices.change("PATCH", design, TEXTS)
    review = alices.change("POST", f"{design}submit/", {}, of=design).json()["review"]
    ended = alices.change("POST", f"{design}withdraw/", {"reason": "The airline left."}, of=design)
    assert (ended.status_code, ended.json()["state"]) == (200, "withdrawn")
    assert bobs.get(f"reviews/{review}/").json()["state"] == "superseded"
    assert alices.get(DESIGNS).json()["results"][0]["problem"] == TEXTS["problem"]
