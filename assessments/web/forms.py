"""What a person typed into the questions of an assessment, read from a form: one answer per item.

Each comes with what it was when the page was made, so that only what the person changed is saved, and nobody is
overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from assessments.models import Answer
from mlops_portal.kernel.errors import Invalid

#: No text or link of an answer is longer; the page says so before the server does.
LONGEST_TEXT, LONGEST_LINK = 10_000, 1000

#: When somebody else changed the answer meanwhile: put mine in its place, or leave theirs.
MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True, slots=True)
class Typed:
    """One item as it stands in the form. ``answer`` "" leaves it open; ``expires`` is the text of a date.

    ``version`` is the one the page was made with (0: there was none), ``was`` the fingerprint of what stood there.
    ``theirs`` is the version of somebody else's answer that the page showed beside it, ``resolve`` the choice made.
    """

    item: str
    answer: str = ""
    text: str = ""
    link: str = ""
    expires: str = ""
    version: int = 0
    was: str = ""
    theirs: int = 0
    resolve: str = ""

    @property
    def fingerprint(self) -> str:
        """Short digest of what a person can change."""
        said = "\x1f".join((self.answer, self.text, self.link, self.expires))
        return sha256(said.encode()).hexdigest()[:16]

    @property
    def touched(self) -> bool:
        """Whether the person changed it since the page was made."""
        return self.fingerprint != self.was

    @property
    def blank(self) -> bool:
        """Whether it says nothing; an end alone is none."""
        return not (self.answer or self.text or self.link)

    @property
    def seen_version(self) -> int:
        """The version that the person has seen last, and wants to replace."""
        return self.theirs if self.resolve == MINE and self.theirs else self.version

    def ends(self) -> date | None:
        """The day it expires. Raises Invalid for what is no date."""
        try:
            return date.fromisoformat(self.expires) if self.expires else None
        except ValueError as error:
            do = "Write it like 2026-11-30."
            raise Invalid(f"“{self.expires[:40]}” is no date.", do=do, field="expires") from error


def stored(item: str, answer: Answer | None, propose: str = "") -> Typed:
    """An item of the form as it is first shown: what is kept, or nothing but the end that is proposed."""
    if answer is None:
        empty = Typed(item, expires=propose)
        return replace(empty, was=empty.fingerprint)
    ends = answer.expires.isoformat() if answer.expires else ""
    shown = Typed(item, answer.answer, _plain(answer.text), answer.link.strip(), ends, answer.version)
    return replace(shown, was=shown.fingerprint)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def typed(data: Mapping[str, Any], item: str) -> Typed | None:
    """What the form says about an item; None when the form had no such item."""
    if f"{item}-version" not in data:
        return None

    def part(name: str) -> str:
        return _plain(str(data.get(f"{item}-{name}", "")))

    return Typed(
        item=item,
        answer=part("answer"),
        text=part("text"),
        link=part("link"),
        expires=part("expires"),
        version=_number(part("version")),
        was=part("digest"),
        theirs=_number(part("theirs-version")),
        resolve=part("resolve"),
    )


def all_typed(data: Mapping[str, Any], items: Iterable[str]) -> dict[str, Typed]:
    """What the form says about each of ``items``, by item."""
    found = ((item, typed(data, item)) for item in items)
    return {item: said for item, said in found if said is not None}


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the team agreed on, as the form shows it; every field is text, "" where nothing is agreed."""

    slices: str = ""
    staleness_days: str = ""
    availability: str = ""
    acknowledge_minutes: str = ""


def agreed(agreements: Mapping[str, Any]) -> Agreed:
    """Stored agreements as texts; the availability as a percentage."""
    share = agreements.get("availability")
    return Agreed(
        slices=", ".join(agreements.get("slices", ())),
        staleness_days=_written(agreements.get("staleness_days")),
        availability=_written(round(share * 100, 6)) if share is not None else "",
        acknowledge_minutes=_written(agreements.get("acknowledge_minutes")),
    )


def _written(number: float | None) -> str:
    return "" if number is None else f"{number:g}" if number < 1e6 else str(number)


def typed_agreements(data: Mapping[str, Any]) -> Agreed:
    """The form's texts as they were typed."""
    return Agreed(**{name: _plain(str(data.get(name, "")))[:500] for name in Agreed.__slots__})


def agreements(said: Agreed) -> dict[str, Any]:
    """What was typed, in the stored shape. Raises Invalid, naming the field, for what is no number."""
    found: dict[str, Any] = {}
    slices = [part.strip() for part in said.slices.split(",") if part.strip()]
    share = _figure(said.availability.rstrip("% "), "availability")
    found |= {"slices": slices} if slices else {}
    found |= {"availability": round(share / 100, 10)} if share is not None else {}
    for name in ("staleness_days", "acknowledge_minutes"):
        number = _figure(getattr(said, name), name)
        found |= {name: number} if number is not None else {}
    return found


def _figure(text: str, field: str) -> float | None:
    if not text:
        return None
    try:
        number = float(text.replace(",", "."))
    except ValueError as error:
        raise Invalid(f"“{text[:40]}” is no number.", do="Write a number such as 60.", field=field) from error
    if not 0 < number < 1e6:
        raise Invalid(f"{text[:40]} is out of range.", do="Write a number above 0.", field=field)
    return int(number) if number.is_integer() else number


def default_end(today: date) -> date:
    """The end proposed for an attestation: half a year ahead."""
    return today + timedelta(days=182)


def earliest_end(today: date) -> date:
    """The first day that an answer may end on."""
    return today + timedelta(days=1)


def latest_end(today: date) -> date:
    """The last one."""
    return today + timedelta(days=365)
