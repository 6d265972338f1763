"""Tests: what is collectable, what kind it is, and which tests reach the serving entry and the model behind it.

Topic ``git.tests``; the payload's shape stands in the index's docstring. A test function without anything to check is
not counted as a test; a test file that imports nothing of the project is counted but said so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.collectors.git.code.collection_rules import Rules, Test, collected, rules
from assessments.collectors.git.code.facts import Module
from assessments.collectors.git.code.index import MOST_LISTED, PythonIndex
from assessments.collectors.git.code.integration import (
    INTEGRATION_WORDS,
    asks_loaded_model,
    client_of,
    conftests,
    http_calls,
    integration_why,
    replaces_model,
)
from assessments.collectors.git.code.models_in_use import DEPTH
from assessments.collectors.git.code.places import is_example, is_own, is_test
from assessments.collectors.git.code.serving import serving
from assessments.collectors.git.code.serving_entry import Serving
from assessments.collectors.git.reading import Reading
from assessments.collectors.git.tree import Tree

_SMOKE = re.compile(r"smoke|integration_?test|e2e", re.IGNORECASE)
_OTHER_LANGUAGES = {
    "Java": re.compile(r"(?:^|/)src/test/.*\.java$|Tests?\.java$"),
    "Scala": re.compile(r"(?:Spec|Suite|Test)\.scala$"),
    "Kotlin": re.compile(r"Tests?\.kt$"),
    "JavaScript or TypeScript": re.compile(r"\.(?:test|spec)\.[jt]sx?$|(?:^|/)__tests__/.*\.[jt]sx?$"),
    "Go": re.compile(r"_test\.go$"),
    "R": re.compile(r"(?:^|/)tests/testthat/.*\.[rR]$"),
    "C#": re.compile(r"Tests?\.cs$"),
    "C or C++": re.compile(r"(?:^|/)tests?/.*\.(?:cc|cpp|cxx|cu)$"),
    "Rust": re.compile(r"(?:^|/)tests/.*\.rs$"),
    "Julia": re.compile(r"(?:^|/)test/runtests\.jl$"),
}


@dataclass(frozen=True, slots=True)
class TestFile:
    """One collectable test file: why it is integration ("": it is not), its test client, its tests that check."""

    module: Module
    why: str
    client: str
    tests: tuple[Test, ...]
    imports_project: bool

    @property
    def integration(self) -> list[Test]:
        """Tests that are integration tests: by the file, or by their own marker."""
        return [test for test in self.tests if self.why or INTEGRATION_WORDS.intersection(test.markers)]

    @property
    def unit(self) -> list[Test]:
        """The others."""
        return [test for test in self.tests if not self.why and not INTEGRATION_WORDS.intersection(test.markers)]


@dataclass(frozen=True, slots=True)
class Suite:
    """All test files, what was left out with the reason, and tests that check nothing."""

    files: tuple[TestFile, ...]
    uncollected: tuple[tuple[str, str], ...]
    without_assertion: int
    rules: Rules


def suite(index: PythonIndex) -> Suite:
    """Every test pytest or unittest would collect, read once."""
    return index.once("suite", lambda: _suite(index))


def _suite(index: PythonIndex) -> Suite:
    how = rules(index.tree)
    files: list[TestFile] = []
    left: list[tuple[str, str]] = []
    idle = 0
    for path, module in index.modules.items():
        if not how.matches(path) or is_example(path):
            continue
        why_not = _why_not(module, how)
        tests = [] if why_not else collected(module)
        idle += sum(1 for test in tests if not test.asserts)
        checking = tuple(test for test in tests if test.asserts)
        if checking:
            why, client = integration_why(index, module), client_of(index, module)
            files.append(TestFile(module, why, client, checking, _imports_project(index, path)))
        else:
            left.append((path, why_not or "holds no test function with an assertion"))
    return Suite(tuple(files), tuple(left), idle, how)


def _why_not(module: Module, how: Rules) -> str:
    if module.fault:
        return module.fault
    if not module.parsed:
        return "beyond the bound on parsed files"
    return "" if how.searched(module.path) else f"outside testpaths ({how.where})"


def _imports_project(index: PythonIndex, path: str) -> bool:
    starts = [path, *conftests(index, path)]
    return any(not is_test(target) for start in starts for target in index.edges.get(start, ()))


def read(reading: Reading) -> Mapping[str, Any]:
    """Topic ``git.tests``."""
    index = reading.python
    found = suite(index)
    others = list(_other_languages(reading.tree))
    smoke = list(_smoke_scripts(index))
    if not found.files and not found.uncollected and not others and not smoke and not index.unread:
        return {}
    every = [test for file in found.files for test in file.tests]
    return {
        "files": [_listed(file) for file in _telling(found.files)],
        "file_count": len(found.files),
        "unit": _counted(file.unit for file in found.files),
        "integration": _counted(file.integration for file in found.files),
        "parametrised": sum(test.parametrised for test in every),
        "without_assertion": found.without_assertion,
        "uncollected": [{"path": path, "why": why} for path, why in found.uncollected[:MOST_LISTED]],
        "framework": _framework(found, every),
        "rules": {
            "python_files": list(found.rules.files),
            "testpaths": list(found.rules.folders),
            "where": found.rules.where,
        },
        "folders": sorted({file.module.path.rpartition("/")[0] for file in found.files})[: 2 * MOST_LISTED],
        "markers": sorted({mark for file in found.files for mark in _marks(file)})[: 2 * MOST_LISTED],
        "serving_tests": [hit for file in found.files if (hit := _reaches(index, file))][:MOST_LISTED],
        "scoring_parts": [hit for file in found.files if (hit := _reaches_part(index, file))][:MOST_LISTED],
        "model_tests": [*(hit for file in found.files if (hit := _exercises(index, file))), *smoke][:MOST_LISTED],
        "other_languages": others,
        "left_out": index.unread,
    }


def _telling(files: Iterable[TestFile]) -> list[TestFile]:
    """Integration first (there are few), then the files with most tests."""
    return sorted(files, key=lambda file: (not file.why, -len(file.tests), file.module.path))[:MOST_LISTED]


def _listed(file: TestFile) -> dict[str, Any]:
    kind = "integration" if file.integration and not file.unit else "unit"
    line = file.tests[0].line
    listed = {"path": file.module.path, "line": line, "kind": kind, "tests": len(file.tests)}
    return {**listed, "imports_project": file.imports_project, "why": file.why}


def _counted(groups: Iterable[list[Test]]) -> dict[str, int]:
    sizes = [len(group) for group in groups if group]
    return {"files": len(sizes), "tests": sum(sizes)}


def _framework(found: Suite, every: list[Test]) -> str:
    if not every:
        return ""
    only_unittest = all(test.unittest for test in every) and not found.rules.framework
    return "unittest" if only_unittest else "pytest"


def _marks(file: TestFile) -> Iterator[str]:
    yield from file.module.marks
    for test in file.tests:
        yield from test.markers


def _reaches(index: PythonIndex, file: TestFile) -> dict[str, Any] | None:
    """GIT-04: the serving entry a test file imports, uses by name, or starts through a client; with the way there."""
    path = file.module.path
    ways = index.reach([path, *conftests(index, path)], DEPTH)
    for entry in _nearest(serving(index).entries, ways):
        if _meant(index, file, entry):
            through = [step for step in ways[entry.path][1:-1] if is_own(step)]
            return {"test": path, "line": file.tests[0].line, "entry": entry.path, "through": through}
    return None


def _reaches_part(index: PythonIndex, file: TestFile) -> dict[str, Any] | None:
    """Half of GIT-04: the test imports the file that holds the model for the serving entry, not the entry."""
    imported = index.edges.get(file.module.path, ())
    for entry in serving(index).entries:
        if entry.model and entry.model.path != entry.path and entry.model.path in imported:
            return {"test": file.module.path, "line": file.tests[0].line, "part": entry.model.path, "entry": entry.path}
    return None


def _nearest(entries: Iterable[Serving], ways: Mapping[str, tuple[str, ...]]) -> list[Serving]:
    return sorted(
        (entry for entry in entries if entry.path in ways), key=lambda entry: (len(ways[entry.path]), entry.path)
    )


def _meant(index: PythonIndex, file: TestFile, entry: Serving) -> bool:
    """Passing through a package that also holds the entry is not enough: the test must name or start it."""
    path = file.module.path
    starts = [path, *conftests(index, path)]
    if any(entry.path in index.edges.get(start, ()) for start in starts):
        return True
    return _uses_name_of(index, starts, entry) or (entry.kind == "online" and bool(file.client))


def _uses_name_of(index: PythonIndex, starts: Iterable[str], entry: Serving) -> bool:
    module = index.modules.get(entry.path)
    names = {each.name for each in module.definitions if "." not in each.name} if module else set()
    return any(call.method in names for start in starts for call in index.modules[start].calls)


def _exercises(index: PythonIndex, file: TestFile) -> dict[str, Any] | None:
    """GIT-08: the model answers in this test, behind the interface it is served through or as a loaded artefact."""
    hit = {"test": file.module.path, "line": file.tests[0].line, "replaced": replaces_model(file.module)}
    reached = _reaches(index, file)
    asked = asks_loaded_model(file.module)
    if reached and file.client:
        return {**hit, "how": f"calls {reached['entry']} through {file.client}"}
    if file.integration and any(True for _ in http_calls(file.module)):
        return {**hit, "how": "sends requests to a running server"}
    if asked:
        return {**hit, "line": asked, "how": "loads a model and asks it"}
    if reached and _runs_entry(index, file, reached["entry"]):
        return {**hit, "how": f"runs the scoring entry {reached['entry']}"}
    return None


def _runs_entry(index: PythonIndex, file: TestFile, entry_path: str) -> bool:
    """A batch or platform scoring script is its own interface: calling it is going through it."""
    entry = next(each for each in serving(index).entries if each.path == entry_path)
    interface = entry.kind == "batch" or entry.framework in ("Azure ML", "SageMaker", "AWS Lambda", "cloud function")
    return interface and _uses_name_of(index, [file.module.path], entry)


def _smoke_scripts(index: PythonIndex) -> Iterator[dict[str, Any]]:
    """Scripts outside the test suite, named like tests, that send requests to a deployed service."""
    collected_files = {file.module.path for file in suite(index).files}
    for path, module in index.modules.items():
        named = is_test(path) or _SMOKE.search(path.rpartition("/")[2])
        if named and path not in collected_files and not is_example(path):
            line = next(http_calls(module), 0)
            if line:
                yield {
                    "test": path,
                    "line": line,
                    "replaced": False,
                    "how": "smoke test script, outside the test suite",
                }


def _other_languages(tree: Tree) -> Iterator[dict[str, Any]]:
    for language, pattern in _OTHER_LANGUAGES.items():
        paths = [path for path in tree.paths if pattern.search(path) and "node_modules/" not in path]
        if paths:
            yield {"language": language, "where": paths[0], "count": len(paths)}
