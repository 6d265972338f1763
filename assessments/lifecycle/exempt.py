"""Asking for exceptions, renewing, withdrawing and revoking them. Granting is a review: ``exemption_reviews``.

A waiver opens gates until it ends, and never raises a level. "Not applicable" removes a criterion for a project. Locks
are taken in the order review, project, exemption, trail.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from assessments.lifecycle.exemption_reviews import digest_of, facts_of, state_of, title_of
from assessments.lifecycle.person import person_of
from assessments.lifecycle.record import locked
from assessments.lifecycle.rescore import rescore
from assessments.lifecycle.wording import text_of
from assessments.models import Exemption
from assessments.models.exemption import ExemptionKind, ExemptionState, ReasonCode
from assessments.selectors.exemptions import is_running, known_criterion, latest, running
from assessments.selectors.policies import policy_for
from mlops_portal.accounts.permissions import authorise
from mlops_portal.audit.record import record
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Conflict, Invalid, InvalidTransition
from mlops_portal.kernel.redaction import storable
from mlops_portal.projects.models import Project
from mlops_portal.reviews.actions import open_review, withdraw_review
from mlops_portal.reviews.kinds import KINDS
from mlops_portal.reviews.selectors import open_review_of

#: Characters that a link may have.
LONGEST_LINK = 1000


@transaction.atomic
def request_waiver(
    *,
    actor: Actor,
    project: Project,
    criterion: str,
    reason_code: str,
    text: str,
    link: str = "",
    starts: datetime | None = None,
    expires: datetime,
) -> Exemption:
    """Ask for a waiver of a criterion until ``expires``; another person decides.

    One asked for again after it ran out counts as a renewal. Raises NotAllowed, Invalid; Conflict while one is asked
    for or lasts.
    """
    given = {"criterion": criterion, "reason_code": reason_code, "text": text, "link": link}
    return _ask(actor, prepare_waiver(actor=actor, project=project, starts=starts, expires=expires, **given))


def prepare_waiver(
    *,
    actor: Actor,
    project: Project,
    criterion: str,
    reason_code: str,
    text: str,
    link: str = "",
    starts: datetime | None = None,
    expires: datetime,
) -> Exemption:
    """The waiver that would be asked for, checked and not stored. Raises what ``request_waiver`` raises."""
    authorise(actor, "assessments.request_exemption", project)
    former = latest(project, ExemptionKind.WAIVER, criterion)
    if former is not None and is_running(former, clock.now()):
        until = f"{former.expires:%-d %B %Y}"
        raise Conflict(f"{criterion} is waived until {until} already.", do="Renew that waiver.")
    wanted = _wanted(actor, project, criterion, text, link, starts)
    wanted.reason_code, wanted.expires = _reason_code(reason_code), _end(project, wanted.starts, expires)
    return _following(_undecided(wanted), former)


@transaction.atomic
def request_not_applicable(*, actor: Actor, project: Project, criterion: str, text: str, link: str = "") -> Exemption:
    """Ask that a criterion be left out for the project; another person decides.

    Raises NotAllowed, Invalid; Conflict when it is asked for or granted already.
    """
    wanted = prepare_not_applicable(actor=actor, project=project, criterion=criterion, text=text, link=link)
    return _ask(actor, wanted)


def prepare_not_applicable(*, actor: Actor, project: Project, criterion: str, text: str, link: str = "") -> Exemption:
    """What would be asked for, checked and not stored. Raises what ``request_not_applicable`` raises."""
    authorise(actor, "assessments.request_exemption", project)
    if latest(project, ExemptionKind.NOT_APPLICABLE, criterion) is not None:
        raise Conflict(f"{criterion} is not applicable to {project.name} already.", do="Revoke that first.")
    wanted = _wanted(actor, project, criterion, text, link)
    wanted.kind, wanted.reason_code = ExemptionKind.NOT_APPLICABLE, ReasonCode.DOES_NOT_ARISE
    return _undecided(wanted)


@transaction.atomic
def renew_waiver(*, actor: Actor, exemption: Exemption, text: str, expires: datetime) -> Exemption:
    """Ask for a granted waiver to last longer, or again; another person decides, and it is counted.

    Raises NotAllowed, Invalid, InvalidTransition when it was never granted or was revoked, Conflict.
    """
    project = exemption.project
    authorise(actor, "assessments.request_exemption", project)
    if exemption.kind != ExemptionKind.WAIVER or exemption.state != ExemptionState.GRANTED:
        raise InvalidTransition(f"{title_of(exemption)} is not a granted waiver.", do="Ask for a new one.")
    newest = latest(project, ExemptionKind.WAIVER, exemption.criterion) or exemption
    if newest.expires is not None and expires <= newest.expires:
        until = f"{newest.expires:%-d %B %Y}"
        raise Invalid(f"It lasts until {until} already.", do="Choose a later day.", field="expires")
    wanted = _wanted(actor, project, newest.criterion, text, newest.link)
    wanted.reason_code, wanted.expires = newest.reason_code, _end(project, wanted.starts, expires)
    return _ask(actor, _following(wanted, newest))


def withdraw_exemption(*, actor: Actor, exemption: Exemption, reason: str) -> Exemption:
    """Take a request back before it is decided. Raises NotAllowed, InvalidTransition, Invalid without a reason."""
    review = open_review_of(exemption.kind, str(exemption.pk))
    if review is None:
        raise InvalidTransition(f"{title_of(exemption)} is not waiting for a decision.")
    withdraw_review(actor=actor, review=review, reason=reason)
    exemption.refresh_from_db()
    return exemption


@transaction.atomic
def revoke_exemption(*, actor: Actor, exemption: Exemption, reason: str) -> Exemption:
    """End what was granted, now, and score the project again.

    Of a waiver also what it renews and what renews it, so that nothing of it lasts. Raises NotAllowed, Invalid without
    a reason, InvalidTransition when it does not last (any more).
    """
    authorise(actor, "assessments.revoke_exemption", exemption.project)
    reason, person, at = text_of(reason, "reason"), person_of(actor), clock.now()
    project = locked(exemption.project)
    granted = running(project, exemption.kind, exemption.criterion, at).select_for_update(no_key=True, of=("self",))
    found = list(granted)
    if exemption.pk not in {item.pk for item in found}:
        raise InvalidTransition(f"{title_of(exemption)} does not last any more.", do="There is nothing to revoke.")
    for item in found:
        item.state, item.revoked_by, item.revoked_at = ExemptionState.REVOKED, person, at
        item.save(update_fields=["state", "revoked_by", "revoked_at"])
    rescore(actor=actor, project=project)
    for item in found:
        before = {"state": ExemptionState.GRANTED.value}
        record(actor, f"{item.kind}.revoked", item, before=before, after=state_of(item), reason=reason, project=project)
    exemption.refresh_from_db()
    return exemption


def longest_end(project: Project, starts: datetime) -> datetime:
    """The latest end that a waiver of the project may have by the policy of its risk tier."""
    return starts + timedelta(days=policy_for(project).longest_waiver_days)


def _end(project: Project, starts: datetime, expires: datetime) -> datetime:
    if expires <= max(starts, clock.now()):
        raise Invalid("A waiver ends after it starts.", do="Choose a later day.", field="expires")
    if expires > (latest_end := longest_end(project, starts)):
        days = policy_for(project).longest_waiver_days
        what = f"A waiver of a project of {project.get_risk_tier_display().lower()} risk lasts {days} days at most."
        raise Invalid(what, do=f"Choose a day before {latest_end:%-d %B %Y}.", field="expires")
    return expires


def _wanted(
    actor: Actor, project: Project, criterion: str, text: str, link: str, starts: datetime | None = None
) -> Exemption:
    """A waiver to be asked for, as yet without its end."""
    at = clock.now()
    if starts is not None and starts < at:
        raise Invalid("A waiver does not reach into the past.", do="Let it start now, or later.", field="starts")
    return Exemption(
        project=project,
        kind=ExemptionKind.WAIVER,
        criterion=known_criterion(criterion).id,
        text=text_of(text, "text"),
        link=_link(link),
        starts=starts or at,
        requested_by=person_of(actor),
        requested_at=at,
    )


def _following(wanted: Exemption, former: Exemption | None) -> Exemption:
    if former is not None:
        wanted.renews, wanted.renewals = former, former.renewals + 1
    return wanted


def _reason_code(code: str) -> str:
    if code not in ReasonCode.values or code == ReasonCode.DOES_NOT_ARISE:
        known = ", ".join(value for value in ReasonCode.values if value != ReasonCode.DOES_NOT_ARISE)
        raise Invalid("A waiver needs one of the reasons.", do=f"Choose from {known}.", field="reason_code")
    return code


def _link(link: str) -> str:
    link = storable(link).strip()
    if link and not link.lower().startswith(("https://", "http://")):
        raise Invalid("A link starts with https://.", do="Give the address of a page.", field="link")
    if len(link) > LONGEST_LINK:
        raise Invalid(f"A link has at most {LONGEST_LINK} characters.", field="link")
    return link


def _undecided(wanted: Exemption) -> Exemption:
    same = Exemption.objects.filter(project=wanted.project, kind=wanted.kind, criterion=wanted.criterion)
    if same.filter(state=ExemptionState.REQUESTED).exists():
        raise _asked_already(wanted)
    return wanted


def _asked_already(wanted: Exemption) -> Conflict:
    what = f"{wanted.get_kind_display()} of {wanted.criterion} is being decided already."
    return Conflict(what, do="Wait for that decision, or withdraw the request.")


def _ask(actor: Actor, wanted: Exemption) -> Exemption:
    try:
        with transaction.atomic():
            wanted.save(force_insert=True)
    except IntegrityError as error:
        raise _asked_already(wanted) from error
    waits = wanted.requested_at + KINDS.get(wanted.kind).waits
    open_review(
        actor=actor,
        kind=wanted.kind,
        subject_id=str(wanted.pk),
        title=title_of(wanted),
        digest=digest_of(wanted),
        project=wanted.project,
        facts=facts_of(wanted),
        expires_at=min(waits, wanted.expires or waits),
    )
    after = state_of(wanted)
    record(actor, f"{wanted.kind}.requested", wanted, after=after, reason=wanted.text, project=wanted.project)
    return wanted
