"""The life of an assessment as people lead it: start, submit, take up, withdraw, publish. Deciding is a review's."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from assessments.frameworks.framework import Framework
from assessments.lifecycle.assessment_review import ask_for_review
from assessments.lifecycle.carry_over import carry_over
from assessments.lifecycle.person import person_of
from assessments.lifecycle.progress import held, held_review, move, seal
from assessments.lifecycle.rescore import evidence_digests, summary_of
from assessments.models import Answer, Assessment
from assessments.scoring.published import to_json
from assessments.scoring.scorecard import Scorecard
from assessments.selectors.assessments import framework_of, open_assessment
from assessments.selectors.form import drafted, evidence_with, payload_of
from assessments.selectors.frameworks import framework_in_force
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK
from assessments.selectors.scoring import score_project
from assessments.transitions import UNDECIDED, State
from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import authorise
from mlops_portal.audit.record import record
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Conflict, Invalid, InvalidTransition, NotAllowed, Stale
from mlops_portal.kernel.redaction import storable
from mlops_portal.projects.models import Project
from mlops_portal.reviews.actions import supersede_review
from mlops_portal.reviews.permissions import had_a_hand

#: Characters that a reason may have.
LONGEST_REASON = 10_000


@transaction.atomic
def start_assessment(*, actor: Actor, project: Project, framework: str = DEFAULT_FRAMEWORK) -> Assessment:
    """Begin to assess a project under a framework, with the answers that still stand.

    Raises Conflict, naming who began it, when one is open; InvalidTransition for an archived project; Invalid.
    """
    authorise(actor, "assessments.answer", project)
    person = person_of(actor)
    if project.archived_at is not None:
        raise InvalidTransition(f"{project.name} is archived.", do="Take it out of the archive first.")
    used = _framework(framework)
    values = {"framework": used.id, "framework_version": used.version, "started_by": person, "started_at": clock.now()}
    assessment = _only_open_one(Assessment(project=project, **values))
    carried = carry_over(assessment, used, person)
    after = {"framework": used.id, "framework_version": used.version, "carried_over": [a.item for a in carried]}
    record(actor, "assessment.started", assessment, after=after, project=project)
    return assessment


@transaction.atomic
def submit_assessment(*, actor: Actor, assessment: Assessment) -> Assessment:
    """Freeze the answers and the scorecard they give under the framework in force, and ask for a review of both.

    Raises InvalidTransition when it is submitted already, Invalid (``field`` is the item) for an answer that ran out.
    """
    authorise(actor, "assessments.submit", assessment.project)
    person = person_of(actor)
    draft = held(assessment.pk)
    started_under = draft.framework_version
    move(draft, State.SUBMITTED)
    answers = drafted(draft)
    _none_ran_out(answers)
    scorecard = _freeze(draft, answers, person)
    draft.save()
    ask_for_review(actor, draft, answers, scorecard, started_under)
    after = {"digest": draft.digest, "framework_version": draft.framework_version, "started_under": started_under}
    record(actor, "assessment.submitted", draft, after={**after, **_level(draft)}, project=draft.project)
    return draft


@transaction.atomic
def take_up(*, actor: Actor, assessment: Assessment) -> Assessment:
    """Say that one is reviewing it. Raises NotAllowed for whoever may not decide, InvalidTransition."""
    review = held_review(assessment)
    if review is None:
        raise InvalidTransition(f"The assessment waits for no review; it is {assessment.state}.")
    person = person_of(actor)
    if review.requester_id == person.pk:
        raise NotAllowed(f"{actor.name} submitted this and may not review it.", do="Another person must.")
    if had_a_hand(person, review):  # superusers included, as for deciding
        raise NotAllowed(f"{actor.name} had a hand in this and may not review it.", do="Another person must.")
    authorise(actor, "reviews.decide", review)
    row = held(assessment.pk)
    move(row, State.IN_REVIEW)
    row.save(update_fields=["state", "version"])
    record(actor, "assessment.taken-up", row, project=row.project)
    return row


@transaction.atomic
def withdraw_assessment(*, actor: Actor, assessment: Assessment, reason: str) -> Assessment:
    """End an open assessment for good; its answers stay readable.

    Raises InvalidTransition, Invalid without a reason, Stale when somebody submits it at this very moment.
    """
    authorise(actor, "assessments.withdraw", assessment.project)
    why = _reason(reason)
    review = held_review(assessment)
    row = held(assessment.pk)
    before = row.state
    if before in UNDECIDED and review is None:  # taking the review now would be taking it after its assessment
        raise Stale("Somebody submitted it just now.", do="Look at it again, then withdraw it.")
    move(row, State.WITHDRAWN)
    row.save(update_fields=["state", "version"])
    if review is not None:
        supersede_review(actor=actor, review=review, reason=why)
    record(actor, "assessment.withdrawn", row, before={"state": before}, reason=why, project=row.project)
    return row


@transaction.atomic
def publish_assessment(*, actor: Actor, assessment: Assessment) -> Assessment:
    """Let everybody who may see the project read an accepted assessment. Raises InvalidTransition."""
    authorise(actor, "assessments.publish", assessment.project)
    person = person_of(actor)
    row = held(assessment.pk)
    if row.state != State.ACCEPTED:
        raise InvalidTransition(f"Only what was accepted is published; this is {row.state}.")
    if row.published_at is not None:
        raise InvalidTransition(f"It was published on {row.published_at:%Y-%m-%d}.")
    row.published_at, row.published_by, row.version = clock.now(), person, row.version + 1
    row.save(update_fields=["published_at", "published_by", "version"])
    record(actor, "assessment.published", row, after={"digest": row.digest}, project=row.project)
    return row


def _framework(id: str) -> Framework:
    try:
        return framework_in_force(id)
    except LookupError as error:
        raise Invalid(str(error), field="framework") from error


def _only_open_one(assessment: Assessment) -> Assessment:
    try:
        with transaction.atomic():
            assessment.save(force_insert=True)
    except IntegrityError as error:
        project = assessment.project
        other = open_assessment(project, assessment.framework)
        by = f", begun by {other.started_by.display_name} on {other.started_at:%Y-%m-%d}" if other else ""
        raise Conflict(f"An assessment of {project.name} is open already{by}.", do="Go on with that one.") from error
    return assessment


def _none_ran_out(answers: list[Answer]) -> None:
    today = clock.now().date()
    for answer in answers:
        if answer.expires is not None and answer.expires <= today:
            what = f"The answer to {answer.item} ran out on {answer.expires:%Y-%m-%d}."
            raise Invalid(what, do="Give it a new end, or take it back.", field=answer.item)


def _freeze(draft: Assessment, answers: list[Answer], person: User) -> Scorecard:
    at = clock.now()
    draft.submitted_by, draft.submitted_at = person, at
    draft.decided_by, draft.decided_at, draft.reasons = None, None, {}
    draft.answers = payload_of(draft, answers)
    scorecard = score_project(draft.project, evidence_with(draft, draft.answers, at), framework_of(draft), at)
    _keep(draft, scorecard)
    draft.digest = seal(draft)
    return scorecard


def _keep(draft: Assessment, scorecard: Scorecard) -> None:
    draft.framework_version, draft.catalogue_version = scorecard.framework_version, scorecard.catalogue_version
    draft.scorecard, draft.summary = to_json(scorecard), summary_of(scorecard)
    draft.evidence = evidence_digests(scorecard)
    draft.confirmed, draft.possible = scorecard.overall.confirmed, scorecard.overall.possible


def _level(assessment: Assessment) -> dict[str, int | None]:
    return {"confirmed": assessment.confirmed, "possible": assessment.possible}


def _reason(text: str) -> str:
    reason = storable(text).strip()
    if not reason:
        raise Invalid("This needs a reason.", do="Say in a sentence why, for those who read it later.", field="reason")
    if len(reason) > LONGEST_REASON:
        what = f"The reason is {len(reason):,} characters long; {LONGEST_REASON:,} are kept."
        raise Invalid(what, do="Shorten it.", field="reason")
    return reason
