"""The life of an assessment, as people lead it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from assessments.lifecycle.assess import (
    publish_assessment,
    start_assessment,
    submit_assessment,
    take_up,
    withdraw_assessment,
)
from assessments.lifecycle.rescore import rescore
from assessments.models import Answer, Assessment, EvidenceRecord
from assessments.selectors.scorecards import live_scoring
from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import Conflict, Invalid, InvalidTransition, NotAllowed
from mlops_portal.projects.models import Project
from mlops_portal.reviews.models import Review
from tests.assessments.lifecycle.people import (
    SYSTEM,
    accept,
    attest,
    by,
    give_back,
    in_days,
    review_of,
    say,
    submitted,
    verdict,
)


def live(project: Project) -> Any:
    found = live_scoring(project, "mlops-levels")
    assert found is not None
    return found.scorecard


def verbs() -> list[str]:
    entries = AuditEntry.objects.filter(verb__startswith="assessment.").exclude(verb="assessment.scored")
    return [verb.removeprefix("assessment.") for verb in entries.order_by("sequence").values_list("verb", flat=True)]


def test_what_a_second_person_accepts_becomes_evidence_and_only_then_moves_the_live_level(
    flights: Project, alice: User, dana: User
) -> None:
    rescore(actor=SYSTEM, project=flights)
    waiting = submitted(alice, flights)
    assert verdict(waiting.scorecard, "P-3.1") == "met"
    assert verdict(live(flights), "P-3.1") == "unknown"
    accepted = accept(dana, waiting)
    assert (accepted.state, accepted.decided_by) == ("accepted", dana)
    assert verdict(live(flights), "P-3.1") == "met"
    assert verbs() == ["started", "answered", "submitted", "accepted"]


def test_the_evidence_that_acceptance_keeps_is_the_one_the_frozen_scorecard_rests_on(
    flights: Project, alice: User, dana: User
) -> None:
    accepted = accept(dana, submitted(alice, flights))
    record = EvidenceRecord.objects.get(topic="human.form")
    assert record.standing
    assert record.last_effective_at == accepted.submitted_at
    assert f"human.form:{record.digest}" in accepted.evidence


def test_nobody_accepts_what_they_submitted(flights: Project, alice: User) -> None:
    waiting = submitted(alice, flights)
    with pytest.raises(NotAllowed, match="asked for this review"):
        accept(alice, waiting)
    with pytest.raises(NotAllowed, match="submitted this"):
        take_up(actor=by(alice), assessment=waiting)


def test_the_database_itself_refuses_a_submitter_who_decides(flights: Project, alice: User) -> None:
    waiting = submitted(alice, flights)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.filter(pk=waiting.pk).update(state="accepted", decided_by=alice)


def test_a_superuser_is_no_second_person_either(flights: Project, alice: User) -> None:
    alice.is_superuser = True
    alice.save()
    with pytest.raises(NotAllowed):
        accept(alice, submitted(alice, flights))


def test_whoever_gave_an_answer_does_not_decide_about_it(flights: Project, alice: User, bob: User, dana: User) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    say(bob, draft)
    waiting = submit_assessment(actor=by(alice), assessment=draft)
    with pytest.raises(NotAllowed):
        accept(bob, waiting)
    with pytest.raises(NotAllowed):
        take_up(actor=by(bob), assessment=waiting)
    assert accept(dana, waiting).state == "accepted"


def test_strangers_and_machines_neither_start_nor_answer(flights: Project, alice: User, charlie: User) -> None:
    with pytest.raises(NotAllowed):
        start_assessment(actor=by(charlie), project=flights)
    with pytest.raises(NotAllowed, match="only people"):
        start_assessment(actor=SYSTEM, project=flights)
    draft = start_assessment(actor=by(alice), project=flights)
    with pytest.raises(NotAllowed):
        say(charlie, draft)


def test_a_second_start_is_told_who_began_the_first(flights: Project, alice: User, bob: User) -> None:
    start_assessment(actor=by(alice), project=flights)
    with pytest.raises(Conflict, match="begun by Alice Ahmed"):
        start_assessment(actor=by(bob), project=flights)
    assert start_assessment(actor=by(bob), project=flights, framework="azure-mlops").framework == "azure-mlops"


def test_no_framework_of_that_name_is_said_so(flights: Project, alice: User) -> None:
    with pytest.raises(Invalid, match="No framework is called 'none'") as refused:
        start_assessment(actor=by(alice), project=flights, framework="none")
    assert refused.value.field == "framework"


def test_an_archived_project_is_not_assessed(flights: Project, alice: User) -> None:
    flights.archived_at = clock.now()
    with pytest.raises(InvalidTransition, match="archived"):
        start_assessment(actor=by(alice), project=flights)


def test_a_double_submit_freezes_once(flights: Project, alice: User) -> None:
    waiting = submitted(alice, flights)
    with pytest.raises(InvalidTransition, match="submitted"):
        submit_assessment(actor=by(alice), assessment=waiting)
    assert Review.objects.count() == 1


def test_what_was_submitted_cannot_be_answered_any_more(flights: Project, alice: User) -> None:
    waiting = submitted(alice, flights)
    with pytest.raises(InvalidTransition, match="cannot be changed"):
        say(alice, waiting, "HUM-04", text="Bob did.")
    waiting.refresh_from_db()
    assert [item["id"] for item in waiting.answers["answers"]] == ["HUM-03"]


def test_an_attestation_that_ran_out_in_the_draft_has_to_be_renewed_before_submitting(
    flights: Project, alice: User
) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    attest(alice, draft, "MR-2.1")
    Answer.objects.update(expires=in_days(-1), at=clock.now() - timedelta(days=90))
    with pytest.raises(Invalid, match=r"MR-2\.1 ran out on") as refused:
        submit_assessment(actor=by(alice), assessment=draft)
    assert refused.value.field == "MR-2.1"
    draft.refresh_from_db()
    assert (draft.state, draft.digest) == ("draft", "")
    attest(alice, draft, "MR-2.1")
    assert submit_assessment(actor=by(alice), assessment=draft).state == "submitted"


def test_returned_mended_accepted_and_superseded_by_the_next(flights: Project, alice: User, dana: User) -> None:
    first = give_back(dana, submitted(alice, flights), P_3_1="Which contract?")
    assert (first.state, first.reasons) == ("returned", {"P-3.1": "Which contract?"})
    say(alice, first, "HUM-03", text="The OpenAPI document of the service.")
    again = submit_assessment(actor=by(alice), assessment=first)
    assert (again.reasons, again.decided_by) == ({}, None)
    first = accept(dana, again)
    second = accept(
        dana, submit_assessment(actor=by(alice), assessment=start_assessment(actor=by(alice), project=flights))
    )
    first.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "accepted")
    assert verbs()[-2:] == ["superseded", "accepted"]


def test_submitting_again_opens_a_new_review_of_something_else(flights: Project, alice: User, dana: User) -> None:
    waiting = submitted(alice, flights)
    old = review_of(waiting)
    again = submit_assessment(actor=by(alice), assessment=give_back(dana, waiting))
    assert review_of(again).pk != old.pk
    assert review_of(again).digest == again.digest != old.digest


def test_governance_may_return_and_later_submit_itself_but_then_somebody_else_decides(
    flights: Project, alice: User, bob: User, dana: User
) -> None:
    again = submit_assessment(actor=by(dana), assessment=give_back(dana, submitted(alice, flights)))
    with pytest.raises(NotAllowed):
        accept(dana, again)
    assert accept(bob, again).state == "accepted"


def test_withdrawing_closes_the_review_and_frees_the_place(flights: Project, alice: User) -> None:
    waiting = submitted(alice, flights)
    review = review_of(waiting)
    gone = withdraw_assessment(actor=by(alice), assessment=waiting, reason="The pipeline is being rebuilt.")
    review.refresh_from_db()
    assert (gone.state, review.state) == ("withdrawn", "superseded")
    assert gone.answers["answers"]
    assert start_assessment(actor=by(alice), project=flights).state == "draft"


def test_withdrawing_takes_a_reason_and_what_is_accepted_stays(flights: Project, alice: User, dana: User) -> None:
    waiting = submitted(alice, flights)
    with pytest.raises(Invalid) as refused:
        withdraw_assessment(actor=by(alice), assessment=waiting, reason=" ")
    assert refused.value.field == "reason"
    accepted = accept(dana, waiting)
    with pytest.raises(InvalidTransition):
        withdraw_assessment(actor=by(alice), assessment=accepted, reason="No longer true.")


def test_taking_up_shows_that_somebody_is_on_it(flights: Project, alice: User, bob: User) -> None:
    waiting = submitted(alice, flights)
    assert take_up(actor=by(bob), assessment=waiting).state == "in-review"
    with pytest.raises(InvalidTransition):
        take_up(actor=by(bob), assessment=waiting)
    assert accept(bob, waiting).state == "accepted"


def test_a_draft_waits_for_no_review(flights: Project, alice: User, bob: User) -> None:
    with pytest.raises(InvalidTransition, match="waits for no review"):
        take_up(actor=by(bob), assessment=start_assessment(actor=by(alice), project=flights))


def test_only_what_is_accepted_is_published_and_once(flights: Project, alice: User, dana: User) -> None:
    waiting = submitted(alice, flights)
    with pytest.raises(InvalidTransition, match="Only what was accepted"):
        publish_assessment(actor=by(alice), assessment=waiting)
    accepted = accept(dana, waiting)
    assert publish_assessment(actor=by(alice), assessment=accepted).published_by == alice
    with pytest.raises(InvalidTransition, match="was published"):
        publish_assessment(actor=by(alice), assessment=accepted)


def test_a_framework_that_changes_meanwhile_is_the_one_scored_under_and_the_reviewer_is_told(
    flights: Project, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    Assessment.objects.filter(pk=draft.pk).update(framework_version="0.9")
    waiting = submit_assessment(actor=by(alice), assessment=draft)
    assert waiting.framework_version == "1.0"
    facts = {fact["label"]: fact["text"] for fact in review_of(waiting).facts}
    assert "started under version 0.9" in facts["Framework"]
    entry = AuditEntry.objects.get(verb="assessment.submitted")
    assert entry.after["started_under"] == "0.9"
