"""The scorecard as the page shows it: verdicts joined with their texts, ordered and grouped. Pure, no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from assessments.checks.catalogue import Catalogue
from assessments.checks.verdict import Outcome, Seen
from assessments.frameworks.framework import Framework
from assessments.scoring.scorecard import (
    Completion,
    Contradiction,
    CriterionResult,
    Cure,
    DimensionResult,
    Interval,
    NextStep,
    Points,
    Scorecard,
)

#: What stands in the way, worst first: a failure, half a success, then what nobody could see.
WORST_FIRST = (Outcome.NOT_MET, Outcome.PARTIAL, Outcome.ERROR, Outcome.STALE, Outcome.UNKNOWN)
#: Outcomes of a check that leave its question open.
UNSEEN = frozenset({Outcome.UNKNOWN, Outcome.STALE, Outcome.ERROR})


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check under a criterion: the question, the answer, what it rests on, and until when."""

    id: str
    question: str
    remedy: str
    outcome: Outcome
    strength: float
    reason: str
    seen: tuple[Seen, ...]
    link: str
    valid_until: datetime | None

    @property
    def declared_only(self) -> bool:
        """Met on paper only: a declaration was seen, not the thing at work."""
        return self.outcome is Outcome.MET and self.strength < 1


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion: what it demands, its verdict, its checks, those that only support it."""

    result: CriterionResult
    title: str
    question: str
    why: str
    checks: tuple[CheckLine, ...]
    supporting: tuple[CheckLine, ...]
    dimension: str = ""

    @property
    def open_checks(self) -> tuple[CheckLine, ...]:
        """The checks that keep it from being met, worst first; all of them when each is met on paper only."""
        unmet = [line for line in self.checks if line.outcome in WORST_FIRST]
        return tuple(sorted(unmet, key=lambda line: WORST_FIRST.index(line.outcome))) or self.checks

    @property
    def expires(self) -> datetime | None:
        """When the first of its answers runs out."""
        return min((line.valid_until for line in self.checks if line.valid_until), default=None)


@dataclass(frozen=True, slots=True)
class Group:
    """One dimension with all its criteria."""

    key: str
    title: str
    interval: Interval
    completion: tuple[Completion, ...]
    criteria: tuple[CriterionLine, ...]
    points: Points | None = None

    @property
    def met(self) -> int:
        """How many of its criteria do not stand in the way."""
        return sum(line.result.counts_as_met for line in self.criteria)


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the cheapest path."""

    step: NextStep
    title: str
    dimension: str

    @property
    def by_looking(self) -> bool:
        """Whether the cure is to let us see, not to change the project."""
        return self.step.cure is Cure.LET_US_SEE


@dataclass(frozen=True, slots=True)
class Clash:
    """People and machines disagree about a criterion."""

    contradiction: Contradiction
    title: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything the template walks through. ``blocking`` are the open criteria of the next level, failing first."""

    groups: tuple[Group, ...]
    blocking: tuple[CriterionLine, ...]
    steps: tuple[StepLine, ...]
    clashes: tuple[Clash, ...]
    unseen: int


@dataclass(frozen=True, slots=True)
class _Texts:
    """Where the words come from; ids that the texts no longer know are shown bare, so that old ones stay readable."""

    card: Scorecard
    framework: Framework
    catalogue: Catalogue

    def check(self, id: str) -> CheckLine:
        result = self.card.checks[id]
        entry, verdict = self.catalogue.entries.get(id), result.verdict
        return CheckLine(
            id=id,
            question=entry.question if entry else id,
            remedy=entry.remedy if entry else "",
            outcome=verdict.outcome,
            strength=verdict.strength,
            reason=verdict.reason,
            seen=verdict.seen,
            link=verdict.link,
            valid_until=result.valid_until,
        )

    def checks(self, ids: Iterable[str]) -> tuple[CheckLine, ...]:
        return tuple(self.check(name) for name in ids if name in self.card.checks)

    def statement(self, id: str) -> str:
        placed = self.framework.placed.get(id)
        return placed.criterion.statement if placed else id

    def criterion(self, result: CriterionResult) -> CriterionLine:
        placed = self.framework.placed.get(result.id)
        return CriterionLine(
            result=result,
            title=self.statement(result.id),
            question=placed.criterion.question if placed else "",
            why=placed.criterion.why if placed else "",
            checks=self.checks(result.checks),
            supporting=self.checks(result.supporting),
            dimension=placed.criterion.dimension if placed else "",
        )

    def dimension(self, key: str) -> str:
        return next((d.title for d in self.framework.dimensions if d.key == key), key)

    def group(self, found: DimensionResult) -> Group:
        lines = tuple(self.criterion(result) for result in found.criteria)
        return Group(found.key, self.dimension(found.key), found.interval, found.completion, lines, found.points)

    def step(self, step: NextStep) -> StepLine:
        return StepLine(step, self.statement(step.criterion), self.dimension(step.dimension))


def _blocks(line: CriterionLine, level: int) -> bool:
    own = line.result.level
    return own is not None and own <= level and not line.result.counts_as_met


def _earns_less(groups: Iterable[Group]) -> tuple[CriterionLine, ...]:
    """Where points are counted: the tests that earn less than a whole one, of the sections with the smallest sum."""
    counted = [(group.points.confirmed, group) for group in groups if group.points]
    smallest = min((sum_ for sum_, _ in counted), default=0)
    lines = [line for sum_, group in counted if sum_ == smallest for line in group.criteria]
    lacking = [line for line in lines if line.result.level is not None and line.result.earned < 1]
    return tuple(sorted(lacking, key=lambda line: (line.result.earned, _rank(line.result.outcome))))


def _rank(outcome: Outcome) -> int:
    return WORST_FIRST.index(outcome) if outcome in WORST_FIRST else len(WORST_FIRST)


def blocking(groups: Iterable[Group], overall: Interval) -> tuple[CriterionLine, ...]:
    """The open criteria of the level above the confirmed one and of those below it, failing first."""
    lines = [line for group in groups for line in group.criteria if _blocks(line, overall.confirmed + 1)]
    return tuple(sorted(lines, key=lambda line: (WORST_FIRST.index(line.result.outcome), line.result.level or 0)))


def unseen(card: Scorecard) -> int:
    """How many checks of open criteria nobody could answer."""
    asked = {name for d in card.dimensions for c in d.criteria if not c.counts_as_met for name in c.checks}
    return sum(card.checks[name].verdict.outcome in UNSEEN for name in asked if name in card.checks)


def present(card: Scorecard, framework: Framework, catalogue: Catalogue) -> Shown:
    """Join a scorecard with the texts of its framework and of the catalogue."""
    texts = _Texts(card, framework, catalogue)
    groups = tuple(map(texts.group, card.dimensions))
    return Shown(
        groups=groups,
        blocking=_earns_less(groups) if card.points else blocking(groups, card.overall),
        steps=tuple(map(texts.step, card.path.steps)),
        clashes=tuple(Clash(clash, texts.statement(clash.criterion)) for clash in card.contradictions),
        unseen=unseen(card),
    )
