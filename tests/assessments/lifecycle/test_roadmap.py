"""The roadmap: people plan, change and drop steps; only evidence says that one is done."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from assessments.lifecycle.roadmap import LONGEST_NOTE, change_step, drop_step
from assessments.models import RoadmapStep
from assessments.selectors.roadmap import criterion_now, roadmap_page
from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.audit.verify import Verification
from mlops_portal.kernel.errors import Conflict, Invalid, InvalidTransition, NotAllowed, Stale
from mlops_portal.projects.models import Membership, Project, Role
from tests.assessments.lifecycle.granting import SYSTEM, asked, by, decided, left_out, scored
from tests.assessments.lifecycle.planning import ANSWERED, answered, day, planned


@pytest.fixture
def project(flights: Project) -> Project:
    return scored(flights)


def verbs() -> list[str]:
    found = AuditEntry.objects.filter(verb__startswith="roadmap.").order_by("sequence")
    return list(found.values_list("verb", flat=True))


def test_a_criterion_becomes_somebodys_with_a_day(project: Project, alice: User, bob: User) -> None:
    step = planned(alice, project, owner=bob, due=day(14), note=" Ask the platform team first. ")
    assert (step.state, step.owner, step.due, step.planned_by) == ("open", bob, day(14), alice)
    assert step.note == "Ask the platform team first."
    entry = AuditEntry.objects.get(verb="roadmap.planned")
    assert (entry.after["criterion"], entry.after["owner"]) == (ANSWERED, "bob")


def test_a_criterion_is_taken_on_once_at_a_time_and_again_after_it_was_dropped(project: Project, alice: User) -> None:
    step = planned(alice, project)
    with pytest.raises(Conflict, match="on the roadmap already"):
        planned(alice, project)
    drop_step(actor=by(alice), step=step, reason="Not this year.")
    assert planned(alice, project).pk != step.pk


def test_what_is_met_already_is_not_planned(project: Project, alice: User) -> None:
    answered(project)
    with pytest.raises(Invalid, match="met already") as refused:
        planned(alice, project)
    assert refused.value.field == "criterion"


def test_a_project_that_was_never_scored_can_plan(flights: Project, alice: User) -> None:
    assert criterion_now(flights, ANSWERED) is None
    assert planned(alice, flights).state == "open"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"criterion": "XX-9.9"}, "criterion"),
        ({"due": day(-1)}, "due"),
        ({"note": "x" * (LONGEST_NOTE + 1)}, "note"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    project: Project, alice: User, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        planned(alice, project, **values)
    assert refused.value.field == field
    assert not RoadmapStep.objects.exists()


def test_a_step_is_owned_by_somebody_who_works_on_the_project(project: Project, alice: User, charlie: User) -> None:
    with pytest.raises(Invalid, match="Charlie Castro does not work on Flights") as refused:
        planned(alice, project, owner=charlie)
    assert refused.value.field == "owner"
    Membership.objects.create(project=project, user=charlie, role=Role.VIEWER)
    with pytest.raises(Invalid):
        planned(alice, project, owner=charlie)


def test_who_changes_a_step_that_somebody_changed_meanwhile_is_told_who_it_was(
    project: Project, alice: User, bob: User
) -> None:
    step = planned(alice, project)
    changed = change_step(actor=by(bob), step=step, version=step.version, owner=bob, due=day(3))
    assert (changed.owner, changed.due, changed.version) == (bob, day(3), step.version + 1)
    with pytest.raises(Stale, match="Bob Brandt changed this on"):
        change_step(actor=by(alice), step=step, version=step.version, note="Mine.")
    entry = AuditEntry.objects.get(verb="roadmap.changed")
    assert (entry.before["owner"], entry.after["owner"]) == (None, "bob")


def test_saving_what_is_there_already_changes_nothing(project: Project, alice: User) -> None:
    step = planned(alice, project, note="Soon.")
    assert change_step(actor=by(alice), step=step, version=1, note=" Soon. ", owner=None).version == 1
    assert verbs() == ["roadmap.planned"]


def test_an_overdue_step_of_somebody_who_left_takes_a_note_as_it_is(project: Project, alice: User, bob: User) -> None:
    step = planned(alice, project, owner=bob, due=day(1))
    with time_machine.travel(day(5)):
        Membership.objects.filter(user=bob).delete()
        changed = change_step(actor=by(alice), step=step, version=1, owner=bob, due=step.due, note="It slipped.")
        assert changed.note == "It slipped."
        with pytest.raises(Invalid, match="day is over"):
            change_step(actor=by(alice), step=step, version=2, due=day(-1))


def test_a_step_is_dropped_with_a_reason_and_then_stays_as_it_is(project: Project, alice: User) -> None:
    step = planned(alice, project)
    with pytest.raises(Invalid) as refused:
        drop_step(actor=by(alice), step=step, reason=" ")
    assert refused.value.field == "reason"
    dropped = drop_step(actor=by(alice), step=step, reason="Too costly.")
    assert (dropped.state, dropped.reason) == ("dropped", "Too costly.")
    assert dropped.settled_at is not None
    with pytest.raises(InvalidTransition, match="is dropped"):
        drop_step(actor=by(alice), step=step, reason="Again.")
    with pytest.raises(InvalidTransition):
        change_step(actor=by(alice), step=step, version=None, note="Late.")


def test_evidence_says_that_a_step_is_done_when_the_project_is_scored(project: Project, alice: User) -> None:
    other, step = planned(alice, project, "MR-1.1"), planned(alice, project)
    answered(project)
    step.refresh_from_db()
    other.refresh_from_db()
    assert (step.state, step.reason, other.state) == ("done", "Evidence meets the criterion.", "open")
    entry = AuditEntry.objects.get(verb="roadmap.done")
    assert (entry.actor_name, entry.subject_id) == (SYSTEM.name, str(step.pk))
    assert verbs() == ["roadmap.planned", "roadmap.planned", "roadmap.done"]
    assert list(Verification().findings()) == []


def test_a_waiver_settles_nothing(project: Project, alice: User, dana: User) -> None:
    step = planned(alice, project, "MR-1.1")
    decided(dana, asked(alice, project))
    step.refresh_from_db()
    assert step.state == "open"


def test_what_turns_out_not_to_be_applicable_is_dropped(project: Project, alice: User, dana: User) -> None:
    step = planned(alice, project, "MR-1.1")
    decided(dana, left_out(alice, project))
    step.refresh_from_db()
    assert step.state == "dropped"
    assert "We never deploy." in step.reason
    assert verbs() == ["roadmap.planned", "roadmap.dropped"]


def test_who_does_not_work_on_the_project_changes_nothing(
    project: Project, alice: User, charlie: User, dana: User
) -> None:
    step = planned(alice, project)
    for role in (None, Role.VIEWER):
        if role:
            Membership.objects.create(project=project, user=charlie, role=role)
        with pytest.raises(NotAllowed):
            planned(charlie, project, "MR-1.1")
        with pytest.raises(NotAllowed):
            change_step(actor=by(charlie), step=step, version=None, note="Mine.")
        with pytest.raises(NotAllowed):
            drop_step(actor=by(charlie), step=step, reason="No.")
    assert drop_step(actor=by(dana), step=step, reason="Governance may.").state == "dropped"


def test_what_is_suggested_is_the_rest_of_the_cheapest_path(project: Project, alice: User) -> None:
    before = roadmap_page(project)
    assert before.suggestions
    first = before.suggestions[0].next.criterion
    planned(alice, project, first)
    after = roadmap_page(project)
    assert [line.step.criterion for line in after.planned] == [first]
    assert [item.next.criterion for item in after.suggestions] == [s.next.criterion for s in before.suggestions][1:]
    assert after.leads_to == before.leads_to
