"""The questions of an assessment as pages show them: items joined with what was typed, refused or overtaken. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from assessments.checks.verdict import Outcome
from assessments.frameworks.framework import Framework
from assessments.models import Answer
from assessments.reports.document import WORDS
from assessments.selectors.questionnaire import Item, LeftOut, MachineCheck, Part, Questionnaire
from assessments.web.forms import Typed, default_end, stored
from assessments.web.presentation import UNSEEN

#: The key that presses an answer; the others are numbered from 1.
NOT_SURE_KEY = "0"


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    """One radio button; ``value`` "" leaves the item open."""

    value: str
    label: str
    key: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody else's answer, given while mine was typed; ``answer`` is "" when they took theirs back."""

    what: str
    version: int
    answer: str = ""
    text: str = ""
    link: str = ""
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Blind:
    """Checks that machines could not answer, for one reason."""

    reason: str
    checks: tuple[MachineCheck, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One item as a form field. ``errors`` maps a part of it to what is wrong; ``asked`` is the reviewer's remark.

    ``machines`` are the checks that have an answer, ``blind`` the others; ``denied`` tells that one of them says no.
    ``decides`` are the criteria it bears on, each with its statement.
    """

    id: str
    attestation: bool
    question: str
    why: str
    counts: str
    level: int | None
    decides: tuple[tuple[str, str], ...]
    machines: tuple[MachineCheck, ...]
    blind: tuple[Blind, ...]
    denied: bool
    outcome: Outcome | None
    contradiction: str
    choices: tuple[ChoiceLine, ...]
    said: Typed
    was: str
    by: str
    at: datetime | None
    ran_out: bool
    taken_over: bool
    asked: str
    errors: Mapping[str, str] = field(default_factory=dict)
    conflict: Overtaken | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One dimension in the overview: how far it is, and which items are open."""

    key: str
    title: str
    answered: int
    total: int
    settled: int
    open: tuple[Item, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def counted(self) -> str:
        """How far it is: "3/5"."""
        return f"{self.answered}/{self.total}"


def steps(asked: Questionnaire) -> tuple[Step, ...]:
    """Every dimension of the questionnaire."""
    return tuple(map(_step, asked.dimensions))


def _step(part: Part) -> Step:
    settled = sum(item.settled for item in part.items)
    waiting = tuple(item for item in part.items if item.open)
    return Step(part.key, part.title, part.answered, part.total, settled, waiting, part.left_out)


def dimension_of(asked: Questionnaire, name: str) -> str:
    """The dimension on whose page an item, or the items that decide about a criterion, are; "" for none."""
    for part in asked.dimensions:
        if any(name == item.id or name in item.decides for item in part.items):
            return part.key
    return ""


def item_for(asked: Questionnaire, name: str) -> str:
    """The item that a reason about ``name``, an item or a criterion, leads to; ``name`` itself for want of one."""
    items = asked.items
    if any(item.id == name for item in items):
        return name
    return next((item.id for item in items if name in item.decides), name)


def shown(item: Item, today: date) -> Typed:
    """What the form shows first: what is kept; for an attestation nobody gave yet, the end that is proposed."""
    propose = default_end(today).isoformat() if item.kind == "attestation" and item.answer is None else ""
    return stored(item.id, item.answer, propose)


def line(
    item: Item,
    framework: Framework,
    today: date,
    *,
    said: Typed | None = None,
    reasons: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    conflict: Overtaken | None = None,
) -> Line:
    """An item as a field; ``said`` is what the person typed and could not be kept, or nothing."""
    first = shown(item, today)
    now = said or first
    return Line(
        id=item.id,
        attestation=item.kind == "attestation",
        question=item.text,
        why=item.why,
        counts=item.counts,
        level=item.level,
        decides=tuple((name, framework.criterion(name).statement) for name in item.decides if name != item.id),
        machines=tuple(check for check in item.machines if check.outcome not in UNSEEN),
        blind=_blind(item.machines),
        denied=any(check.outcome is Outcome.NOT_MET for check in item.machines),
        outcome=Outcome.MET if item.settled else None,
        contradiction=item.contradiction,
        choices=choices(item, now.answer),
        said=now,
        was=now.was if said else first.was,
        by=by(item.answer),
        at=item.answer.at if item.answer else None,
        ran_out=item.ran_out,
        taken_over=bool(item.answer and item.answer.said_by),
        asked=_asked(item, reasons or {}),
        errors=errors or {},
        conflict=conflict,
    )


def _blind(machines: Iterable[MachineCheck]) -> tuple[Blind, ...]:
    reasons: dict[str, list[MachineCheck]] = {}
    for check in machines:
        if check.outcome in UNSEEN:
            reasons.setdefault(check.reason, []).append(check)
    return tuple(Blind(reason, tuple(checks)) for reason, checks in reasons.items())


def _asked(item: Item, reasons: Mapping[str, str]) -> str:
    return "\n".join(reasons[name] for name in dict.fromkeys((item.id, *item.decides)) if name in reasons)


def choices(item: Item, chosen: str) -> tuple[ChoiceLine, ...]:
    """The radio buttons of an item, the last of which leaves it open; 0 is "not sure", the others count from 1."""
    made: list[ChoiceLine] = []
    for value, label in item.choices:
        key = NOT_SURE_KEY if value == "not-sure" else str(len(made) + 1)
        made.append(ChoiceLine(value, label, key, value == chosen))
    if chosen and all(choice.value != chosen for choice in made):
        made.append(ChoiceLine(chosen, said_as(chosen), "", chosen=True))
    return (*made, ChoiceLine("", "Leave open", "", not chosen))


def said_as(answer: str) -> str:
    """An answer as people read it."""
    return WORDS.get(answer, answer)


def by(answer: Answer | None) -> str:
    """Who said it, and whether it was taken over."""
    if answer is None:
        return ""
    if answer.said_by:
        return f"Taken over from {answer.said_by}"
    return f"Answered by {answer.by.display_name}"


def overtaken(what: str, answer: Answer | None) -> Overtaken:
    """Somebody else's answer beside mine."""
    if answer is None:
        return Overtaken(what, 0)
    return Overtaken(what, answer.version, said_as(answer.answer), answer.text, answer.link, answer.expires)


def neighbours(found: Sequence[Step], key: str) -> tuple[Step | None, Step | None]:
    """The dimensions before and after one."""
    keys = [step.key for step in found]
    place = keys.index(key)
    return (found[place - 1] if place else None, found[place + 1] if place + 1 < len(found) else None)
