"""A framework: dimensions, levels, and which criterion stands at which level. Immutable once published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.frameworks.criteria import Criterion, Profile


@dataclass(frozen=True, slots=True)
class Dimension:
    """One side of maturity; ``self_reported`` where mostly people's answers decide."""

    key: str
    title: str
    self_reported: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """One level: its number from 0, its name, and one sentence on what it means.

    Under a rule of points it is a band: ``up_to`` is the highest sum that belongs to it, None for the last one.
    """

    number: int
    name: str
    meaning: str
    up_to: float | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where the framework comes from, and the date of the text it follows (ISO)."""

    title: str
    url: str
    date: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A criterion at its level; None means: shown, but it does not gate."""

    criterion: Criterion
    level: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Framework:
    """One version of a rubric. ``digest`` is the SHA-256 of all that it says, criteria included: the version's seal.

    ``rule`` is the kind of scoring, "gated" or "points" (see ``scoring.rules``); ``declaration_suffices_up_to`` the
    level up to which strength 0.5 meets a criterion; ``superseded_by`` maps a criterion to those whose being met makes
    it met as well. Compared by identity.
    """

    id: str
    version: str
    digest: str
    title: str
    summary: str
    source: Source
    note: str
    rule: str
    declaration_suffices_up_to: int
    dimensions: tuple[Dimension, ...]
    levels: tuple[Level, ...]
    placed: Mapping[str, Placed]
    superseded_by: Mapping[str, tuple[str, ...]]
    profiles: Mapping[str, Profile]

    @property
    def top_level(self) -> int:
        """The highest level there is."""
        return self.levels[-1].number

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Every criterion shown, gating or not, in the framework's order."""
        return tuple(placed.criterion for placed in self.placed.values())

    def criterion(self, id: str) -> Criterion:
        """The criterion called ``id``. Raises KeyError."""
        return self.placed[id].criterion

    def level_of(self, id: str) -> int | None:
        """The level at which a criterion gates, or None. Raises KeyError."""
        return self.placed[id].level

    def band(self, number: int) -> str:
        """The sums of points that a level stands for, in words; "" where levels are gated. Raises IndexError."""
        up_to = self.levels[number].up_to
        if self.rule != "points":
            return ""
        above = self.levels[number - 1].up_to if number else None
        if above is None:
            return f"{up_to:g} points"
        return f"more than {above:g} points" if up_to is None else f"more than {above:g}, up to {up_to:g} points"

    def dimension_title(self, key: str) -> str:
        """The title of a dimension. Raises KeyError."""
        return {dimension.key: dimension.title for dimension in self.dimensions}[key]

    def level_name(self, number: int) -> str:
        """The name of a level. Raises IndexError."""
        return self.levels[number].name

    def level_meaning(self, number: int) -> str:
        """One sentence on what a level means. Raises IndexError."""
        return self.levels[number].meaning
