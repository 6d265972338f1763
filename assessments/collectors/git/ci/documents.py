"""YAML with line numbers, bounded: built from parser events, so that nothing hostile recurses or expands.

Every scalar stays text (``on`` is a key, ``3.10`` a version). Aliases share one object and are paid for by the size
they would have written out, so a "billion laughs" file is refused, not expanded.
Merge keys (``<<``) follow YAML 1.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import yaml

#: Larger files are not parsed (characters), nor deeper ones, nor ones whose aliases would write out more nodes.
MOST_CHARACTERS, MOST_DEPTH, MOST_NODES = 512_000, 60, 60_000


class Unreadable(ValueError):
    """The text is not a document we can read; the message is for a person and names the line where known."""


class Text(str):
    """A scalar; ``line`` (from 1) is where its content begins, for a block scalar the line below its ``|``."""

    __slots__ = ("line",)
    line: int

    def __new__(cls, value: str, line: int = 1) -> Text:
        """``value`` with the line it stands on."""
        text = super().__new__(cls, value)
        text.line = line
        return text


class Map(dict[str, Any]):
    """A mapping with the line it begins on and, in ``lines``, the line of each key."""

    def __init__(self, line: int = 1) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class Items(list[Any]):
    """A sequence with the line it begins on and its tag (``!reference``), if any."""

    def __init__(self, line: int = 1, tag: str = "") -> None:
        super().__init__()
        self.line = line
        self.tag = tag


Value: TypeAlias = Text | Map | Items | None


def line_of(value: object, default: int = 1) -> int:
    """The line a value begins on, ``default`` for a null."""
    return getattr(value, "line", default)


class _Builder:
    """A stack machine over parser events; ``weight`` counts what every alias would write out."""

    def __init__(self) -> None:
        self.stack: list[tuple[Map | Items, str | None, list[Text]]] = []
        self.anchors: dict[str, tuple[Value, int]] = {}
        self.weights: list[int] = [0]
        self.root: Value = None

    def feed(self, event: Any) -> None:
        if isinstance(event, yaml.events.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.events.ScalarEvent):
            self._place(_scalar(event), event.anchor, 1)
        elif isinstance(event, yaml.events.CollectionStartEvent):
            self._open(event)
        elif isinstance(event, yaml.events.CollectionEndEvent):
            self._close()

    def _alias(self, event: Any) -> None:
        if event.anchor not in self.anchors:
            raise Unreadable(f"line {event.start_mark.line + 1}: the alias *{event.anchor} has no finished anchor")
        value, weight = self.anchors[event.anchor]
        self._place(value, None, weight)

    def _open(self, event: Any) -> None:
        if len(self.stack) >= MOST_DEPTH:
            raise Unreadable(f"line {event.start_mark.line + 1}: nested deeper than {MOST_DEPTH}")
        line = event.start_mark.line + 1
        mapping = isinstance(event, yaml.events.MappingStartEvent)
        self.stack.append((Map(line) if mapping else Items(line, event.tag or ""), event.anchor, []))
        self.weights.append(1)

    def _close(self) -> None:
        value, anchor, _ = self.stack.pop()
        if isinstance(value, Map):
            _merge(value)
        self._place(value, anchor, self.weights.pop())

    def _place(self, value: Value, anchor: str | None, weight: int) -> None:
        self.weights[-1] += weight
        if self.weights[-1] > MOST_NODES:
            raise Unreadable(f"it writes out to more than {MOST_NODES} values (aliases counted)")
        if anchor:
            self.anchors[anchor] = (value, weight)
        if self.stack:
            _put(self.stack[-1], value)
        else:
            self.root = value


def _put(frame: tuple[Map | Items, str | None, list[Text]], value: Value) -> None:
    holder, _, pending = frame
    if isinstance(holder, Items):
        holder.append(value)
    elif pending:
        key = pending.pop()
        holder[str(key)] = value
        holder.lines[str(key)] = key.line
    else:
        pending.append(value if isinstance(value, Text) else Text("null" if value is None else "?", line_of(value)))


def _scalar(event: Any) -> Value:
    line = event.start_mark.line + 1
    if event.style in ("|", ">"):
        return Text(event.value, line + 1)
    if event.style is None and event.value in ("", "~", "null", "Null", "NULL"):
        return None
    return Text(event.value, line)


def _merge(value: Map) -> None:
    merged = value.pop("<<", None)
    for other in [merged] if isinstance(merged, Map) else merged or []:
        for key in other if isinstance(other, Map) else ():
            if key not in value:
                value[key] = other[key]
                value.lines[key] = other.lines.get(key, value.line)


def documents(text: str) -> Iterator[Value]:
    """Every document of a YAML text. Raises :class:`Unreadable` for what is broken, too large or a bomb."""
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(f"larger than {MOST_CHARACTERS // 1000} kB")
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            builder.feed(event)
            if isinstance(event, yaml.events.DocumentEndEvent):
                yield builder.root
                builder = _Builder()
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise error if isinstance(error, Unreadable) else Unreadable(_sentence(error)) from error


def document(text: str) -> Value:
    """The first document of a YAML text, None for an empty one. Raises :class:`Unreadable`."""
    return next(iter(documents(text)), None)


def _sentence(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f"line {mark.line + 1}: " if mark is not None else ""
    return f"{place}{getattr(error, 'problem', None) or 'not valid YAML'}"


def as_map(value: object) -> Map:
    """The value when it is a mapping, else an empty one."""
    return value if isinstance(value, Map) else Map(line_of(value))


def as_list(value: object) -> list[Any]:
    """A sequence as it is, a null as nothing, anything else as the only item."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def strings(value: object) -> list[Text]:
    """The scalars of a value that may be one scalar or a list of them (or of lists, one level, as anchors make)."""
    found: list[Text] = []
    for item in as_list(value):
        found += [inner for inner in as_list(item) if isinstance(inner, Text)]
    return found


def truth(value: object) -> bool:
    """Whether a scalar is one of YAML's words for yes."""
    return isinstance(value, str) and value.lower() in ("true", "yes", "on")


def falsehood(value: object) -> bool:
    """Whether a scalar is one of YAML's words for no."""
    return isinstance(value, str) and value.lower() in ("false", "no", "off")
