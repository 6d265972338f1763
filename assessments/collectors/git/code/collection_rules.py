"""Which files and functions pytest or unittest would collect, found without running either.

Rule source: pytest's defaults (``python_files = test_*.py *_test.py``, functions ``test*``, classes ``Test*``) and its
configuration in pytest.ini, pyproject.toml, tox.ini or setup.cfg, in that order; unittest's ``TestCase`` classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch

from assessments.collectors.git.code.entries import ini, toml
from assessments.collectors.git.code.facts import Call, Definition, Module
from assessments.collectors.git.tree import Tree

DEFAULT_FILES = ("test_*.py", "*_test.py")
_ASSERTING = re.compile(
    r"^(?:assert\w*|_?assert_\w+|raises|warns|fail\w*|check_\w+|verify\w*|expect\w*|validate_\w+|raise_for_status|should\w*)$"
)
_NOT_SEARCHED = re.compile(
    r"(?:^|/)(?:\.[^/]+|build|dist|node_modules|venv|env|[^/]+\.egg|site-packages|vendor|testdata|fixtures)/"
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What is collected: file patterns, the folders searched (empty: all), and where that is written."""

    files: tuple[str, ...] = DEFAULT_FILES
    folders: tuple[str, ...] = ()
    where: str = ""
    framework: str = ""

    def matches(self, path: str) -> bool:
        """Whether the file's name is a test file's and its folder is one that is searched."""
        name = path.rpartition("/")[2]
        return any(fnmatch(name, pattern) for pattern in self.files) and not _NOT_SEARCHED.search(path)

    def searched(self, path: str) -> bool:
        """Whether the file lies below one of the configured folders."""
        return not self.folders or any(path == folder or path.startswith(f"{folder}/") for folder in self.folders)


def rules(tree: Tree) -> Rules:
    """Return pytest's configuration of the repository, its defaults where it says nothing."""
    for path, section in (("pytest.ini", "pytest"), (".pytest.ini", "pytest")):
        if path in tree.paths:
            return _rules(dict(_section(tree, path, section)), path)
    options = _of_pyproject(tree)
    if options is not None:
        return _rules(options, "pyproject.toml")
    for path, section in (("tox.ini", "pytest"), ("setup.cfg", "tool:pytest")):
        found = dict(_section(tree, path, section))
        if found:
            return _rules(found, path)
    return Rules()


def _section(tree: Tree, path: str, section: str) -> Iterable[tuple[str, object]]:
    parser = ini(tree, path)
    return parser.items(section) if parser.has_section(section) else ()


def _of_pyproject(tree: Tree) -> dict[str, object] | None:
    value: object = toml(tree, "pyproject.toml")
    for key in ("tool", "pytest", "ini_options"):
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else None


def _rules(options: dict[str, object], where: str) -> Rules:
    files = _words(options.get("python_files"))
    folders = tuple(folder.removeprefix("./").rstrip("/") for folder in _words(options.get("testpaths")))
    searched = tuple(folder for folder in folders if folder not in ("", ".") and "*" not in folder)
    return Rules(files or DEFAULT_FILES, searched if len(searched) == len(folders) else (), where, "pytest")


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(value.split())
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


@dataclass(frozen=True, slots=True)
class Test:
    """One collected test function: its qualified name, line, markers, and whether it checks anything."""

    name: str
    line: int
    asserts: bool
    parametrised: bool
    markers: tuple[str, ...]
    unittest: bool


def collected(module: Module) -> list[Test]:
    """Every test function of a test file, empty and non-asserting ones included (and marked so)."""
    classes = {each.name: each for each in module.definitions if each.kind == "class"}
    return [_test(module, each, classes) for each in module.definitions if _is_collected(each, classes)]


def _is_collected(function: Definition, classes: dict[str, Definition]) -> bool:
    outer, _, name = function.name.rpartition(".")
    if function.kind != "function" or not name.startswith("test"):
        return False
    return not outer or (outer in classes and _collects(classes[outer]))


def _collects(owner: Definition) -> bool:
    return owner.name.rpartition(".")[2].startswith("Test") or _is_unittest(owner)


def _is_unittest(owner: Definition) -> bool:
    return any("TestCase" in base for base in owner.bases)


def _test(module: Module, function: Definition, classes: dict[str, Definition]) -> Test:
    owner = classes.get(function.name.rpartition(".")[0])
    decorators = (*function.decorators, *(owner.decorators if owner else ()))
    return Test(
        name=function.name,
        line=function.line,
        asserts=not function.empty and _asserts(module, function),
        parametrised=any(each.name in ("pytest.mark.parametrize", "hypothesis.given") for each in decorators),
        markers=tuple(dict.fromkeys(_markers(decorators))),
        unittest=owner is not None and _is_unittest(owner),
    )


def _markers(decorators: Iterable[Call]) -> Iterator[str]:
    for each in decorators:
        if each.name.startswith("pytest.mark.") and each.method not in (
            "parametrize",
            "usefixtures",
            "skipif",
            "filterwarnings",
        ):
            yield each.method


def _asserts(module: Module, function: Definition) -> bool:
    """Checks something: an assert, a raises, an assertion method, or a helper of the file that does."""
    inside = f"{function.name}."
    if function.asserts or any(each.asserts for each in module.definitions if each.name.startswith(inside)):
        return True
    checking = {f"{module.name}.{each.name}" for each in module.definitions if each.asserts and each.kind == "function"}
    own = {each.name.rpartition(".")[2] for each in module.definitions if each.asserts and "." in each.name}
    calls = (call for call in module.calls if call.scope == function.name or call.scope.startswith(inside))
    return any(_ASSERTING.match(call.method) or call.name in checking or call.method in own for call in calls)
