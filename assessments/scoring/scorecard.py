"""The result of scoring one project under one framework: everything a page, the command or the API shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from assessments.checks.verdict import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Interval:
    """A level with its blind spots: ``confirmed`` by evidence, ``possible`` if all that is unknown turned out met."""

    confirmed: int
    possible: int

    def __str__(self) -> str:
        """Write ``2`` when certain, ``2 (up to 3)`` when not."""
        return str(self.confirmed) if self.certain else f"{self.confirmed} (up to {self.possible})"

    @property
    def certain(self) -> bool:
        """Whether nothing unknown could change the level."""
        return self.confirmed == self.possible


class Effort(StrEnum):
    """How much work a cure takes: S within a day, M within a week or two, L longer."""

    SMALL = "S"
    MEDIUM = "M"
    LARGE = "L"


class Cure(StrEnum):
    """What kind of step it is: change the project, or connect a source so that it can be seen."""

    DO_IT = "do it"
    LET_US_SEE = "let us see it"


@dataclass(frozen=True, slots=True)
class Waiver:
    """An approved exception for one criterion. It opens gates, never raises a level, and always ends."""

    criterion: str
    reason: str
    starts: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """An approved statement that a criterion does not arise for the project."""

    criterion: str
    reason: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """People and machines disagree about a criterion; the machine's evidence wins until a person resolves it."""

    criterion: str
    people_say: str
    machines_saw: str


class CheckResult(NamedTuple):
    """One check's verdict; ``valid_until`` is when it runs out.

    ``evidence`` names what it read: ``topic:digest``, and ``topic:digest:sight`` where looking did not succeed.
    """

    id: str
    verdict: Verdict
    valid_until: datetime | None = None
    evidence: tuple[str, ...] = ()


class CriterionResult(NamedTuple):
    """One criterion's verdict. ``level`` is None when the framework shows it without gating on it.

    ``stated`` is what people stated about the criterion as a whole (an attestation, an approved "not applicable"),
    with ``link`` to the proof and ``stated_until`` as its end. ``could_be_met`` tells whether it counts as met at the
    upper end of the interval.
    """

    id: str
    level: int | None
    outcome: Outcome
    strength: float
    reason: str
    checks: tuple[str, ...]
    supporting: tuple[str, ...] = ()
    superseded_by: str = ""
    waived_until: datetime | None = None
    stated: str = ""
    link: str = ""
    stated_until: datetime | None = None
    could_be_met: bool = False

    @property
    def counts_as_met(self) -> bool:
        """Met by itself, met through what supersedes it, or not applicable: it does not stand in the way."""
        return bool(self.superseded_by) or self.outcome in (Outcome.MET, Outcome.NOT_APPLICABLE)

    @property
    def earned(self) -> float:
        """What it earns where points are counted: a whole one, half of one, nothing."""
        if self.outcome is Outcome.NOT_APPLICABLE:
            return 1.0
        return self.strength if self.outcome is Outcome.MET else 0.0


class Completion(NamedTuple):
    """How many of one level's applicable criteria are met, in one dimension or over all."""

    level: int
    met: int
    total: int


@dataclass(frozen=True, slots=True)
class Points:
    """A sum of points with its blind spots, in half points; ``out_of`` is the most there can be."""

    confirmed: float
    possible: float
    out_of: int

    def __str__(self) -> str:
        """Write ``1.5 points`` when certain, ``1.5 (up to 4) points`` when not."""
        more = "" if self.confirmed == self.possible else f" (up to {self.possible:g})"
        return f"{self.confirmed:g}{more} point{'' if not more and self.confirmed == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class DimensionResult:
    """One dimension's interval, the completion of every level, and its criteria in the framework's order.

    ``points`` are there under a rule that counts them.
    """

    key: str
    interval: Interval
    completion: tuple[Completion, ...]
    criteria: tuple[CriterionResult, ...]
    points: Points | None = None

    def __str__(self) -> str:
        """Write the level, and the points where there are any: ``2 · 1.5 points``."""
        return f"{self.interval} · {self.points}" if self.points else str(self.interval)


@dataclass(frozen=True, slots=True)
class NextStep:
    """One criterion that blocks the next level: why it is open, what would satisfy it, by whom, how much work."""

    criterion: str
    dimension: str
    level: int
    outcome: Outcome
    cure: Cure
    effort: Effort
    owner: str
    reason: str
    remedy: str
    checks: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """The cheapest way to the next confirmed level: its target, steps in order, and the level it leads to."""

    target: int | None
    steps: tuple[NextStep, ...]
    leads_to: Interval


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A project scored under one framework version at ``as_of``. The same inputs give the same bytes."""

    framework: str
    framework_version: str
    catalogue_version: str
    as_of: datetime
    overall: Interval
    without_people: Interval
    waived: Interval
    completion: tuple[Completion, ...]
    dimensions: tuple[DimensionResult, ...]
    checks: Mapping[str, CheckResult]
    contradictions: tuple[Contradiction, ...]
    path: Path
    blind_spots: tuple[str, ...]
    notes: tuple[str, ...] = ()
    profile: str = ""

    @property
    def points(self) -> Points | None:
        """The points of the whole: both ends are the smallest of all dimensions; None where none are counted."""
        each = [dimension.points for dimension in self.dimensions if dimension.points]
        if not each:
            return None
        return Points(min(p.confirmed for p in each), min(p.possible for p in each), min(p.out_of for p in each))
