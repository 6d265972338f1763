"""The review of an assessment: what its reviewers are shown, what their yes and their return bring about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from django.urls import reverse

from assessments.checks.catalogue import load_catalogue
from assessments.lifecycle.progress import KIND, held, move, seal
from assessments.lifecycle.record import store_evidence
from assessments.lifecycle.rescore import rescore
from assessments.models import Answer, Assessment
from assessments.scoring.changes import Change, Kind
from assessments.scoring.scorecard import Contradiction, Scorecard
from assessments.selectors.asked import questions_of
from assessments.selectors.assessments import effect, framework_of
from assessments.selectors.form import form_evidence
from assessments.selectors.policies import policy_for
from assessments.selectors.reviewers import had_a_hand
from assessments.selectors.scorecards import interval_of, live_scoring
from assessments.transitions import UNDECIDED, State
from mlops_portal.audit.record import record
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import NotFound
from mlops_portal.reviews.actions import open_review
from mlops_portal.reviews.kinds import ReviewKind, register_review_kind
from mlops_portal.reviews.models import Decision, Review, ReviewState

#: So many differences from the live level are told; the assessment's page has all.
MOST_CHANGES = 12

#: What is told of the differences, the most important first.
TOLD = (Kind.OVERALL, Kind.WAIVED, Kind.DIMENSION, Kind.CRITERION)

Fact = tuple[str, str]


class AssessmentReview(ReviewKind):
    """Assessments. Whoever had a hand in the answers does not decide about them."""

    key = KIND
    title = "Assessment"
    permission = "assessments.review"
    consequence = (
        "The answers become evidence and the project is scored with them: the live level may change at once. "
        "The assessment that was accepted before is superseded."
    )

    def digest(self, review: Review) -> str:
        """The seal of the assessment as it is stored now; "" when it is gone."""
        found = Assessment.objects.filter(pk=review.subject_id).first()
        return seal(found) if found is not None else ""

    def path(self, review: Review) -> str:
        """The assessment's own page."""
        return reverse("assessment", args=[review.subject_id])

    def barred(self, review: Review) -> Set[int]:
        """Everybody who gave, changed or took back one of its answers, or said what was agreed."""
        return had_a_hand(int(review.subject_id))

    def parts(self, review: Review) -> Sequence[tuple[str, str]]:
        """The framework's criteria and questions, to which reasons can be given."""
        found = Assessment.objects.filter(pk=review.subject_id).only("framework").first()
        return list(_parts(found)) if found is not None else []

    def approved(self, actor: Actor, review: Review) -> None:
        """It is accepted: its answers count, and the one accepted before is superseded."""
        accepted = held(review.subject_id)
        move(accepted, State.ACCEPTED)
        accepted.decided_by, accepted.decided_at = actor.principal, clock.now()
        before = _supersede(accepted)
        accepted.save(update_fields=["state", "version", "decided_by", "decided_at"])
        _believe(actor, accepted)
        if before is not None:
            record(actor, "assessment.superseded", before, after={"by": accepted.pk}, project=before.project)
        after = {"digest": accepted.digest, "confirmed": accepted.confirmed, "possible": accepted.possible}
        record(actor, "assessment.accepted", accepted, after=after, project=accepted.project)

    def returned(self, actor: Actor, review: Review, decision: Decision) -> None:
        """Its answers can be changed again; the reasons stand beside what they are about."""
        row = _give_back(review, dict(decision.details))
        row.decided_by, row.decided_at = decision.reviewer, decision.at
        row.save(update_fields=["decided_by", "decided_at"])
        after = {"reasons": row.reasons}
        record(actor, "assessment.returned", row, after=after, reason=decision.reason, project=row.project)

    def closed(self, actor: Actor, review: Review) -> None:
        """Nobody decided: the answers can be changed, and submitted again; nothing is lost."""
        if not Assessment.objects.filter(pk=review.subject_id, state__in=UNDECIDED).exists():
            return
        expired = review.state == ReviewState.EXPIRED
        why = "Nobody decided in time." if expired else "The request for a review was taken back."
        row = _give_back(review, {})
        record(actor, "assessment.returned", row, reason=why, project=row.project)

    def decided_in_part(self, actor: Actor, review: Review) -> None:
        """The first of several reviewers has taken it up by saying yes."""
        row = held(review.subject_id)
        if row.state == State.SUBMITTED:
            move(row, State.IN_REVIEW)
            row.save(update_fields=["state", "version"])
            record(actor, "assessment.taken-up", row, project=row.project)


def register() -> None:
    """Make assessments reviewable."""
    register_review_kind(AssessmentReview())


def ask_for_review(
    actor: Actor, assessment: Assessment, answers: Sequence[Answer], scorecard: Scorecard, started_under: str
) -> Review:
    """Open the review of an assessment that was frozen just now."""
    project, framework = assessment.project, framework_of(assessment)
    under = f"{framework.title} {framework.version}"
    if started_under != framework.version:
        under += f". It was started under version {started_under}, and is scored under the one in force now."
    return open_review(
        actor=actor,
        kind=KIND,
        subject_id=str(assessment.pk),
        title=f"Assessment of {project.name} under {framework.title}",
        digest=assessment.digest,
        project=project,
        facts=[("Framework", under), *facts(assessment, answers, scorecard)],
        needed=policy_for(project).reviewers,
    )


def facts(assessment: Assessment, answers: Sequence[Answer], scorecard: Scorecard) -> Iterator[Fact]:
    """What a reviewer reads first: levels, answers, contradictions, waivers, and what a yes would change."""
    live = live_scoring(assessment.project, assessment.framework)
    now = interval_of(live)
    yield "Level with these answers", str(scorecard.overall)
    yield "Level without people's word", str(scorecard.without_people)
    yield "Live level now", str(now) if now else "The project has not been scored yet."
    yield "Answers", _counted(answers)
    yield from (_contradiction(found) for found in scorecard.contradictions)
    yield from _waivers(scorecard)
    changes = _changed(effect(assessment, scorecard, live)) if live else "Everything: there is no level yet."
    yield "A yes would change", changes


def _counted(answers: Sequence[Answer]) -> str:
    unsure = sum(answer.answer == "not-sure" for answer in answers)
    attested = sum(not answer.item.startswith("HUM-") for answer in answers)
    carried = sum(bool(answer.said_by) or answer.at < answer.assessment.started_at for answer in answers)
    counted = f"{len(answers)} given: {unsure} not sure, {attested} attested"
    return f"{counted}, {carried} carried over from before." if carried else f"{counted}."


def _contradiction(found: Contradiction) -> Fact:
    text = f"People say: {found.people_say} Machines saw: {found.machines_saw} What machines saw counts."
    return f"Contradiction about {found.criterion}", text


def _waivers(scorecard: Scorecard) -> Iterator[Fact]:
    for dimension in scorecard.dimensions:
        for criterion in dimension.criteria:
            if criterion.waived_until is not None:
                until = f"Waived until {criterion.waived_until:%Y-%m-%d}; it does not raise the level."
                yield f"Waiver of {criterion.id}", until


def _changed(changes: Sequence[Change]) -> str:
    told = [c.sentence for kind in TOLD for c in changes if c.kind is kind]
    more = f" And {len(told) - MOST_CHANGES} more." if len(told) > MOST_CHANGES else ""
    return " ".join(told[:MOST_CHANGES]) + more if told else "Nothing in the live level."


def _parts(assessment: Assessment) -> Iterator[tuple[str, str]]:
    try:
        framework = framework_of(assessment)
    except NotFound:
        return
    yield from ((criterion.id, criterion.question) for criterion in framework.criteria)
    yield from ((name, load_catalogue()[name].question) for name in sorted(questions_of(framework)))


def _supersede(accepted: Assessment) -> Assessment | None:
    """The one accepted before, superseded: there is never more than one."""
    rows = Assessment.objects.filter(project=accepted.project, framework=accepted.framework, state=State.ACCEPTED)
    pk = rows.values_list("pk", flat=True).first()
    if pk is None:
        return None
    before = held(pk)
    move(before, State.SUPERSEDED)
    before.save(update_fields=["state", "version"])
    return before


def _believe(actor: Actor, accepted: Assessment) -> None:
    """Let what was accepted count: from here on the live level is scored with it."""
    store_evidence(accepted.project, [form_evidence(accepted, accepted.answers, clock.now())])
    rescore(actor=actor, project=accepted.project)


def _give_back(review: Review, reasons: dict[str, str]) -> Assessment:
    row = held(review.subject_id)
    move(row, State.RETURNED)
    row.reasons = reasons
    row.save(update_fields=["state", "version", "reasons"])
    return row
