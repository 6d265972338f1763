"""How checks combine into a criterion: all of them, any of them, nested as needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Mode(StrEnum):
    """Whether every part has to be met, or one is enough."""

    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Composition:
    """Parts are check ids or compositions again."""

    mode: Mode
    parts: tuple[Composition | str, ...]

    @property
    def checks(self) -> tuple[str, ...]:
        """Every check named, in order, once."""
        return tuple(dict.fromkeys(self._leaves()))

    def _leaves(self) -> Iterator[str]:
        for part in self.parts:
            if isinstance(part, str):
                yield part
            else:
                yield from part.checks


def read_composition(value: Any) -> Composition:
    """The composition written as an id, ``{all: […]}`` or ``{any: […]}``; ``value`` has passed the schema."""
    if isinstance(value, Mapping):
        ((mode, parts),) = value.items()
        return Composition(Mode(mode), tuple(_part(part) for part in parts))
    return Composition(Mode.ALL, (str(value),))


def _part(value: Any) -> Composition | str:
    return value if isinstance(value, str) else read_composition(value)


def only(composition: Composition | None, checks: frozenset[str]) -> Composition | None:
    """The composition restricted to ``checks``, or None when nothing of it is left."""
    if composition is None:
        return None
    kept = (_only_part(part, checks) for part in composition.parts)
    parts = tuple(part for part in kept if part is not None)
    return Composition(composition.mode, parts) if parts else None


def _only_part(part: Composition | str, checks: frozenset[str]) -> Composition | str | None:
    if isinstance(part, str):
        return part if part in checks else None
    return only(part, checks)
