"""The index of a repository's Python code, built once and shared by every reader of code.

``build_index(tree)`` parses with ``ast`` the files that mention anything a reader asks about, most telling first,
inside a bound on bytes and files; the others are *skimmed* (their import lines only), so that the import graph is
whole. ``index.left_out`` counts telling files the bound kept unparsed: what depends on them is UNKNOWN, never NOT_MET.

Payloads other collectors and checks build on (JSON only, lists cut to ``MOST_LISTED`` with the full count beside):

``git.serving``::

    {"entries": [{"path", "line", "kind": "online"|"batch"|"stream"|"demo", "framework", "route",
                  "model": {"text", "where"}}],          # a model is loaded or called behind the entry
     "count": int, "kinds": ["online", …],
     "without_model": [{"path", "line", "framework"}],   # web applications with no model behind them
     "external": "https://…",                            # mlops.yaml: serving_repository
     "left_out": int}                                    # own files that could not be read

``git.tests``::

    {"files": [{"path", "kind": "unit"|"integration", "tests": int, "imports_project": bool, "why"}],  # why integration
     "file_count": int,
     "unit": {"files": int, "tests": int}, "integration": {"files": int, "tests": int},
     "parametrised": int, "without_assertion": int, "uncollected": [{"path", "why"}],
     "framework": "pytest"|"unittest"|"", "rules": {"python_files": [...], "testpaths": [...], "where"},
     "folders": ["tests/unit", …],                       # folders that hold test files
     "markers": ["integration", …],                      # pytest markers used
     "serving_tests": [{"test", "entry", "through": [path, …]}],      # GIT-04: tests that reach a serving entry
     "scoring_parts": [{"test", "line", "part", "entry"}],            # GIT-04, half: what the entry imports
     "model_tests": [{"test", "line", "how", "replaced": bool}],      # GIT-08: the model behind its interface
     "other_languages": [{"language", "where", "count"}],
     "left_out": int}

``{}`` for either means: looked, nothing there.
"""

from __future__ import annotations

import gc
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from assessments.collectors.git.code.extract import extract
from assessments.collectors.git.code.facts import Import, Module
from assessments.collectors.git.code.modules import Resolver, dotted_name
from assessments.collectors.git.code.parsing import count_lines, parse
from assessments.collectors.git.code.places import is_own
from assessments.collectors.git.code.vocabulary import TELLING
from assessments.collectors.git.tree import Tree

#: Lists in payloads are cut to this many entries; the full count stands beside them.
MOST_LISTED = 12

_IMPORT_LINE = re.compile(
    rb"^[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+([^\n#\\]*)|import[ \t]+([\w., \t]+))", re.M
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is parsed, in bytes of source: telling files, all others together, and of one file at most."""

    telling_bytes: int = 4_000_000
    other_bytes: int = 400_000
    file_bytes: int = 300_000


@dataclass(frozen=True)
class PythonIndex:
    """Modules by path, the import graph, and what could not be read. ``tree`` is what it was built from."""

    tree: Tree
    modules: Mapping[str, Module]
    edges: Mapping[str, tuple[str, ...]]
    left_out: int = 0
    skipped: tuple[str, ...] = ()
    _kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def complete(self) -> bool:
        """Whether every telling file was parsed."""
        return self.left_out == 0

    @cached_property
    def unread(self) -> int:
        """How many files of the project's own code may hold what a reader looks for and could not be read."""
        faulty = sum(1 for module in self.faults if is_own(module.path))
        return self.left_out + len(self.skipped) + faulty

    @cached_property
    def faults(self) -> tuple[Module, ...]:
        """Files that are not readable as Python 3, each with its fault."""
        return tuple(module for module in self.modules.values() if module.fault)

    @cached_property
    def by_name(self) -> Mapping[str, str]:
        """Path by dotted module name."""
        return {module.name: path for path, module in reversed(list(self.modules.items()))}

    def reach(self, starts: Iterable[str], depth: int) -> dict[str, tuple[str, ...]]:
        """Every file reached from the starts by imports inside the repository, with the way there (shortest)."""
        ways: dict[str, tuple[str, ...]] = {start: (start,) for start in starts if start in self.modules}
        queue = deque(ways)
        while queue:
            path = queue.popleft()
            if len(ways[path]) > depth:
                continue
            for target in self.edges.get(path, ()):
                if target not in ways:
                    ways[target] = (*ways[path], target)
                    queue.append(target)
        return ways

    def once(self, key: str, make: Callable[[], T]) -> T:
        """Return what ``make`` returned the first time: readers share what they found without reading twice."""
        if key not in self._kept:
            self._kept[key] = make()
        result: T = self._kept[key]
        return result


def build_index(tree: Tree, bounds: Bounds | None = None) -> PythonIndex:
    """Read every ``.py`` file of the tree. Never raises for what a file contains."""
    limits = bounds or Bounds()
    paths = [path for path in tree.paths if path.endswith((".py", ".pyi.py", ".pyw"))]
    sources, skipped = _sources(tree, paths, limits)
    packages = {path.rpartition("/")[0] for path in paths if path.endswith("__init__.py")}
    with _no_garbage_collection():
        modules, left_out = _modules(sources, packages, limits)
    resolver = Resolver(paths)
    edges = {path: resolver.targets(module) for path, module in modules.items()}
    return PythonIndex(tree, modules, edges, left_out, tuple(skipped))


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Syntax trees are many small objects without cycles: scanning them for cycles costs a quarter of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _sources(tree: Tree, paths: Iterable[str], limits: Bounds) -> tuple[dict[str, bytes], list[str]]:
    sources: dict[str, bytes] = {}
    skipped: list[str] = []
    for path in paths:
        data = tree.read(path) if tree.size(path) <= limits.file_bytes else None
        if data is None:
            skipped.append(path)
        else:
            sources[path] = data
    return sources, skipped


def _modules(sources: Mapping[str, bytes], packages: set[str], limits: Bounds) -> tuple[dict[str, Module], int]:
    budget = {True: limits.telling_bytes, False: limits.other_bytes}
    found: dict[str, Module] = {}
    left_out = 0
    for path, telling in _ranked(sources):
        data = sources[path]
        name = dotted_name(path, packages)
        fits = budget[telling] >= len(data)
        budget[telling] -= len(data) if fits else 0
        left_out += telling and not fits
        found[path] = _parsed(path, name, data) if fits else _skimmed(path, name, data)
    return dict(sorted(found.items())), left_out


def _ranked(sources: Mapping[str, bytes]) -> Iterator[tuple[str, bool]]:
    """Telling files first, shallow before deep, tests last among them (they are many and alike)."""
    telling = {path: TELLING.search(data) is not None for path, data in sources.items()}
    order = sorted(sources, key=lambda path: (not telling[path], "test" in path, path.count("/"), path))
    return ((path, telling[path]) for path in order)


def _parsed(path: str, name: str, data: bytes) -> Module:
    parsed, fault = parse(data)
    lines = count_lines(data)
    if parsed is None:
        return Module(path, name, lines, _skim(name, path, data), fault=fault)
    try:
        return extract(parsed, path, name, lines)
    except RecursionError:
        return Module(path, name, lines, _skim(name, path, data), fault="nested too deeply to be read")


def _skimmed(path: str, name: str, data: bytes) -> Module:
    return Module(path, name, count_lines(data), _skim(name, path, data), parsed=False)


def _skim(name: str, path: str, data: bytes) -> tuple[Import, ...]:
    """Read the import lines of a file that is not parsed; one inside a string does no harm to the graph."""
    found: list[Import] = []
    for match in _IMPORT_LINE.finditer(data):
        source, names, plain = (part.decode("ascii", "replace") if part else "" for part in match.groups())
        line = data.count(b"\n", 0, match.start()) + 1
        if plain:
            found += [Import(part.split()[0], "", line) for part in plain.split(",") if part.strip()]
        else:
            taken = [part.split()[0] for part in names.strip("() \t\r").split(",") if part.strip()]
            base = absolute(source, name, path)
            found += [Import(base, part, line) for part in taken or [""]]
    return tuple(found)


def absolute(source: str, name: str, path: str) -> str:
    """Return the absolute dotted name of a possibly relative import ``source`` in the module ``name`` at ``path``."""
    level = len(source) - len(source.lstrip("."))
    if not level:
        return source
    parts = name.split(".")
    drop = level - 1 if path.endswith("__init__.py") else level
    base = parts[: len(parts) - drop] if drop else parts
    return ".".join([*base, *filter(None, [source.lstrip(".")])])
