"""Answering the questions of an open assessment: saved as it is given, by the rules that ``mlops.yaml`` obeys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from assessments.checks.human import QUESTION
from assessments.collectors.answers import Flaw, flaws_of, flaws_of_agreements, flaws_of_link
from assessments.lifecycle.person import person_of
from assessments.lifecycle.progress import held_draft
from assessments.lifecycle.record import storable_values
from assessments.models import Answer, Assessment
from assessments.selectors.asked import items_of
from assessments.selectors.assessments import framework_of
from assessments.selectors.form import end_of, said
from assessments.selectors.reviewers import ANSWERED
from mlops_portal.accounts.permissions import authorise
from mlops_portal.audit.models import AuditEntry
from mlops_portal.audit.record import record
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Invalid, Stale
from mlops_portal.kernel.redaction import storable

#: Characters that the words of an answer may have.
LONGEST_TEXT = 10_000

#: How long a "no" or "not sure" about a criterion holds when nobody says until when.
USUALLY = timedelta(days=365)

#: What to do about a flaw, in the words of a form.
CURES = {
    "expires": "Choose a day after today and at most a year ahead.",
    "link": "Give an address that starts with https:// and shows it.",
    "answer": "Choose one of the answers.",
}

Given = dict[str, Any]


@transaction.atomic
def answer_item(
    *,
    actor: Actor,
    assessment: Assessment,
    item: str,
    answer: str,
    text: str = "",
    link: str = "",
    expires: date | None = None,
    version: int | None = None,
) -> Answer:
    """Answer a question, or attest a criterion. Saying the same again in one assessment changes nothing.

    ``version`` is that of the answer which the editor saw, 0 when there was none; None does not look. Raises Stale,
    naming who changed it, when it is another by now; Invalid (``field``), NotAllowed, InvalidTransition when frozen.
    """
    authorise(actor, "assessments.answer", assessment.project)
    person = person_of(actor)
    draft = held_draft(assessment.pk)
    before = _answer_to(draft, item)
    given = _checked(draft, item, answer, text, link, expires)
    if before is not None and before.at >= draft.started_at and _same(before, given):
        return before
    _unchanged(draft, item, before, version)
    values = {**given, "by": person, "said_by": "", "at": clock.now(), "version": _count(draft)}
    after, _ = Answer.objects.update_or_create(assessment=draft, item=item, defaults=values)
    _note(actor, draft, item, before, after)
    return after


@transaction.atomic
def clear_answer(*, actor: Actor, assessment: Assessment, item: str, version: int | None = None) -> None:
    """Take an answer back; without one nothing happens. Raises what ``answer_item`` raises."""
    authorise(actor, "assessments.answer", assessment.project)
    draft = held_draft(assessment.pk)
    before = _answer_to(draft, item)
    if before is None:
        return
    _unchanged(draft, item, before, version)
    before.delete()
    _count(draft)
    _note(actor, draft, item, before, None)


@transaction.atomic
def set_agreements(*, actor: Actor, assessment: Assessment, agreements: Mapping[str, Any]) -> Assessment:
    """Say what the project's people agreed on, as the whole of it (see ``assessments.checks.human``).

    Raises Invalid, whose ``field`` is the agreement that is wrong.
    """
    authorise(actor, "assessments.answer", assessment.project)
    draft = held_draft(assessment.pk)
    agreed = storable_values(dict(agreements))
    _insist(flaws_of_agreements(agreed))
    before = draft.agreements
    if before == agreed:
        return draft
    draft.agreements = agreed
    draft.save(update_fields=["agreements"])
    _count(draft)
    after = {"agreements": draft.agreements}
    record(actor, ANSWERED, draft, before={"agreements": before}, after=after, project=draft.project)
    return draft


def _answer_to(draft: Assessment, item: str) -> Answer | None:
    return Answer.objects.select_related("by").filter(assessment=draft, item=storable(item)).first()


def _same(before: Answer, given: Given) -> bool:
    return all(getattr(before, name) == value for name, value in given.items())


def _count(draft: Assessment) -> int:
    draft.version += 1
    draft.save(update_fields=["version"])
    return draft.version


def _note(actor: Actor, draft: Assessment, item: str, before: Answer | None, after: Answer | None) -> None:
    was = {"item": item} | (said(before) if before else {})
    now = {"item": item} | (said(after) if after else {"answer": None})
    record(actor, ANSWERED, draft, before=was, after=now, project=draft.project)


def _checked(draft: Assessment, item: str, answer: str, text: str, link: str, expires: date | None) -> Given:
    """The answer as it is stored. Raises Invalid for the first thing that is wrong."""
    text, link = storable(text).strip(), storable(link).strip()
    if item not in items_of(framework_of(draft)):
        raise Invalid(f"{storable(item)[:40]!r} is nothing that this assessment asks.", field="item")
    if len(text) > LONGEST_TEXT:
        what = f"The text is {len(text):,} characters long; {LONGEST_TEXT:,} are kept."
        raise Invalid(what, do="Shorten it, and link to the rest.", field="text")
    if expires is None and answer != "yes" and not item.startswith(QUESTION):
        expires = (clock.now() + USUALLY).date()
    _insist([*flaws_of(_as_said(item, answer, link, expires)), *(flaws_of_link(link) if link else ())])
    return {"answer": answer, "text": text, "link": link, "expires": expires}


def _as_said(item: str, answer: str, link: str, expires: date | None) -> Given:
    return {
        "id": item,
        "answer": answer,
        "link": link,
        "at": clock.now().isoformat(),
        "expires": end_of(expires),
    }


def _insist(flaws: list[Flaw]) -> None:
    for flaw in flaws:
        what = f"{flaw.what[:1].upper()}{flaw.what[1:]}"
        raise Invalid(what, do=CURES.get(flaw.field, flaw.do), field=flaw.field)


def _unchanged(draft: Assessment, item: str, before: Answer | None, version: int | None) -> None:
    """Raise Stale unless the answer is the one that the editor saw."""
    if version is None or version == (before.version if before else 0):
        return
    who, when = (before.by.display_name, before.at) if before else _who_took_back(draft, item)
    what = f"{who} changed the answer to {item} on {when:%Y-%m-%d at %H:%M} UTC, after you opened it."
    raise Stale(what, do="Look at theirs, then save yours again if it still holds.")


def _who_took_back(draft: Assessment, item: str) -> tuple[str, datetime]:
    """Who changed the answer last: the trail tells, for the answer itself is gone."""
    kind = draft._meta.label_lower
    entries = AuditEntry.objects.filter(verb=ANSWERED, subject_kind=kind, subject_id=str(draft.pk))
    newest = (entry for entry in entries.order_by("-sequence").iterator(50) if entry.after.get("item") == item)
    last = next(newest, None)
    return (last.actor_name, last.at) if last else ("Somebody", draft.started_at)
