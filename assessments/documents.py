"""Reads the YAML documents that hold our rules, and says of every mistake where it is and what to do about it.

YAML is read safely, for documents may come from anybody: plain values only, no tags, no aliases (a few lines of them
can expand to gigabytes), no doubled keys, a bounded size, depth and length of numbers. Every value keeps its line, so
that whatever is found wrong later can point at it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mlops_portal.kernel.digest import digest
from mlops_portal.kernel.errors import Invalid

#: No rule document is longer than this, in bytes, and no value in one nested deeper.
LARGEST, DEEPEST = 1_000_000, 20

#: No number is written longer: reading "1:1:1:…", which YAML takes for one, costs the square of its length.
LONGEST_NUMBER = 40

#: The C parser where there is one: about ten times faster.
_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a document: the file, the line (from 1), what is wrong, and what to do about it."""

    file: str
    line: int
    what: str
    do: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} {self.do}".rstrip()


class InvalidDocument(Invalid):
    """A document cannot be used; ``problems`` are all the mistakes found in it, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class Document:
    """The content of one YAML file, its digest, and the line of every value; collects the problems found in it."""

    def __init__(self, file: str, content: Any, lines: Mapping[Place, int]) -> None:
        self.file = file
        self.content = content
        self.digest = digest(content)
        self.problems: list[Problem] = []
        self._lines = lines

    def line(self, place: Place) -> int:
        """The line of the value at ``place``, or of the nearest value around it."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 1)

    def complain(self, place: Iterable[str | int], what: str, do: str = "") -> None:
        """Note a problem at ``place``."""
        self.problems.append(Problem(self.file, self.line(tuple(place)), what, do))

    def insist(self) -> None:
        """Raise InvalidDocument when problems have been noted."""
        if self.problems:
            raise InvalidDocument(self.problems)


class _Loader(yaml.SafeLoader):
    """YAML's plain values without dates: those are text here, as in JSON."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

NUMBERS = frozenset({"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"})
PLAIN = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "map", "seq"))


class _Reader:
    """Turns YAML nodes into plain values, remembering lines and noting what is not allowed."""

    def __init__(self, file: str, loader: _Loader) -> None:
        self.file, self.loader = file, loader
        self.lines: dict[Place, int] = {}
        self.problems: list[Problem] = []

    def refuse(self, node: Node, what: str, do: str) -> None:
        self.problems.append(Problem(self.file, node.start_mark.line + 1, what, do))

    def value(self, node: Node, place: Place) -> Any:
        self.lines[place] = node.start_mark.line + 1
        if node.tag not in PLAIN:
            self.refuse(node, f"The tag {node.tag} is not allowed.", "Write plain text, numbers, lists and mappings.")
            return None
        if isinstance(node, MappingNode):
            return self.mapping(node, place)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        return self.scalar(node)

    def scalar(self, node: Node) -> Any:
        long = node.tag in NUMBERS and len(node.value) > LONGEST_NUMBER
        try:
            value = float("nan") if long else self.loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError):
            value = float("nan")
        if isinstance(value, float) and not isfinite(value):
            self.refuse(
                node, f"The value {node.value[:LONGEST_NUMBER]!r} cannot be read.", "Put it in quotes if it is text."
            )
            return None
        return value

    def mapping(self, node: MappingNode, place: Place) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else ""
            if not key:
                self.refuse(key_node, "A key must be plain text.", "Write key: value.")
            elif key in content:
                self.refuse(key_node, f"{key!r} is given twice.", "Keep one of them.")
            else:
                content[key] = self.value(value_node, (*place, key))
                self.lines[(*place, key)] = key_node.start_mark.line + 1
        return content


def first_deeper(text: str | bytes, deepest: int) -> int:
    """Return the line (from 1) where values first nest deeper than ``deepest``, 0 when they never do.

    A guard before anything is loaded: parsers take time that grows with the square of the depth. Parsing stops there,
    so that the time stays in proportion to the text. What is no YAML is not judged here.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_FAST):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > deepest:
                    return _line(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except (yaml.YAMLError, ValueError):
        return 0
    return 0


def _line(event: yaml.Event) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 1


def _refuse_hostile(text: str, file: str, largest: int) -> None:
    """Refuse what may not even be loaded: by size, then by depth, then for aliases."""
    if len(text.encode("utf-8", "replace")) > largest:
        raise InvalidDocument([Problem(file, 1, f"The file is larger than {largest} bytes.", "Split it.")])
    if line := first_deeper(text, DEEPEST):
        raise InvalidDocument([Problem(file, line, "Values are nested too deeply.", "Flatten the document.")])
    if line := _first_alias(text):
        raise InvalidDocument([Problem(file, line, "Aliases (*name) are not allowed.", "Write the value out.")])


def _first_alias(text: str) -> int:
    """The line of the first alias, 0 without one; what is no YAML is told later, with the place."""
    try:
        events = (event for event in yaml.parse(text, Loader=_FAST) if isinstance(event, yaml.AliasEvent))
        return next(map(_line, events), 0)
    except (yaml.YAMLError, ValueError):
        return 0


def _syntax(error: yaml.YAMLError, file: str) -> InvalidDocument:
    mark = getattr(error, "problem_mark", None)
    what = f"This is not YAML: {getattr(error, 'problem', None) or error}."
    return InvalidDocument([Problem(file, mark.line + 1 if mark else 1, what, "Check the indentation and the quotes.")])


def _compose(text: str, file: str) -> Document:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise InvalidDocument([Problem(file, 1, "The file is empty.", "Write the document.")])
        reader = _Reader(file, loader)
        content = reader.value(node, ())
    finally:
        loader.dispose()
    document = Document(file, content, reader.lines)
    document.problems.extend(reader.problems)
    return document


def parse_document(text: str, file: str, *, largest: int = LARGEST) -> Document:
    """Read YAML text of at most ``largest`` bytes; ``file`` is the name used in problems.

    Raises InvalidDocument when it cannot be read at all.
    """
    try:
        _refuse_hostile(text, file, largest)
        return _compose(text, file)
    except yaml.YAMLError as error:
        raise _syntax(error, file) from None
    except RecursionError:
        raise InvalidDocument([Problem(file, 1, "Values are nested too deeply.", "Flatten the document.")]) from None


def read_document(path: Path) -> Document:
    """Read a YAML file. Raises InvalidDocument when it is missing, not UTF-8 or not YAML."""
    try:
        return parse_document(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidDocument([Problem(path.name, 1, f"The file cannot be read: {error}.", "Write UTF-8.")]) from None


@cache
def _validator(schema: Path) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))


def _leaves(error: ValidationError) -> Iterable[ValidationError]:
    return error.context if error.validator in ("anyOf", "oneOf") and error.context else (error,)


def check_schema(document: Document, schema: Path) -> None:
    """Note every way in which the document breaks the JSON Schema (2020-12) in the file ``schema``."""
    for found in _validator(schema).iter_errors(document.content):
        for error in _leaves(found):
            place = ".".join(map(str, error.absolute_path)) or "the document"
            expected = error.schema.get("description", "") if isinstance(error.schema, Mapping) else ""
            message = error.message if len(error.message) <= 300 else f"{error.message[:300]}…"
            document.complain(error.absolute_path, f"{place}: {message}.", f"Expected: {expected}" if expected else "")
