"""Gated, cumulative levels as set arithmetic: which criteria are met decides the level of every dimension.

Sets of criteria are bits of an int, in the framework's order, so that a project is scored in microseconds and a path
to the next level can be searched through thousands of sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

from assessments.checks.verdict import Outcome
from assessments.frameworks.framework import Framework
from assessments.scoring.cheapest import Terrain, alternatives_of, bits_in, cheapest
from assessments.scoring.rules import OPEN, Mark, State
from assessments.scoring.scorecard import Completion

#: What each outcome comes to; the others come to nothing.
KINDS = {Outcome.MET: "met", Outcome.NOT_APPLICABLE: "absent", **dict.fromkeys(OPEN, "open")}


@dataclass(frozen=True, slots=True, eq=False)
class Gates:
    """Ready for use: see ``rules.Rule``. ``required[d][n]`` are the criteria of dimension d up to level n."""

    ids: tuple[str, ...]
    bits: Mapping[str, int]
    required: tuple[tuple[int, ...], ...]
    superseders: tuple[tuple[int, int], ...]
    counted: tuple[bool, ...]

    def bits_of(self, ids: Iterable[str]) -> int:
        """The set of these criteria; ids that the framework does not have are left out."""
        found = 0
        for name in ids:
            found |= self.bits.get(name, 0)
        return found

    def ids_of(self, bits: int) -> tuple[str, ...]:
        """The criteria in a set, in the framework's order."""
        return tuple(name for name in self.ids if bits & self.bits[name])

    def state(self, marks: Mapping[str, Mark]) -> State:
        """Met, open and absent by outcome: the judging has looked at strengths already."""
        found = dict.fromkeys(State._fields, 0)
        for name, mark in marks.items():
            if (kind := KINDS.get(mark.outcome)) is not None:
                found[kind] |= self.bits[name]
        return State(**found)

    def finished(self, state: State, ids: Iterable[str]) -> State:
        """With these met as well; what is not applicable stays so."""
        done = self.bits_of(ids) & ~state.absent
        return State(state.met | done, state.open & ~done, state.absent)

    def close(self, met: int) -> int:
        """Add every criterion that one of these supersedes, directly or through others."""
        for bit, others in self.superseders:
            if met & others:
                met |= bit
        return met

    def confirmed(self, state: State) -> int:
        """What counts as met: by itself, through what supersedes it, or for not being applicable."""
        return self.close(state.met) | state.absent

    def possible(self, state: State) -> int:
        """What counts as met if everything open turned out met."""
        return self.close(state.met | state.open) | state.absent

    def levels(self, passed: int) -> tuple[int, ...]:
        """The level of each dimension when these criteria count as met."""
        return tuple([_highest(required, passed) for required in self.required])

    def overall(self, passed: int) -> int:
        """The lowest level of all dimensions."""
        return min(self.levels(passed))

    def without_people(self, passed: int) -> int:
        """The lowest level of the dimensions that do not rest on people's answers (of all, if there are no others)."""
        counted = [level for level, counts in zip(self.levels(passed), self.counted, strict=True) if counts]
        return min(counted) if counted else self.overall(passed)

    def completion(self, dimension: int, passed: int, absent: int) -> tuple[Completion, ...]:
        """How many of each level's applicable criteria count as met, in one dimension."""
        required = self.required[dimension]
        steps = (required[n] & ~required[n - 1] & ~absent for n in range(1, len(required)))
        return tuple(Completion(n, (step & passed).bit_count(), step.bit_count()) for n, step in enumerate(steps, 1))

    def telling(self, dimension: int, level: int) -> int:
        """Everything that is asked for up to the level."""
        return self.required[dimension][level]

    def points(self, dimension: int, low: int, high: int) -> None:
        """Gates have no points."""

    def path(
        self, state: State, target: int, costs: Mapping[str, int], after: Mapping[str, tuple[str, ...]]
    ) -> tuple[str, ...]:
        """The cheapest set that opens every gate up to the target, by an exact search."""
        wanted = 0
        for required in self.required:
            wanted |= required[target]
        terrain = Terrain(
            rule=self,
            state=state,
            costs={self.bits[name]: cost for name, cost in costs.items()},
            after={self.bits[name]: self.bits_of(after[name]) for name in costs},
            alternatives=alternatives_of(self.superseders),
        )
        chosen = cheapest(terrain, wanted)
        return tuple(self.ids[bit.bit_length() - 1] for bit in bits_in(chosen))


def _highest(required: tuple[int, ...], passed: int) -> int:
    level = 0
    for number, wanted in enumerate(required):
        if wanted & ~passed:
            break
        level = number
    return level


def _required(framework: Framework, bits: Mapping[str, int], dimension: str) -> tuple[int, ...]:
    def up_to(number: int) -> int:
        return sum(
            bits[name]
            for name, placed in framework.placed.items()
            if placed.level is not None and placed.level <= number and placed.criterion.dimension == dimension
        )

    return tuple(up_to(level.number) for level in framework.levels)


def _superseders(framework: Framework, bits: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    order = TopologicalSorter(framework.superseded_by).static_order()
    return tuple(
        (bits[name], sum(bits[other] for other in framework.superseded_by[name]))
        for name in order
        if name in framework.superseded_by
    )


def gates_of(framework: Framework) -> Gates:
    """Prepare a framework's rule."""
    ids = tuple(framework.placed)
    bits = {name: 1 << index for index, name in enumerate(ids)}
    return Gates(
        ids=ids,
        bits=bits,
        required=tuple(_required(framework, bits, dimension.key) for dimension in framework.dimensions),
        superseders=_superseders(framework, bits),
        counted=tuple(not dimension.self_reported for dimension in framework.dimensions),
    )
