"""The cheapest set of criteria that leads to a level: least effort, choosing among what supersedes what.

An exact search. Only a criterion that others supersede leaves a choice, and costs only grow, so that the best set found
so far cuts off nearly everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from assessments.scoring.rules import State

#: (effort, number of steps, the set): what is compared, smaller is better.
Found = tuple[int, int, int]


class Closing(Protocol):
    """What the search needs of gates: what else counts as met with these."""

    def close(self, met: int) -> int:
        """Add every criterion that one of these supersedes."""


@dataclass(frozen=True, slots=True, eq=False)
class Terrain:
    """Per criterion (a bit): what it costs, what has to come first, and what else would make it count as met."""

    rule: Closing
    state: State
    costs: Mapping[int, int]
    after: Mapping[int, int]
    alternatives: Mapping[int, int]


def bits_in(bits: int) -> Iterator[int]:
    """The single bits of a set, lowest first."""
    while bits:
        low = bits & -bits
        yield low
        bits ^= low


def alternatives_of(superseders: Iterable[tuple[int, int]]) -> dict[int, int]:
    """For each superseded criterion all that supersede it, directly or through others; the innermost come first."""
    found: dict[int, int] = {}
    for bit, others in superseders:
        found[bit] = others
        for other in bits_in(others):
            found[bit] |= found.get(other, 0)
    return found


def _missing(terrain: Terrain, wanted: int, chosen: int) -> int:
    for bit in bits_in(chosen):
        wanted |= terrain.after.get(bit, 0)
    return wanted & ~(terrain.rule.close(terrain.state.met | chosen) | terrain.state.absent)


def _cost(terrain: Terrain, chosen: int) -> Found:
    return sum(terrain.costs[bit] for bit in bits_in(chosen)), chosen.bit_count(), chosen


def _forced(terrain: Terrain, wanted: int, chosen: int) -> tuple[int, int]:
    """Take every missing criterion that leaves no choice; return the set and what is still missing."""
    while missing := _missing(terrain, wanted, chosen):
        single = next((bit for bit in bits_in(missing) if not terrain.alternatives.get(bit)), 0)
        if not single:
            return chosen, missing
        chosen |= single
    return chosen, 0


def cheapest(terrain: Terrain, wanted: int) -> int:
    """The set of criteria of least total cost after which all ``wanted`` count as met; of equals the first."""
    best: Found | None = None
    pending, tried = [0], set[int]()
    while pending:
        chosen, missing = _forced(terrain, wanted, pending.pop())
        found = _cost(terrain, chosen)
        if chosen in tried or (best is not None and found >= best):
            continue
        tried.add(chosen)
        if not missing:
            best = found
            continue
        bit = missing & -missing
        options = (bit | terrain.alternatives[bit]) & ~terrain.state.absent
        pending.extend(chosen | option for option in bits_in(options) if not chosen & option)
    return best[2] if best else 0
