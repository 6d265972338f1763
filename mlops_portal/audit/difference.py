"""What an entry changed, line by line, for people to read. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: Longer texts are cut where they are shown; the export has them whole.
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Line:
    """One value: what it is called, what it was and what it became, as text; "" is nothing."""

    name: str
    was: str
    became: str

    @property
    def same(self) -> bool:
        """Whether it stayed what it was."""
        return self.was == self.became


def difference(before: Any, after: Any) -> tuple[Line, ...]:
    """The lines of a change, in the order of their names; values inside values are named ``outer · inner``."""
    was, became = dict(_flat(before)), dict(_flat(after))
    return tuple(Line(name, was.get(name, ""), became.get(name, "")) for name in sorted(was | became))


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            label = str(key).replace("_", " ")
            yield from _flat(inner, f"{name} · {label}" if name else label)
    elif (text := _said(value)) != "":
        yield name or "value", text


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(filter(None, map(_said, value))) or "none"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_said(inner)}" for key, inner in value.items())
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
