"""Every change of a review. Who asked never decides, whoever they are; a decision is bound to what was shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import authorise
from mlops_portal.audit.record import record
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor, ActorKind
from mlops_portal.kernel.errors import Conflict, Invalid, InvalidTransition, NotAllowed, Stale
from mlops_portal.kernel.redaction import storable
from mlops_portal.projects.models import Project
from mlops_portal.reviews.kinds import KINDS, kind_of
from mlops_portal.reviews.models import Answer, Comment, Decision, Review, ReviewState
from mlops_portal.reviews.permissions import had_a_hand
from mlops_portal.reviews.selectors import has_changed

#: Characters that a reason or a comment may have.
LONGEST_TEXT = 10_000


@transaction.atomic
def open_review(
    *,
    actor: Actor,
    kind: str,
    subject_id: str,
    title: str,
    digest: str,
    project: Project | None = None,
    facts: Iterable[tuple[str, str]] = (),
    needed: int = 1,
    expires_at: datetime | None = None,
) -> Review:
    """Ask for a review; whom the kind bars is kept with it. The action that calls it has authorised the request.

    Raises Conflict when a review of the subject is open, Invalid for a request that nobody could decide.
    """
    _decidable(needed, digest)
    at = clock.now()
    review = Review(
        kind=kind,
        project=project,
        subject_id=subject_id,
        title=title[:200],
        facts=[{"label": label, "text": text} for label, text in facts],
        digest=digest,
        requester=_person(actor),
        needed=needed,
        opened_at=at,
        expires_at=expires_at or at + KINDS.get(kind).waits,
    )
    try:
        with transaction.atomic():
            review.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            f"A review of this is already open: {title}.", do="Decide or withdraw that one first."
        ) from error
    review.barred.set(kind_of(review).barred(review))
    after = {"kind": kind, "digest": digest, "needed": needed}
    record(actor, "review.opened", review, after=after, project=project)
    return review


@transaction.atomic
def decide(
    *,
    actor: Actor,
    review: Review,
    answer: str,
    reason: str,
    digest: str,
    details: Mapping[str, str] | None = None,
) -> Review:
    """Say yes or no, with a reason, about the subject as it was shown under ``digest``.

    Raises NotAllowed (also for whoever asked or had a hand in it, superusers included), Conflict when the person has
    decided already, InvalidTransition when it is no longer open, Stale when the subject is another by now, Invalid.
    """
    review = _locked(review)
    decision = prepare_decision(
        actor=actor, review=review, answer=answer, reason=reason, digest=digest, details=details
    )
    decision.save(force_insert=True)
    _conclude(actor, review, decision)
    return review


def prepare_decision(
    *,
    actor: Actor,
    review: Review,
    answer: str,
    reason: str,
    digest: str,
    details: Mapping[str, str] | None = None,
) -> Decision:
    """What would be decided, checked and not stored: for asking once more. Raises what ``decide`` raises."""
    person = _person(actor)
    _not_their_own(actor, person, review)
    authorise(actor, "reviews.decide", review)
    _not_decided_yet(actor, person, review)
    _still_open(review)
    _still_the_same(review, digest)
    return Decision(
        review=review,
        requester=review.requester,
        reviewer=person,
        answer=_answer(answer),
        reason=_text(reason, "reason"),
        details=_details(review, details or {}),
        digest=digest,
        at=clock.now(),
    )


@transaction.atomic
def comment(*, actor: Actor, review: Review, text: str) -> Comment:
    """Say something about an open or closed review; a double click says it once. Raises NotAllowed, Invalid."""
    authorise(actor, "reviews.comment", review)
    review, person, text = _locked(review), _person(actor), _text(text, "text")
    last = review.comments.last()
    if last is not None and (last.author_id, last.text) == (person.pk, text):
        return last
    said = Comment.objects.create(review=review, author=person, text=text, at=clock.now())
    record(actor, "review.commented", review, after={"comment": said.pk}, project=review.project)
    return said


@transaction.atomic
def withdraw_review(*, actor: Actor, review: Review, reason: str) -> Review:
    """Take the request back, with a reason. Raises NotAllowed, InvalidTransition, Invalid without a reason."""
    authorise(actor, "reviews.withdraw", review)
    return _close(actor, _locked(review), ReviewState.WITHDRAWN, _text(reason, "reason"))


@transaction.atomic
def supersede_review(*, actor: Actor, review: Review, reason: str) -> Review:
    """Close a review whose subject has moved on. The action that calls it has authorised that."""
    return _close(actor, _locked(review), ReviewState.SUPERSEDED, reason)


@transaction.atomic
def expire_review(*, actor: Actor, review: Review) -> Review:
    """Close a review that nobody decided in time. Raises InvalidTransition when it is not due."""
    review = _locked(review)
    if review.expires_at is None or review.expires_at > clock.now():
        raise InvalidTransition(f"The review of {review.title} has not run out.")
    return _close(actor, review, ReviewState.EXPIRED, "")


def _locked(review: Review) -> Review:
    return (
        Review.objects.select_for_update(no_key=True, of=("self",))
        .select_related("project", "requester")
        .get(pk=review.pk)
    )


def _person(actor: Actor) -> User:
    if actor.kind is not ActorKind.PERSON or not isinstance(actor.principal, User):
        raise NotAllowed(f"{actor.name} is no person; reviews are between people.", do="Sign in as a person.")
    return actor.principal


def _decidable(needed: int, digest: str) -> None:
    if needed < 1:
        raise Invalid("A review needs one approval at least.", field="needed")
    if not digest:
        raise Invalid("There is nothing that a decision could be bound to.", field="digest")


def _not_their_own(actor: Actor, person: User, review: Review) -> None:
    # Superusers pass every permission, but not this: four eyes are four eyes.
    if person.pk == review.requester_id:
        raise NotAllowed(f"{actor.name} asked for this review and may not decide it.", do="Another person must.")
    if had_a_hand(person, review):
        raise NotAllowed(f"{actor.name} had a hand in this and may not decide it.", do="Another person must.")


def _not_decided_yet(actor: Actor, person: User, review: Review) -> None:
    # The lock on the review makes this safe; the constraint of the table would refuse a second one all the same.
    if review.decisions.filter(reviewer=person).exists():
        raise Conflict(f"{actor.name} has decided already.", do="A decision is given once; what it said stands.")


def _still_open(review: Review) -> None:
    if review.state != ReviewState.OPEN:
        raise InvalidTransition(f"The review of {review.title} is already {review.state}.")
    if review.expires_at is not None and review.expires_at <= clock.now():
        raise InvalidTransition(f"The review of {review.title} has run out.", do="It is closed within the hour.")


def _still_the_same(review: Review, digest: str) -> None:
    if digest != review.digest or has_changed(review):
        raise Stale("What is reviewed has changed since it was shown.", do="Look at it again, then decide.")


def _answer(answer: str) -> Answer:
    if answer not in Answer.values:
        raise Invalid("A decision is approve or return.", do="Choose one.", field="answer")
    return Answer(answer)


def _text(text: str, field: str) -> str:
    text = storable(text).replace("\r\n", "\n").strip()
    if not text:
        raise Invalid("This needs words.", do="Write one or two sentences for those who read it later.", field=field)
    if len(text) > LONGEST_TEXT:
        raise Invalid(f"This is {len(text)} characters long.", do=f"Keep it below {LONGEST_TEXT}.", field=field)
    return text


def _details(review: Review, details: Mapping[str, str]) -> dict[str, str]:
    known = {part for part, _ in kind_of(review).parts(review)}
    said = {part: text for part, text in details.items() if text.strip()}
    for part in said.keys() - known:
        raise Invalid(f"{storable(part)[:60]!r} is no part of what is reviewed.", field="details")
    return {part: _text(text, f"detail-{part}") for part, text in said.items()}


def _conclude(actor: Actor, review: Review, decision: Decision) -> None:
    kind = kind_of(review)
    approvals = review.decisions.filter(answer=Answer.APPROVE).count()
    returned, enough = decision.answer == Answer.RETURN, approvals >= review.needed
    if returned or enough:
        review.state = ReviewState.RETURNED if returned else ReviewState.APPROVED
        review.closed_at = decision.at
        review.save(update_fields=["state", "closed_at"])
    if returned:
        kind.returned(actor, review, decision)
    elif enough:
        kind.approved(actor, review)
    else:
        kind.decided_in_part(actor, review)
    verb = "review.returned" if returned else "review.approved"
    after = {"approvals": approvals, "needed": review.needed, "digest": review.digest, "details": decision.details}
    record(actor, verb, review, after=after, reason=decision.reason, project=review.project)


def _close(actor: Actor, review: Review, state: ReviewState, reason: str) -> Review:
    if review.state != ReviewState.OPEN:
        raise InvalidTransition(f"The review of {review.title} is already {review.state}.")
    review.state, review.closed_at = state, clock.now()
    review.save(update_fields=["state", "closed_at"])
    if state != ReviewState.SUPERSEDED:
        kind_of(review).closed(actor, review)
    record(actor, f"review.{state}", review, reason=reason, project=review.project)
    return review
