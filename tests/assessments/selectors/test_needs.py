"""What waits for a person, and what does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from assessments.lifecycle.assess import start_assessment, submit_assessment
from assessments.models import Exemption
from assessments.models.exemption import ExemptionKind, ExemptionState, ReasonCode
from assessments.selectors.needs import needs_you
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Membership, Project, Role
from tests.assessments.lifecycle.people import accept, attest, by, give_back, in_days, submitted


@pytest.fixture
def flights_due(flights: Project) -> Project:
    """The project, whose assessment was due three days ago."""
    Project.objects.update(created_at=clock.now() - timedelta(days=183))
    return Project.objects.get(pk=flights.pk)


def waiver(project: Project, by_whom: User, granted_by: User, days: int, **more: Any) -> Exemption:
    now = clock.now()
    values = {"starts": now - timedelta(days=100), "expires": now + timedelta(days=days), "requested_at": now, **more}
    return Exemption.objects.create(
        project=project,
        kind=ExemptionKind.WAIVER,
        criterion="AI-1.3",
        reason_code=ReasonCode.ACCEPTED_RISK,
        text="Until March.",
        state=ExemptionState.GRANTED,
        requested_by=by_whom,
        decided_by=granted_by,
        decided_at=now,
        **values,
    )


def sentences(user: User) -> list[str]:
    return [need.sentence for need in needs_you(user)]


def test_an_overdue_assessment_waits_for_those_who_work_on_the_project(
    flights_due: Project, alice: User, bob: User, charlie: User, dana: User
) -> None:
    overdue = [f"Flights: an assessment was due on {in_days(-3):%Y-%m-%d}."]
    assert sentences(alice) == sentences(bob) == overdue
    assert sentences(charlie) == sentences(dana) == []
    Membership.objects.create(project=flights_due, user=charlie, role=Role.VIEWER)
    assert sentences(charlie) == []


def test_what_waits_for_a_reviewer_waits_for_nobody_else(flights_due: Project, alice: User) -> None:
    submitted(alice, flights_due)
    assert sentences(alice) == []


def test_what_was_returned_waits_for_whoever_submitted_it_and_comes_first(
    flights_due: Project, alice: User, bob: User, dana: User
) -> None:
    give_back(dana, submitted(alice, flights_due))
    first, second = sentences(alice)
    assert first == "Flights: your assessment was returned by Dana Dimova; mend it and submit it again."
    assert second.startswith("Flights: an assessment was due")
    assert len(sentences(bob)) == 1


def test_answers_and_waivers_that_end_soon_are_told_with_where_to_go(flights: Project, alice: User, dana: User) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    attest(alice, draft, "MR-2.1")
    draft.drafted.update(expires=in_days(4))
    accept(dana, submit_assessment(actor=by(alice), assessment=draft))
    ends = waiver(flights, alice, dana, 10)
    needs = needs_you(alice)
    assert [need.sentence for need in needs] == [
        f"Flights: the answer to MR-2.1 ends on {in_days(4):%Y-%m-%d}.",
        f"Flights: the waiver of AI-1.3 ends on {in_days(10):%Y-%m-%d}.",
    ]
    assert [reverse(need.url_name, args=need.args) for need in needs] == [
        "/projects/flights/assess/",
        f"/projects/flights/waivers/{ends.pk}/",
    ]


def test_a_waiver_that_was_renewed_needs_nobody(flights: Project, alice: User, dana: User) -> None:
    old = waiver(flights, alice, dana, 5)
    waiver(flights, alice, dana, 60, renews=old)
    assert sentences(alice) == []


def test_archived_projects_need_nobody(flights_due: Project, alice: User) -> None:
    Project.objects.update(archived_at=clock.now())
    assert sentences(alice) == []


def test_the_number_of_queries_does_not_grow_with_the_projects(
    flights_due: Project, alice: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(7):
        needs_you(alice)
    for number in range(5):
        project = Project.objects.create(slug=f"p-{number}", name=f"P {number}")
        Membership.objects.create(project=project, user=alice, role=Role.OWNER)
    Project.objects.update(created_at=clock.now() - timedelta(days=300))
    with django_assert_num_queries(7):
        assert len(needs_you(alice)) == 6


def test_who_left_a_project_is_told_no_more_of_what_was_returned(flights: Project, alice: User, bob: User) -> None:
    give_back(bob, submitted(alice, flights))
    assert [need.kind for need in needs_you(alice)] == ["returned"]
    Membership.objects.filter(user=alice).delete()
    assert needs_you(alice) == ()


def test_governance_is_told_of_its_returned_assessment_without_a_membership(
    flights: Project, dana: User, bob: User
) -> None:
    give_back(bob, submitted(dana, flights))
    assert [need.kind for need in needs_you(dana)] == ["returned"]
