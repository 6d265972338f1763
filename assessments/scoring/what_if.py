"""What would the level be if these criteria were met? Works on a scorecard, stored ones included."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from assessments.frameworks.framework import Framework
from assessments.scoring.engine import interval, state_of
from assessments.scoring.gates import Gates, State, gates_of
from assessments.scoring.scorecard import Interval, Scorecard


@lru_cache(maxsize=32)
def _gates(framework: Framework) -> Gates:
    return gates_of(framework)


def scorecard_state(scorecard: Scorecard, gates: Gates) -> State:
    """Which criteria are met, open and not applicable in a scorecard."""
    criteria = (criterion for dimension in scorecard.dimensions for criterion in dimension.criteria)
    return state_of(gates, {criterion.id: criterion.outcome for criterion in criteria})


def what_if(scorecard: Scorecard, framework: Framework, finished: Iterable[str]) -> Interval:
    """The overall interval once the criteria ``finished`` are met as well.

    Raises ValueError for a criterion that the framework does not have, or when the scorecard is of another framework.
    """
    if scorecard.framework != framework.id:
        raise ValueError(f"The scorecard is of {scorecard.framework!r}, not of {framework.id!r}.")
    gates, wanted = _gates(framework), tuple(finished)
    if unknown := [name for name in wanted if name not in gates.bits]:
        raise ValueError(f"{framework.title} has no criterion {', '.join(unknown)}.")
    state = scorecard_state(scorecard, gates)
    done = gates.bits_of(wanted) & ~state.absent
    return interval(gates, State(state.met | done, state.open & ~done, state.absent))
