"""Data and training pipelines: definitions that parse, with the step that loads the data.

Topic ``git.pipelines``::

    {"pipelines": [{"path", "line", "tool", "what", "steps": int, "loads_data": "path:line" or ""}],
     "count": int, "tools": [str], "broken": [{"path", "why"}], "left_out": int}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assessments.collectors.git.code.facts import Call, Module, where
from assessments.collectors.git.code.index import MOST_LISTED, PythonIndex
from assessments.collectors.git.code.pipeline_files import Declared, declared_pipelines
from assessments.collectors.git.code.places import is_own
from assessments.collectors.git.code.vocabulary import DATA_LOADING, PIPELINES
from assessments.collectors.git.reading import Reading

#: How many imports lie between a pipeline and the function that loads its data at most.
DEPTH = 3

#: What steps of a pipeline are called, over all tools.
_STEP = frozenset({"task", "step", "op", "component", "node", "asset", "multi_asset", "data_loader", "transformer"})


def pipelines(index: PythonIndex) -> list[Declared]:
    """Every pipeline of the project's own code and files, those that load data first; broken ones included."""

    def find() -> list[Declared]:
        found = [*_in_code(index), *declared_pipelines(index)]
        return sorted(found, key=lambda each: (bool(each.broken), not each.loads_data, each.path))

    return index.once("pipelines", find)


def read(reading: Reading) -> Mapping[str, Any]:
    """Topic ``git.pipelines``."""
    index = reading.python
    found = pipelines(index)
    working = [each for each in found if not each.broken]
    if not found and not index.unread:
        return {}
    return {
        "pipelines": [each.as_json() for each in working[:MOST_LISTED]],
        "count": len(working),
        "tools": sorted({each.tool for each in working}),
        "broken": [{"path": each.path, "why": each.broken} for each in found if each.broken][:MOST_LISTED],
        "left_out": index.unread,
    }


def _in_code(index: PythonIndex) -> Iterator[Declared]:
    """At most one pipeline per file and tool."""
    for module in index.modules.values():
        seen: set[str] = set()
        for line, name in _building_blocks(module) if is_own(module.path) else ():
            if name in PIPELINES and PIPELINES[name][0] not in seen:
                tool, what = PIPELINES[name]
                seen.add(tool)
                yield Declared(module.path, line, tool, what, _steps(module), loads_data(index, module.path))


def _building_blocks(module: Module) -> Iterator[tuple[int, str]]:
    for definition in module.definitions:
        yield from ((decorator.line, decorator.name) for decorator in definition.decorators)
        yield from ((definition.line, base) for base in definition.bases)
    yield from ((call.line, call.name) for call in module.calls)


def _steps(module: Module) -> int:
    decorated = sum(1 for each in module.definitions for decorator in each.decorators if decorator.method in _STEP)
    called = sum(1 for call in module.calls if call.method.endswith(("Operator", "Step")) or call.method == "node")
    return decorated + called


def loads_data(index: PythonIndex, path: str) -> str:
    """Return where the first call stands that brings data in, in the file or what it imports; "" when there is none."""
    for near in index.reach([path], DEPTH):
        module = index.modules[near]
        for call in module.calls if is_own(near) else ():
            if _brings_data(call):
                return where(near, call.line)
    return ""


def _brings_data(call: Call) -> bool:
    return DATA_LOADING.search(call.name) is not None
