"""Data validation: schemas and expectations, and whether working code – not only a test – calls them.

Topic ``git.validation``::

    {"calls": [{"path", "line", "tool", "what", "entry": path or "", "through": [path, …]}],  # entry: what starts it
     "count": int, "called_from_entry": int,
     "defined": [{"path", "line", "tool"}],              # libraries' schemas that no working code calls
     "home_made": [{"path", "line", "what"}],            # own functions validate_data(), check_schema() …, called
     "in_tests": int, "left_out": int}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.collectors.git.code.commands import command_files
from assessments.collectors.git.code.entries import entries
from assessments.collectors.git.code.facts import Call, Module
from assessments.collectors.git.code.index import MOST_LISTED, PythonIndex
from assessments.collectors.git.code.live_text import find_live, line_at
from assessments.collectors.git.code.places import is_own, is_test
from assessments.collectors.git.code.vocabulary import VALIDATION
from assessments.collectors.git.reading import Reading

#: How many imports lie between an entry point and the call that validates at most.
DEPTH = 6

_HOME_MADE = re.compile(
    r"(?:^|_)(?:validate|check|verify|assert)_(?:\w*_)?(?:data|dataset|schema|dataframe|df|columns|features|inputs|raw|quality)(?:_|$)"
    r"|data_(?:validation|quality|check)"
)
_COMMAND = re.compile(r"\b(?:great_expectations|gx)\s+(?:--\S+\s+)*checkpoint\s+run\b|\bsoda\s+scan\b")
#: Libraries data is handled with: a ``check_schema`` elsewhere checks something else.
_DATA = frozenset(
    {"pandas", "numpy", "polars", "pyspark", "sklearn", "torch", "tensorflow", "dask", "duckdb", "pyarrow"}
)
#: Libraries that validate settings and messages as often as data.
_GENERAL = frozenset({"jsonschema", "cerberus"})
_METHODS = {library: re.compile(rf"^(?:{methods})$") for library, (_, methods) in VALIDATION.items()}
_SCHEMA_CALLS = frozenset(
    {"validate", "check", "run", "is_valid", "to_schema", "cast", "filter", "validate_data", "iter_errors"}
)


@dataclass(frozen=True, slots=True)
class Validating:
    """One call that validates data, and how an entry point gets there ("" when none does)."""

    path: str
    line: int
    tool: str
    what: str
    entry: str = ""
    through: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The form it has in the payload."""
        place = {"path": self.path, "line": self.line, "tool": self.tool, "what": self.what}
        return {**place, "entry": self.entry, "through": list(self.through)}


def read(reading: Reading) -> Mapping[str, Any]:
    """Topic ``git.validation``."""
    index = reading.python
    found = sorted(_calls(index), key=lambda each: (not each.entry, each.path, each.line))
    tested = sum(1 for module in index.modules.values() if is_test(module.path) and _tool(module))
    defined = list(_defined(index, {each.tool for each in found}))
    own = list(_home_made(index))
    if not found and not defined and not own and not tested and not index.unread:
        return {}
    return {
        "calls": [each.as_json() for each in found[:MOST_LISTED]],
        "count": len(found),
        "called_from_entry": sum(1 for each in found if each.entry),
        "defined": defined[:MOST_LISTED],
        "home_made": own[:MOST_LISTED],
        "in_tests": tested,
        "left_out": index.unread,
    }


def _tool(module: Module) -> str:
    """Name the validation tool a module imports, "" for none."""
    return next((VALIDATION[library][0] for library in VALIDATION if library in _libraries(module)), "")


def _libraries(module: Module) -> frozenset[str]:
    """The validation libraries a module imports; general ones count only beside a library for data."""
    found = module.imported & VALIDATION.keys()
    return found if module.libraries & _DATA else found - _GENERAL


def _calls(index: PythonIndex) -> Iterator[Validating]:
    ways = index.reach([entry.path for entry in entries(index)], DEPTH)
    schemas = {
        module.name: tool for module in index.modules.values() if is_own(module.path) and (tool := _tool(module))
    }
    for module in index.modules.values():
        if not is_own(module.path):
            continue
        way = ways.get(module.path, ())
        for line, tool, what in _validating(module, schemas):
            yield Validating(module.path, line, tool, what, way[0] if way else "", way[1:-1])
    for path, text in command_files(index.tree):
        match = find_live(_COMMAND, text)
        if match:
            yield Validating(path, line_at(text, match.start()), "Great Expectations", match[0].strip()[:60], path)


def _validating(module: Module, schemas: Mapping[str, str]) -> Iterator[tuple[int, str, str]]:
    """Calls into a validation library, decorators of one, and calls on schemas that another file defines."""
    decorators = (each for definition in module.definitions for each in definition.decorators)
    for call in (*module.calls, *decorators):
        tool = _by_library(call, module) or _by_schema(call, schemas)
        if tool:
            yield call.line, tool, call.name.replace("?", "…")


def _by_library(call: Call, module: Module) -> str:
    for library in sorted(_libraries(module)):
        tool = VALIDATION[library][0]
        if not _METHODS[library].match(call.method):
            continue
        if call.name.startswith(f"{library}.") or (call.root == "?" and call.method.startswith("expect_")):
            return tool if library != "evidently" or _is_evidently_test(call, module) else ""
    return ""


def _is_evidently_test(call: Call, module: Module) -> bool:
    """A report describes; only a test suite (or a report that includes tests) validates."""
    return "TestSuite" in call.name or any("include_tests" in each.keywords for each in module.calls)


def _by_schema(call: Call, schemas: Mapping[str, str]) -> str:
    if call.method not in _SCHEMA_CALLS:
        return ""
    return next((tool for name, tool in schemas.items() if call.name.startswith(f"{name}.")), "")


def _defined(index: PythonIndex, called: set[str]) -> Iterator[dict[str, Any]]:
    """Schemas and expectations that exist though no working code calls that tool."""
    for module in index.modules.values():
        tool = _tool(module) if is_own(module.path) else ""
        if tool and tool not in called:
            yield {"path": module.path, "line": module.imports[0].line, "tool": tool}
    suites = [path for path in index.tree.paths if re.search(r"(?:great_expectations|gx)/expectations/.*\.json$", path)]
    if suites and "Great Expectations" not in called:
        yield {"path": suites[0], "line": 0, "tool": "Great Expectations"}


def _home_made(index: PythonIndex) -> Iterator[dict[str, Any]]:
    """Own functions that by their name validate data, where working code that is started calls them."""
    ways = index.reach([entry.path for entry in entries(index)], DEPTH)
    for path in sorted(ways):
        for call in index.modules[path].calls if is_own(path) else ():
            if index.modules[path].libraries & _DATA and _HOME_MADE.search(call.method) and call.root not in _DATA:
                yield {"path": path, "line": call.line, "what": f"{call.method}()"}
