"""What reviewers of an assessment are shown, what binds their decision, and what follows from it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assessments.lifecycle.answering import clear_answer, set_agreements
from assessments.lifecycle.assess import start_assessment, submit_assessment, take_up
from assessments.models import Assessment, EvidenceRecord, Exemption, Policy
from assessments.models.exemption import ExemptionKind, ExemptionState, ReasonCode
from assessments.scoring.published import to_json
from assessments.selectors.assessments import preview
from assessments.selectors.evidence import standing_evidence
from assessments.selectors.questionnaire import questionnaire
from assessments.selectors.reviewers import possible_reviewers
from assessments.selectors.scorecards import live_scoring
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import InvalidTransition, NotAllowed, Stale
from mlops_portal.projects.actions import update_project
from mlops_portal.projects.models import Membership, Project, Role
from mlops_portal.reviews.actions import expire_review, withdraw_review
from mlops_portal.reviews.kinds import kind_of
from mlops_portal.reviews.models import Review
from tests.assessments.lifecycle.people import (
    SYSTEM,
    accept,
    attest,
    by,
    ci_runs_no_tests,
    give_back,
    review_of,
    say,
    submitted,
    verdict,
)


def facts(assessment: Assessment) -> dict[str, str]:
    return {fact["label"]: fact["text"] for fact in review_of(assessment).facts}


def test_a_contradiction_is_shown_to_both_and_what_machines_saw_counts(
    flights: Project, alice: User, dana: User
) -> None:
    ci_runs_no_tests(flights)
    draft = start_assessment(actor=by(alice), project=flights)
    attest(alice, draft, "AI-1.3")
    item = next(item for item in questionnaire(draft).items if item.id == "AI-1.3")
    assert "Alice Ahmed" in item.contradiction
    assert [found.criterion for found in preview(draft).contradictions] == ["AI-1.3"]
    waiting = submit_assessment(actor=by(alice), assessment=draft)
    shown = facts(waiting)["Contradiction about AI-1.3"]
    assert "People say: Alice Ahmed attested" in shown
    assert "Machines saw:" in shown
    assert verdict(waiting.scorecard, "AI-1.3") == "not_met"
    accept(dana, waiting)
    live = live_scoring(flights, "mlops-levels")
    assert live is not None
    assert verdict(live.scorecard, "AI-1.3") == "not_met"
    assert [found["criterion"] for found in live.scorecard["contradictions"]] == ["AI-1.3"]


def test_facts_tell_levels_answers_and_what_a_yes_would_change(flights: Project, alice: User) -> None:
    ci_runs_no_tests(flights)
    draft = start_assessment(actor=by(alice), project=flights)
    say(alice, draft, "HUM-03")
    say(alice, draft, "HUM-04", "not-sure")
    attest(alice, draft, "MR-2.1")
    told = facts(submit_assessment(actor=by(alice), assessment=draft))
    assert told["Answers"] == "3 given: 1 not sure, 1 attested."
    assert told["Live level now"].startswith("0")
    assert told["Level with these answers"].startswith("0")
    assert told["A yes would change"].startswith("model-release 0 (up to 2) → 1 (up to 2)")
    assert "P-3.1 UNKNOWN → MET: attestation changed in human.form (HUM-03)." in told["A yes would change"]
    assert told["Framework"] == "MLOps levels 1.0"


def test_a_waiver_is_among_the_facts_and_does_not_raise_the_level(flights: Project, alice: User, dana: User) -> None:
    ci_runs_no_tests(flights)
    now = clock.now()
    Exemption.objects.create(
        project=flights,
        kind=ExemptionKind.WAIVER,
        criterion="AI-1.3",
        reason_code=ReasonCode.ACCEPTED_RISK,
        text="The tests run by hand until March.",
        starts=now,
        expires=now + timedelta(days=30),
        state=ExemptionState.GRANTED,
        requested_by=alice,
        requested_at=now,
        decided_by=dana,
        decided_at=now,
    )
    waiting = submitted(alice, flights)
    until = now + timedelta(days=30)
    assert facts(waiting)["Waiver of AI-1.3"] == f"Waived until {until:%Y-%m-%d}; it does not raise the level."
    assert verdict(waiting.scorecard, "AI-1.3") == "not_met"


def test_what_is_tampered_with_after_it_was_shown_is_not_accepted(flights: Project, alice: User, dana: User) -> None:
    waiting = submitted(alice, flights)
    changed = {**waiting.answers, "agreements": {"staleness_days": 1}}
    Assessment.objects.filter(pk=waiting.pk).update(answers=changed)
    with pytest.raises(Stale):
        accept(dana, waiting)
    Assessment.objects.filter(pk=waiting.pk).update(answers=waiting.answers)
    assert accept(dana, waiting).state == "accepted"


@pytest.mark.parametrize("column", ["framework_version", "catalogue_version", "scorecard"])
def test_the_seal_covers_versions_and_scorecard_too(flights: Project, alice: User, dana: User, column: str) -> None:
    waiting = submitted(alice, flights)
    other = {**(waiting.scorecard or {}), "notes": ["All is well."]} if column == "scorecard" else "9.9"
    Assessment.objects.filter(pk=waiting.pk).update(**{column: other})
    with pytest.raises(Stale):
        accept(dana, waiting)


def test_a_policy_may_ask_for_two_and_the_first_yes_takes_it_up(
    flights: Project, alice: User, bob: User, dana: User
) -> None:
    Policy.objects.create(risk_tier=flights.risk_tier, reviewers=2)
    waiting = submitted(alice, flights)
    assert accept(bob, waiting).state == "in-review"
    assert not EvidenceRecord.objects.filter(topic="human.form").exists()
    assert accept(dana, waiting).state == "accepted"


def test_a_request_taken_back_gives_the_answers_back(flights: Project, alice: User) -> None:
    waiting = submitted(alice, flights)
    withdraw_review(actor=by(alice), review=review_of(waiting), reason="I forgot something.")
    waiting.refresh_from_db()
    assert waiting.state == "returned"
    say(alice, waiting, "HUM-04", text="Bob automated it; an image is handed over.")
    assert submit_assessment(actor=by(alice), assessment=waiting).state == "submitted"


def test_nobody_deciding_in_time_loses_nothing(flights: Project, alice: User) -> None:
    waiting = submitted(alice, flights)
    Review.objects.update(expires_at=clock.now() - timedelta(hours=1))
    expire_review(actor=SYSTEM, review=review_of(waiting))
    waiting.refresh_from_db()
    assert waiting.state == "returned"
    assert waiting.drafted.count() == 1


def test_a_reviewer_may_point_at_criteria_and_questions_with_their_words(flights: Project, alice: User) -> None:
    review = review_of(submitted(alice, flights))
    parts = dict(kind_of(review).parts(review))
    assert parts["AI-1.3"] == "Is the code in git, with unit tests that CI runs?"
    assert parts["HUM-03"].startswith("Where is the contract for inputs and outputs")


def test_what_was_accepted_stands_when_the_repository_moves(flights: Project, alice: User, dana: User) -> None:
    flights = update_project(actor=by(alice), project=flights, repository="https://git.example.org/flights")
    accept(dana, submitted(alice, flights))
    update_project(actor=by(alice), project=flights, repository="https://git.example.org/elsewhere", subpath="model")
    flights.refresh_from_db()
    ci_runs_no_tests(flights)
    assert "human.form" in {item.topic for item in standing_evidence(flights)}
    live = live_scoring(flights, "mlops-levels")
    assert live is not None
    assert verdict(live.scorecard, "P-3.1") == "met"


def test_what_was_accepted_under_two_frameworks_counts_together(flights: Project, alice: User, dana: User) -> None:
    accept(dana, submitted(alice, flights))
    other = start_assessment(actor=by(alice), project=flights, framework="azure-mlops")
    say(alice, other, "HUM-06")
    accept(dana, submit_assessment(actor=by(alice), assessment=other))
    form = next(item for item in standing_evidence(flights) if item.topic == "human.form")
    assert [item["id"] for item in form.payload["answers"]] == ["HUM-03", "HUM-06"]


def test_the_later_acceptance_counts_even_when_it_was_submitted_earlier(
    flights: Project, alice: User, dana: User
) -> None:
    other = start_assessment(actor=by(alice), project=flights, framework="azure-mlops")
    say(alice, other, "HUM-06")
    early = submit_assessment(actor=by(alice), assessment=other)
    accept(dana, submitted(alice, flights))
    accept(dana, early)
    form = next(item for item in standing_evidence(flights) if item.topic == "human.form")
    assert [item["id"] for item in form.payload["answers"]] == ["HUM-03", "HUM-06"]


def test_what_a_yes_brings_is_what_was_frozen(flights: Project, alice: User, dana: User) -> None:
    waiting = submitted(alice, flights)
    frozen = to_json(preview(waiting))
    accept(dana, waiting)
    live = live_scoring(flights, "mlops-levels")
    assert live is not None
    assert live.scorecard["dimensions"] == frozen["dimensions"]


def test_a_returned_assessment_waits_for_nobody(flights: Project, alice: User, dana: User) -> None:
    waiting = submitted(alice, flights)
    review = review_of(waiting)
    give_back(dana, waiting)
    with pytest.raises(InvalidTransition):
        withdraw_review(actor=by(alice), review=review, reason="Too late.")


def test_a_viewer_of_the_project_does_not_review_it(flights: Project, alice: User, charlie: User) -> None:
    Membership.objects.create(project=flights, user=charlie, role=Role.VIEWER)
    with pytest.raises(NotAllowed):
        accept(charlie, submitted(alice, flights))


def test_who_said_what_was_agreed_does_not_decide(flights: Project, alice: User, bob: User) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    say(alice, draft)
    set_agreements(actor=by(bob), assessment=draft, agreements={"staleness_days": 300})
    waiting = submit_assessment(actor=by(alice), assessment=draft)
    with pytest.raises(NotAllowed, match="Bob Brandt had a hand"):
        accept(bob, waiting)
    assert bob not in possible_reviewers(draft, alice)


def test_who_took_an_answer_back_does_not_decide(flights: Project, alice: User, bob: User) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    say(alice, draft, "HUM-01", "no")
    say(alice, draft)
    clear_answer(actor=by(bob), assessment=draft, item="HUM-01")
    waiting = submit_assessment(actor=by(alice), assessment=draft)
    with pytest.raises(NotAllowed, match="Bob Brandt had a hand"):
        accept(bob, waiting)


def test_nobody_is_rid_of_a_hand_by_having_the_answer_given_again(flights: Project, alice: User, bob: User) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    say(bob, draft)
    say(alice, draft, text="As Bob said.")
    waiting = submit_assessment(actor=by(alice), assessment=draft)
    with pytest.raises(NotAllowed, match="Bob Brandt had a hand"):
        accept(bob, waiting)


def test_a_superuser_with_a_hand_in_it_does_not_take_it_up(flights: Project, alice: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_superuser=True)
    draft = start_assessment(actor=by(alice), project=flights)
    say(bob, draft)
    waiting = submit_assessment(actor=by(alice), assessment=draft)
    with pytest.raises(NotAllowed, match="had a hand"):
        take_up(actor=by(User.objects.get(pk=bob.pk)), assessment=waiting)
