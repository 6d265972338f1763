"""The answer to a check: one of seven outcomes, how strong it is, why, and what was seen.

The records are named tuples, as immutable as frozen dataclasses and made in half the time: scoring a project makes
hundreds of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from itertools import islice
from typing import Any, NamedTuple


class Outcome(StrEnum):
    """Seven outcomes, never a bool. STALE and ERROR count as UNKNOWN when levels are computed."""

    MET = "met"
    PARTIAL = "partial"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    STALE = "stale"
    ERROR = "error"


#: Strength of a verdict: observed at run time or automated and repeated; merely declared or manual; nothing.
OBSERVED, DECLARED, NOTHING = 1.0, 0.5, 0.0


class Seen(NamedTuple):
    """One thing that was looked at: a short text, where it is (``path:line``, a run id), and a link if there is one."""

    text: str
    where: str = ""
    link: str = ""

    def as_json(self) -> dict[str, Any]:
        """The stored and published form."""
        return {"text": self.text, "where": self.where, "link": self.link}


class Verdict(NamedTuple):
    """``reason`` is one sentence for a person; ``seen`` what it rests on; ``strength`` is 0, 0.5 or 1."""

    outcome: Outcome
    strength: float = NOTHING
    reason: str = ""
    seen: tuple[Seen, ...] = ()
    link: str = ""


#: No verdict lists more than this many things seen; the reason gives the full count.
MOST_SEEN = 12


def _bounded(seen: Iterable[Seen]) -> tuple[Seen, ...]:
    return tuple(islice(seen, MOST_SEEN))


def met(reason: str, seen: Iterable[Seen] = (), *, strength: float = OBSERVED, link: str = "") -> Verdict:
    """Yes. ``strength=DECLARED`` when only a declaration was seen, not the thing at work."""
    return Verdict(Outcome.MET, strength, reason, _bounded(seen), link)


def partial(reason: str, seen: Iterable[Seen] = (), *, link: str = "") -> Verdict:
    """In part: more than nothing, less than the question asks."""
    return Verdict(Outcome.PARTIAL, DECLARED, reason, _bounded(seen), link)


def not_met(reason: str, seen: Iterable[Seen] = (), *, link: str = "") -> Verdict:
    """We could look and it is not so."""
    return Verdict(Outcome.NOT_MET, NOTHING, reason, _bounded(seen), link)


def unknown(reason: str, seen: Iterable[Seen] = (), *, link: str = "") -> Verdict:
    """We cannot tell; the reason says what would let us."""
    return Verdict(Outcome.UNKNOWN, NOTHING, reason, _bounded(seen), link)


def not_applicable(reason: str, seen: Iterable[Seen] = ()) -> Verdict:
    """The question does not arise for this project."""
    return Verdict(Outcome.NOT_APPLICABLE, NOTHING, reason, _bounded(seen))
