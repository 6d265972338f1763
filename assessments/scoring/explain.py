"""Why a level is what it is, dimension by dimension: what blocks the next one, failing first."""

from __future__ import annotations

from dataclasses import dataclass

from assessments.frameworks.framework import Framework
from assessments.scoring.next_steps import RANK
from assessments.scoring.reasons import listed
from assessments.scoring.scorecard import CriterionResult, DimensionResult, Scorecard


@dataclass(frozen=True, slots=True)
class Explanation:
    """One dimension in a sentence; ``blocking`` keeps it from the next confirmed level, ``doubtful`` may turn out met.

    Both are in order: failing first. ``blocking`` is everything that stands in the way, ``doubtful`` a part of it.
    """

    dimension: str
    title: str
    sentence: str
    blocking: tuple[CriterionResult, ...]
    doubtful: tuple[CriterionResult, ...]


def _blocking(dimension: DimensionResult) -> tuple[CriterionResult, ...]:
    """What stands in the way of the next level that is not reached, lower levels included."""
    if dimension.points is not None:
        return _lacking(dimension)
    level = dimension.interval.confirmed + 1
    found = [c for c in dimension.criteria if c.level is not None and c.level <= level and not c.counts_as_met]
    return tuple(sorted(found, key=lambda criterion: RANK[criterion.outcome]))


def _lacking(dimension: DimensionResult) -> tuple[CriterionResult, ...]:
    """Where points are counted: everything that earns less than a whole one."""
    found = [c for c in dimension.criteria if c.level is not None and c.earned < 1]
    return tuple(sorted(found, key=lambda criterion: RANK[criterion.outcome]))


def _sums(title: str, dimension: DimensionResult, blocking: tuple[CriterionResult, ...]) -> str:
    parts = {
        "earning nothing": [c.id for c in blocking if not c.earned and not c.could_be_met],
        "half a point": [c.id for c in blocking if c.earned],
        "not to be told": [c.id for c in blocking if not c.earned and c.could_be_met],
    }
    said = [f"{what}: {listed(names)}" for what, names in parts.items() if names]
    return f"{title} is in band {dimension}{' – ' if said else ''}{'; '.join(said)}."


def _sentence(title: str, dimension: DimensionResult, blocking: tuple[CriterionResult, ...], top: int) -> str:
    level = dimension.interval.confirmed
    if dimension.points is not None:
        return _sums(title, dimension, blocking)
    if level == top:
        return f"{title} has reached the highest level, {top}."
    failing = [c.id for c in blocking if not c.could_be_met]
    doubtful = [c.id for c in blocking if c.could_be_met]
    parts = [f"{listed(failing)} {'is' if len(failing) == 1 else 'are'} not met" if failing else ""]
    parts.append(f"{listed(doubtful)} cannot be confirmed" if doubtful else "")
    return f"{title} is at {dimension.interval}: for level {level + 1}, {listed(filter(None, parts))}."


def explain(scorecard: Scorecard, framework: Framework) -> tuple[Explanation, ...]:
    """The explanation of every dimension, in the framework's order."""
    return tuple(_explain(dimension, framework) for dimension in scorecard.dimensions)


def _explain(dimension: DimensionResult, framework: Framework) -> Explanation:
    title, blocking = framework.dimension_title(dimension.key), _blocking(dimension)
    return Explanation(
        dimension=dimension.key,
        title=title,
        sentence=_sentence(title, dimension, blocking, framework.top_level),
        blocking=blocking,
        doubtful=tuple(criterion for criterion in blocking if criterion.could_be_met),
    )
