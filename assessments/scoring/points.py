"""Points summed by section, sums in bands: the rule of the ML Test Score (Breck, Cai, Nielsen, Salib, Sculley 2017).

In the paper a test earns half a point when it is done by hand, its results documented and distributed, and a whole one
when it runs automatically and repeatedly; a section is the sum of its tests, the score the *minimum* of the sections.

What counts as which is ours. A criterion met at full strength (observed at run time) earns a point; one met by a
declaration, or attested by a person, half a point: whether a test is automated is for machines to see. A test that is
not applicable takes nothing away. Each criterion has two bits, one for each half point.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assessments.checks.verdict import OBSERVED, Outcome
from assessments.frameworks.framework import Dimension, Framework
from assessments.scoring.rules import OPEN, Mark, State
from assessments.scoring.scorecard import Completion, Points

#: (cost, number of steps, names): what is compared, smaller is better.
Found = tuple[int, int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Section:
    """One dimension: the first and the second halves of its tests, as bits; whether it counts without people."""

    first: int
    second: int
    counts: bool

    @property
    def all(self) -> int:
        """Every half point of the section."""
        return self.first | self.second

    @property
    def tests(self) -> int:
        """How many tests it has."""
        return self.first.bit_count()


@dataclass(frozen=True, slots=True, eq=False)
class PointsRule:
    """A framework's rule, ready for use: see ``rules.Rule``. ``seen`` is what finishing a criterion shows to machines.

    ``most`` has the highest number of half points of each band but the last.
    """

    ids: tuple[str, ...]
    bits: Mapping[str, int]
    seen: Mapping[str, int]
    sections: tuple[Section, ...]
    most: tuple[int, ...]

    def bits_of(self, ids: Iterable[str]) -> int:
        """Both halves of these criteria."""
        found = 0
        for name in ids:
            found |= self.bits.get(name, 0)
        return found

    def ids_of(self, bits: int) -> tuple[str, ...]:
        """The criteria of which a half is among these."""
        return tuple(name for name in self.ids if bits & self.bits[name])

    def state(self, marks: Mapping[str, Mark]) -> State:
        """Half points by outcome and strength."""
        met = might = absent = 0
        for name, (outcome, strength, rising) in marks.items():
            bits = self.bits[name]
            if outcome is Outcome.MET:
                met |= bits if strength >= OBSERVED else _half(bits)
                might |= bits if rising else 0
            elif outcome is Outcome.NOT_APPLICABLE:
                absent |= bits
            elif outcome in OPEN:
                might |= bits
        return State(met, might & ~met, absent)

    def finished(self, state: State, ids: Iterable[str]) -> State:
        """With what finishing these shows: half a point for what only a person can attest."""
        done = 0
        for name in ids:
            done |= self.seen[name] & ~state.absent
        return State(state.met | done, state.open & ~done, state.absent)

    def close(self, met: int) -> int:
        """Nothing supersedes anything here."""
        return met

    def confirmed(self, state: State) -> int:
        """Points earned, and those of what does not apply."""
        return state.met | state.absent

    def possible(self, state: State) -> int:
        """The same with all that is open."""
        return state.met | state.open | state.absent

    def band(self, halves: int) -> int:
        """The band of a sum of half points: 0, (0, 1], (1, 2] … as the framework draws them."""
        return next((number for number, most in enumerate(self.most) if halves <= most), len(self.most))

    def levels(self, passed: int) -> tuple[int, ...]:
        """The band of each section's sum."""
        return tuple([self.band((passed & section.all).bit_count()) for section in self.sections])

    def overall(self, passed: int) -> int:
        """The band of the smallest sum."""
        return min(self.levels(passed))

    def without_people(self, passed: int) -> int:
        """The same over the sections that do not rest on people's answers."""
        levels = zip(self.levels(passed), self.sections, strict=True)
        counted = [level for level, section in levels if section.counts]
        return min(counted) if counted else self.overall(passed)

    def completion(self, dimension: int, passed: int, absent: int) -> tuple[Completion, ...]:
        """How many of the section's tests earn a whole point; there is one line, for tests stand at no level."""
        section = self.sections[dimension]
        whole = section.second & passed & ~absent
        return (Completion(1, whole.bit_count(), (section.second & ~absent).bit_count()),)

    def telling(self, dimension: int, level: int) -> int:
        """Every test of the section moves its sum."""
        return self.sections[dimension].all

    def points(self, dimension: int, low: int, high: int) -> Points:
        """The section's sum at both ends."""
        section = self.sections[dimension]
        sums = [(passed & section.all).bit_count() / 2 for passed in (low, high)]
        return Points(sums[0], sums[1], section.tests)

    def path(
        self, state: State, target: int, costs: Mapping[str, int], after: Mapping[str, tuple[str, ...]]
    ) -> tuple[str, ...] | None:
        """Section by section the cheapest tests that lift its sum into the band.

        The choice is exact; where criteria have prerequisites these are added, and what they make superfluous dropped.
        """
        lifts = [self._lift(section, state, target, costs) for section in self.sections]
        if any(lift is None for lift in lifts):
            return None
        chosen = {name for lift in lifts for name in lift or ()}
        with_others = self._with_prerequisites(chosen, state, costs, after)
        if with_others != chosen:
            with_others = self._without_superfluous(with_others, state, target, costs, after)
        return tuple(name for name in self.ids if name in with_others)

    def _lift(self, section: Section, state: State, target: int, costs: Mapping[str, int]) -> tuple[str, ...] | None:
        """The cheapest tests that lift one section into the band: best sets by gain, test by test."""
        lacking = self.most[target - 1] + 1 - (self.confirmed(state) & section.all).bit_count()
        best: dict[int, Found] = {0: (0, 0, ())}
        for name, gain in self._gains(section, state, costs):
            for gained, (cost, count, names) in list(best.items()):
                found = (cost + costs[name], count + 1, (*names, name))
                sum_ = min(gained + gain, max(lacking, 0))
                best[sum_] = min(best.get(sum_, found), found)
        return best[max(lacking, 0)][2] if max(lacking, 0) in best else None

    def _gains(self, section: Section, state: State, costs: Mapping[str, int]) -> list[tuple[str, int]]:
        done = self.confirmed(state)
        gains = ((name, (self.seen[name] & section.all & ~done).bit_count()) for name in costs)
        return [(name, gain) for name, gain in gains if gain]

    def _with_prerequisites(
        self, chosen: set[str], state: State, costs: Mapping[str, int], after: Mapping[str, tuple[str, ...]]
    ) -> set[str]:
        done, wanted, pending = self.confirmed(state), set(chosen), list(chosen)
        while pending:
            for name in after[pending.pop()]:
                if name in costs and name not in wanted and not done & self.bits[name]:
                    wanted.add(name)
                    pending.append(name)
        return wanted

    def _without_superfluous(
        self,
        wanted: set[str],
        state: State,
        target: int,
        costs: Mapping[str, int],
        after: Mapping[str, tuple[str, ...]],
    ) -> set[str]:
        def spared(name: str) -> bool:
            rest = wanted - {name}
            reached = self.overall(self.confirmed(self.finished(state, rest))) >= target
            return reached and self._with_prerequisites(rest, state, costs, after) == rest

        ordered = sorted(wanted, key=lambda name: (-costs[name], self.ids.index(name)))
        while (superfluous := next((name for name in ordered if name in wanted and spared(name)), None)) is not None:
            wanted = wanted - {superfluous}
        return wanted


def _half(bits: int) -> int:
    """The first of a criterion's two half points: the lower bit."""
    return bits & -bits


def points_of(framework: Framework) -> PointsRule:
    """Prepare a framework's rule. Criteria that are shown without counting earn nothing."""
    count = len(framework.placed)
    bits = {name: 1 << index | 1 << index + count for index, name in enumerate(framework.placed)}
    by_machine = {name: placed.criterion.met_by is not None for name, placed in framework.placed.items()}
    return PointsRule(
        ids=tuple(framework.placed),
        bits=bits,
        seen={name: own if by_machine[name] else _half(own) for name, own in bits.items()},
        sections=tuple(_section(framework, bits, dimension) for dimension in framework.dimensions),
        most=tuple(int(level.up_to * 2) for level in framework.levels if level.up_to is not None),
    )


def _section(framework: Framework, bits: Mapping[str, int], dimension: Dimension) -> Section:
    placed = framework.placed.items()
    own = [bits[name] for name, p in placed if p.level is not None and p.criterion.dimension == dimension.key]
    first = sum(_half(pair) for pair in own)
    return Section(first, sum(own) - first, not dimension.self_reported)
