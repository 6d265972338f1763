"""Does a scorecard reach what is asked of it? The one decision behind the command's exit code, the API and CI. Pure.

A waiver opens this gate for a time; it never raises a level. Where a framework's rule is not gated by criteria, there
is nothing that a waiver could open, and the intervals stand as they are.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from assessments.scoring.scorecard import CriterionResult, DimensionResult, Interval, Scorecard

#: The key under which the overall level is asked for.
OVERALL = ""


class Decision(StrEnum):
    """The answer of the gate. Inconclusive: possible ≥ asked for > confirmed."""

    PASSES = "passes"
    BELOW = "below"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Opening:
    """A waiver that bears on the answer, and until when."""

    criterion: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """One demand: a dimension's key ("" for overall), the level asked for, the interval by evidence and with waivers.

    ``openings`` are the waivers without which it would not pass; the gate closes when the first of them ends.
    """

    key: str
    wanted: int
    reached: Interval
    waived: Interval
    decision: Decision
    openings: tuple[Opening, ...] = ()

    @property
    def sentence(self) -> str:
        """Why, for a person."""
        what = f"{self.key}: level" if self.key else "Level"
        if self.openings:
            until = f"{min(opening.until for opening in self.openings):%-d %B %Y}"
            return (
                f"{what} {self.reached.confirmed} is confirmed, waived to {self.waived.confirmed} until {until}: "
                f"the gate for level {self.wanted} is open."
            )
        confirmed = f"{what} {self.waived.confirmed} is confirmed"
        if self.decision is Decision.PASSES:
            return f"{confirmed}; {self.wanted} was asked for."
        if self.waived.possible >= self.wanted:
            return (
                f"{confirmed} and {self.waived.possible} is possible: whether it is {self.wanted} cannot be told yet."
            )
        return f"{confirmed} and no more than {self.waived.possible} is possible; {self.wanted} was asked for."

    def as_json(self) -> dict[str, Any]:
        """The published form."""
        return {
            "dimension": self.key or None,
            "wanted": self.wanted,
            "confirmed": self.reached.confirmed,
            "possible": self.reached.possible,
            "waived": {"confirmed": self.waived.confirmed, "possible": self.waived.possible},
            "decision": self.decision.value,
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True)
class GateResult:
    """The answer to all demands together, with the finding of each."""

    decision: Decision
    findings: tuple[Finding, ...]

    @property
    def sentence(self) -> str:
        """Why: the findings that decided."""
        decided = [finding.sentence for finding in self.findings if finding.decision is self.decision]
        return " ".join(decided) or "No level was asked for."

    @property
    def openings(self) -> tuple[Opening, ...]:
        """The waivers that opened it, each once."""
        return tuple(dict.fromkeys(opening for finding in self.findings for opening in finding.openings))

    @property
    def open_until(self) -> datetime | None:
        """When the first of these waivers ends; None where none was needed."""
        return min((opening.until for opening in self.openings), default=None)


def gate(
    scorecard: Scorecard,
    minimum: int | None = None,
    dimension_minima: Iterable[tuple[str, int]] = (),
    *,
    strict: bool = False,
    waived: bool = True,
    at: datetime | None = None,
) -> GateResult:
    """Decide. ``strict`` turns inconclusive into below; ``waived=False`` looks at the evidence alone.

    A waiver that is noted in the scorecard counts while it lasts at ``at`` (default: when it was scored). Raises
    LookupError for a dimension that there is not, naming those there are.
    """
    active = dict(_active(scorecard, at or scorecard.as_of)) if waived else {}
    demands = [] if minimum is None else [(OVERALL, minimum)]
    findings = tuple(_find(scorecard, key, wanted, active, strict) for key, wanted in (*demands, *dimension_minima))
    return GateResult(_worst(finding.decision for finding in findings), findings)


def passing_over(scorecard: Scorecard, names: Container[str]) -> Interval:
    """The overall interval if these criteria did not stand in the way: waived, or not applicable."""
    intervals = [_dimension(dimension, names) for dimension in scorecard.dimensions]
    plain = [dimension.interval for dimension in scorecard.dimensions]
    return _lowest(intervals) if intervals and _lowest(plain) == scorecard.overall else scorecard.overall


def waived_names(scorecard: Scorecard, at: datetime) -> frozenset[str]:
    """The criteria whose waivers last at ``at``."""
    return frozenset(name for name, _ in _active(scorecard, at))


def waived_now(scorecard: Scorecard, at: datetime) -> Interval:
    """The overall interval with the waivers that last at ``at``."""
    return passing_over(scorecard, waived_names(scorecard, at))


def _lowest(intervals: Iterable[Interval]) -> Interval:
    found = list(intervals)
    return Interval(min(i.confirmed for i in found), min(i.possible for i in found))


def _criteria(scorecard: Scorecard) -> Iterator[CriterionResult]:
    return (criterion for dimension in scorecard.dimensions for criterion in dimension.criteria)


def _active(scorecard: Scorecard, at: datetime) -> Iterator[tuple[str, datetime]]:
    for criterion in _criteria(scorecard):
        if criterion.waived_until is not None and at < criterion.waived_until:
            yield criterion.id, criterion.waived_until


def _below_first(levels: Iterable[int | None], top: int) -> int:
    return min((level for level in levels if level is not None), default=top + 1) - 1


def _gated(dimension: DimensionResult, names: Container[str]) -> Interval:
    blocking = [c for c in dimension.criteria if not c.counts_as_met and c.id not in names]
    top = max((step.level for step in dimension.completion), default=0)
    return Interval(
        _below_first((c.level for c in blocking), top),
        _below_first((c.level for c in blocking if not c.could_be_met), top),
    )


def _dimension(dimension: DimensionResult, names: Container[str]) -> Interval:
    """The dimension's interval without these criteria; as it is where its levels do not follow from criteria alone."""
    return _gated(dimension, names) if _gated(dimension, ()) == dimension.interval else dimension.interval


def _intervals(scorecard: Scorecard, key: str, active: Mapping[str, datetime]) -> tuple[Interval, Interval]:
    if key == OVERALL:
        return scorecard.overall, passing_over(scorecard, active)
    for dimension in scorecard.dimensions:
        if dimension.key == key:
            return dimension.interval, _dimension(dimension, active)
    known = ", ".join(dimension.key for dimension in scorecard.dimensions)
    raise LookupError(f"No dimension is called {key!r}; this framework has {known}.")


def _openings(scorecard: Scorecard, key: str, wanted: int, active: Mapping[str, datetime]) -> tuple[Opening, ...]:
    asked = [d for d in scorecard.dimensions if key in (OVERALL, d.key)]
    blocking = (c for d in asked for c in d.criteria if c.level is not None and not c.counts_as_met)
    return tuple(Opening(c.id, active[c.id]) for c in blocking if (c.level or 0) <= wanted and c.id in active)


def _find(scorecard: Scorecard, key: str, wanted: int, active: Mapping[str, datetime], strict: bool) -> Finding:
    reached, waived = _intervals(scorecard, key, active)
    if waived.confirmed >= wanted:
        needed = reached.confirmed < wanted
        openings = _openings(scorecard, key, wanted, active) if needed else ()
        return Finding(key, wanted, reached, waived, Decision.PASSES, openings)
    open_still = waived.possible >= wanted and not strict
    return Finding(key, wanted, reached, waived, Decision.INCONCLUSIVE if open_still else Decision.BELOW)


def _worst(decisions: Iterable[Decision]) -> Decision:
    found = set(decisions)
    return next((d for d in (Decision.BELOW, Decision.INCONCLUSIVE) if d in found), Decision.PASSES)
