"""The port between judgements and levels: each rule of a framework says what marks on criteria come to.

Two adapters: ``gates`` (cumulative levels) and ``points`` (sums in bands). A rule counts in *earnings*, bits of an int
in which every criterion has its own: all of them are set where it counts fully. So a project is scored in microseconds
and a path can be searched through thousands of sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from assessments.checks.verdict import Outcome
from assessments.scoring.scorecard import Completion, Interval, Points

#: Outcomes that could still turn out met.
OPEN = frozenset({Outcome.UNKNOWN, Outcome.STALE, Outcome.ERROR, Outcome.PARTIAL})


class Mark(NamedTuple):
    """A judged criterion; ``rising`` tells of a half mark whether something unseen could make it a whole one."""

    outcome: Outcome
    strength: float
    rising: bool = False


class State(NamedTuple):
    """Earnings: ``met`` by what is there, ``open`` for what could turn out met, ``absent`` for what does not apply."""

    met: int
    open: int
    absent: int


class Rule(Protocol):
    """A framework's rule, ready for use. Dimensions are numbered in the framework's order."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Every criterion, in the framework's order."""

    @property
    def bits(self) -> Mapping[str, int]:
        """All that each criterion can earn."""

    def bits_of(self, ids: Iterable[str]) -> int:
        """All that these criteria can earn; ids that the framework does not have are left out."""

    def ids_of(self, bits: int) -> tuple[str, ...]:
        """The criteria that have a part in these earnings, in the framework's order."""

    def state(self, marks: Mapping[str, Mark]) -> State:
        """What the marks come to."""

    def finished(self, state: State, ids: Iterable[str]) -> State:
        """The state once these criteria are met as well, as far as finishing them can be seen."""

    def close(self, met: int) -> int:
        """Add what is earned through other criteria."""

    def confirmed(self, state: State) -> int:
        """What counts: by itself, through what supersedes it, or for not being applicable."""

    def possible(self, state: State) -> int:
        """What counts if everything open turned out met."""

    def levels(self, passed: int) -> tuple[int, ...]:
        """The level of each dimension with these earnings."""

    def overall(self, passed: int) -> int:
        """The lowest level of all dimensions."""

    def without_people(self, passed: int) -> int:
        """The lowest level of the dimensions that do not rest on people's answers (of all, if there are no others)."""

    def completion(self, dimension: int, passed: int, absent: int) -> tuple[Completion, ...]:
        """How many of each level's applicable criteria count fully, in one dimension."""

    def telling(self, dimension: int, level: int) -> int:
        """The earnings on which reaching a level of a dimension rests."""

    def points(self, dimension: int, low: int, high: int) -> Points | None:
        """A dimension's points with these earnings at both ends; None where the rule has none."""

    def path(
        self, state: State, target: int, costs: Mapping[str, int], after: Mapping[str, tuple[str, ...]]
    ) -> tuple[str, ...] | None:
        """The criteria of least total cost that lead to an overall level; None when none can."""


def interval(rule: Rule, state: State, waived: int = 0) -> Interval:
    """The overall interval, with these earnings added by waivers."""
    return Interval(rule.overall(rule.confirmed(state) | waived), rule.overall(rule.possible(state) | waived))
