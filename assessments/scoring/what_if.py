"""What would the level be if these criteria were met? Works on a scorecard, stored ones included."""

from __future__ import annotations

from collections.abc import Iterable

from assessments.checks.verdict import OBSERVED, Outcome
from assessments.frameworks.framework import Framework
from assessments.scoring.plan import rule_of
from assessments.scoring.rules import Mark, Rule, State, interval
from assessments.scoring.scorecard import CriterionResult, Interval, Scorecard


def _mark(criterion: CriterionResult) -> Mark:
    """A half mark rises when the criterion counts fully at the upper end."""
    half = criterion.outcome is Outcome.MET and criterion.strength < OBSERVED
    return Mark(criterion.outcome, criterion.strength, half and criterion.could_be_met)


def scorecard_state(scorecard: Scorecard, rule: Rule) -> State:
    """What the criteria of a scorecard come to; those that the framework no longer has are left out."""
    criteria = (criterion for dimension in scorecard.dimensions for criterion in dimension.criteria)
    return rule.state({criterion.id: _mark(criterion) for criterion in criteria if criterion.id in rule.bits})


def what_if(scorecard: Scorecard, framework: Framework, finished: Iterable[str]) -> Interval:
    """The overall interval once the criteria ``finished`` are met as well, as far as machines can see that.

    Raises ValueError for a criterion that the framework does not have, or when the scorecard is of another framework.
    """
    if scorecard.framework != framework.id:
        raise ValueError(f"The scorecard is of {scorecard.framework!r}, not of {framework.id!r}.")
    rule, wanted = rule_of(framework), tuple(finished)
    if unknown := [name for name in wanted if name not in rule.bits]:
        raise ValueError(f"{framework.title} has no criterion {', '.join(unknown)}.")
    return interval(rule, rule.finished(scorecard_state(scorecard, rule), wanted))
