"""Entry points: the places from which a person, a scheduler or a platform starts code of this repository."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass

from assessments.collectors.git.code.commands import commands
from assessments.collectors.git.code.facts import Call, Module
from assessments.collectors.git.code.index import PythonIndex
from assessments.collectors.git.code.places import is_own
from assessments.collectors.git.code.vocabulary import COMMAND_LINE, PIPELINES
from assessments.collectors.git.tree import Tree

_TARGET = re.compile(r"^\s*[\w.-]+\s*=\s*([\w.]+)(?::[\w.]+)?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file something starts at: where it says so, and how ("main guard", "click.command", "dvc.yaml" …)."""

    path: str
    line: int
    how: str


def entries(index: PythonIndex) -> tuple[Entry, ...]:
    """Every entry point of the project's own code, one per file, the most telling first."""
    return index.once("entries", lambda: tuple(_first_each(_all(index))))


def _first_each(found: Iterable[Entry]) -> Iterator[Entry]:
    seen: set[str] = set()
    for entry in found:
        if entry.path not in seen and is_own(entry.path):
            seen.add(entry.path)
            yield entry


def _all(index: PythonIndex) -> Iterator[Entry]:
    for module in index.modules.values():
        yield from _of_module(module)
    yield from _scripts(index)
    for command in commands(index):
        yield Entry(command.runs, 0, f"run by {command.path}:{command.line}")


def _of_module(module: Module) -> Iterator[Entry]:
    for call in _started(module):
        if call.name in COMMAND_LINE:
            yield Entry(module.path, call.line, call.name)
        elif call.name in PIPELINES:
            yield Entry(module.path, call.line, " ".join(PIPELINES[call.name]))
    if module.main_line:
        yield Entry(module.path, module.main_line, "main guard")
    if module.path.rpartition("/")[2] == "__main__.py":
        yield Entry(module.path, 1, "__main__.py")
    for definition in module.definitions:
        if COMMAND_LINE.intersection(definition.bases) or PIPELINES.keys() & set(definition.bases):
            yield Entry(module.path, definition.line, definition.bases[0])


def _started(module: Module) -> Iterator[Call]:
    yield from module.calls
    for definition in module.definitions:
        yield from definition.decorators


def _scripts(index: PythonIndex) -> Iterator[Entry]:
    """``console_scripts`` of pyproject.toml, setup.cfg and setup.py."""
    for source, target in (*_pyproject(index.tree), *_setup_cfg(index.tree), *_setup_py(index)):
        path = index.by_name.get(target) or index.by_name.get(target.rpartition(".")[0])
        if path:
            yield Entry(path, 0, f"console script of {source}")


def _pyproject(tree: Tree) -> Iterator[tuple[str, str]]:
    project = toml(tree, "pyproject.toml")
    tables = (project.get("project"), _table(project.get("tool")).get("poetry"))
    for table in tables:
        scripts = table.get("scripts") if isinstance(table, dict) else None
        for target in (scripts if isinstance(scripts, dict) else {}).values():
            if isinstance(target, str):
                yield "pyproject.toml", target.partition(":")[0]


def _table(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def toml(tree: Tree, path: str) -> dict[str, object]:
    """Return the tables of a TOML file of the tree; empty when there is none or it does not parse."""
    text = tree.text(path) if path in tree.paths else None
    try:
        return tomllib.loads(text) if text else {}
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def ini(tree: Tree, path: str) -> ConfigParser:
    """Return the sections of an INI file of the tree; empty when there is none or it does not parse."""
    parser = ConfigParser(interpolation=None, strict=False)
    text = tree.text(path) if path in tree.paths else None
    try:
        parser.read_string(text or "")
    except ConfigError:
        return ConfigParser(interpolation=None)
    return parser


def _setup_cfg(tree: Tree) -> Iterator[tuple[str, str]]:
    declared = ini(tree, "setup.cfg").get("options.entry_points", "console_scripts", fallback="")
    return (("setup.cfg", target) for target in _TARGET.findall(declared))


def _setup_py(index: PythonIndex) -> Iterator[tuple[str, str]]:
    """Any literal ``name = module:function`` in a setup.py that mentions console_scripts."""
    text = index.tree.text("setup.py") if "setup.py" in index.tree.paths else None
    if text and "console_scripts" in text:
        for target in re.findall(r"[\"'][\w.-]+\s*=\s*([\w.]+):[\w.]+[\"']", text):
            yield "setup.py", target
