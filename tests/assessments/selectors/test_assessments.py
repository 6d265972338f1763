"""Who may read which assessment, and how one would score now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from assessments.lifecycle.assess import (
    publish_assessment,
    start_assessment,
    submit_assessment,
    withdraw_assessment,
)
from assessments.models import Answer, Assessment
from assessments.scoring.published import to_json
from assessments.selectors.assessments import (
    accepted_assessment,
    assessment_for,
    assessments_of,
    open_assessment,
    preview,
)
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import NotFound
from mlops_portal.projects.models import Membership, Project, Role
from tests.assessments.lifecycle.people import (
    SYSTEM,
    accept,
    attest,
    by,
    in_days,
    say,
    submitted,
    verdict,
)


@pytest.fixture
def viewer(flights: Project, charlie: User) -> User:
    """Charlie, who may look at the project and no more."""
    Membership.objects.create(project=flights, user=charlie, role=Role.VIEWER)
    return charlie


def reads(user: User | None, assessment: Assessment) -> bool:
    listed = assessment.pk in [row.pk for row in assessments_of(user, assessment.project)]
    try:
        found = assessment_for(user, assessment.pk) == assessment
    except NotFound:
        found = False
    assert found == listed
    return found


def test_a_draft_is_read_by_those_who_work_on_it_and_by_governance(
    flights: Project, alice: User, bob: User, dana: User, viewer: User
) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    assert [reads(user, draft) for user in (alice, bob, dana, viewer, None)] == [True, True, True, False, False]


def test_what_waits_or_was_decided_is_read_by_every_member(
    flights: Project, alice: User, dana: User, viewer: User
) -> None:
    waiting = submitted(alice, flights)
    assert reads(viewer, waiting)
    assert reads(viewer, accept(dana, waiting))


def test_a_withdrawn_one_is_a_draft_again_for_readers(flights: Project, alice: User, viewer: User) -> None:
    gone = withdraw_assessment(actor=by(alice), assessment=submitted(alice, flights), reason="Not now.")
    assert not reads(viewer, gone)
    assert reads(alice, gone)


def test_only_what_is_published_is_read_by_everybody_who_sees_the_project(
    flights: Project, alice: User, charlie: User, dana: User
) -> None:
    Project.objects.update(visibility="public")
    accepted = accept(dana, submitted(alice, flights))
    accepted.project.refresh_from_db()
    assert not reads(charlie, accepted)
    assert not reads(None, accepted)
    publish_assessment(actor=by(alice), assessment=accepted)
    assert reads(charlie, accepted)
    assert reads(None, accepted)


def test_publishing_shows_nothing_of_a_project_that_is_hidden(
    flights: Project, alice: User, charlie: User, dana: User
) -> None:
    accepted = accept(dana, submitted(alice, flights))
    publish_assessment(actor=by(alice), assessment=accepted)
    assert not reads(charlie, accepted)


@pytest.mark.parametrize("id", [0, "999999999999999999999999", "none", "²", "-1", ""])
def test_what_is_no_number_of_an_assessment_is_not_found(db: None, id: Any, alice: User) -> None:
    with pytest.raises(NotFound, match="no such assessment"):
        assessment_for(alice, id)


def test_the_portal_itself_reads_everything(flights: Project, alice: User) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    assert assessment_for(SYSTEM, draft.pk) == draft


def test_one_is_open_until_it_is_decided_and_the_accepted_one_stays_beside_the_next(
    flights: Project, alice: User, dana: User
) -> None:
    assert open_assessment(flights) is accepted_assessment(flights) is None
    first = submitted(alice, flights)
    assert (open_assessment(flights), accepted_assessment(flights)) == (first, None)
    accept(dana, first)
    second = start_assessment(actor=by(alice), project=flights)
    assert (open_assessment(flights), accepted_assessment(flights)) == (second, first)


def test_a_preview_has_the_drafted_answers_and_keeps_nothing(flights: Project, alice: User) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    assert verdict(to_json(preview(draft)), "P-3.1") == "unknown"
    say(alice, draft)
    assert verdict(to_json(preview(draft)), "P-3.1") == "met"
    draft.refresh_from_db()
    assert draft.scorecard is None


def test_a_preview_for_a_later_day_shows_what_will_have_run_out(flights: Project, alice: User) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    say(alice, draft)
    attest(alice, draft, "MR-2.1")
    later = to_json(preview(draft, at=clock.now() + timedelta(days=200)))
    assert (verdict(later, "P-3.1"), verdict(later, "MR-2.1")) == ("stale", "stale")


def test_an_attestation_that_ran_out_in_the_draft_counts_no_longer(flights: Project, alice: User) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    attest(alice, draft, "MR-2.1")
    Answer.objects.update(expires=in_days(-1), at=clock.now() - timedelta(days=90))
    assert verdict(to_json(preview(draft)), "MR-2.1") == "stale"


def test_the_preview_of_what_was_submitted_is_what_was_frozen(flights: Project, alice: User) -> None:
    waiting = submitted(alice, flights)
    assert to_json(preview(waiting, at=clock.now() + timedelta(days=400))) == waiting.scorecard


def test_lists_read_no_scorecards_and_take_the_same_queries_for_many(
    flights: Project, alice: User, dana: User, django_assert_num_queries: Any
) -> None:
    def listed(queries: int) -> None:
        with django_assert_num_queries(queries):
            assert all(row.started_by.display_name for row in assessments_of(alice, flights))

    accept(dana, submitted(alice, flights))
    listed(2)
    for _ in range(3):
        draft = start_assessment(actor=by(alice), project=flights)
        accept(dana, submit_assessment(actor=by(alice), assessment=draft))
    listed(2)
