"""Command lines written down in the repository, and the Python files they run (Makefile, Dockerfile, shell, YAML)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assessments.collectors.git.code.index import PythonIndex
from assessments.collectors.git.code.places import is_example
from assessments.collectors.git.tree import Tree

#: At most so many files are searched for commands, none larger than so many bytes.
MOST_FILES, LARGEST = 400, 200_000

_WRITES_COMMANDS = re.compile(
    r"(?:^|/)(?:Makefile|GNUmakefile|makefile|justfile|Justfile|Procfile|MLproject|Jenkinsfile|[^/]*Dockerfile[^/]*|tox\.ini"
    r"|pyproject\.toml|setup\.cfg|[^/]+\.(?:sh|bash|mk|ya?ml|bat|ps1|toml|cmd))$"
)
#: ``python [-u] [-m] target``, also written as a list: ``["python", "-m", "target"]``.
_PYTHON = re.compile(
    r"\b(?:python3?(?:\.\d+)?|spark-submit|torchrun|accelerate launch|uv run|poetry run|pipenv run|dvc run \S+)"
    r"(?:[\s\"',\[\]]+-(?!m\b)[\w=-]+)*[\s\"',\[\]]+(?P<module>-m[\s\"',\[\]]+)?(?P<target>[\w./-]+)"
)


@dataclass(frozen=True, slots=True)
class Command:
    """One place that runs a Python file of the repository: where it is written, and the file it runs."""

    path: str
    line: int
    runs: str


def commands(index: PythonIndex) -> tuple[Command, ...]:
    """Every command found, in order of path and line."""
    return index.once("commands", lambda: tuple(_all(index)))


def command_files(tree: Tree) -> Iterator[tuple[str, str]]:
    """Return the files commands are written in, with their text: path and text, bounded."""
    paths = [path for path in tree.paths if _WRITES_COMMANDS.search(path) and not is_example(path)]
    for path in sorted(paths, key=lambda path: (path.count("/"), path))[:MOST_FILES]:
        text = tree.text(path) if tree.size(path) <= LARGEST else None
        if text:
            yield path, text


def _all(index: PythonIndex) -> Iterator[Command]:
    for path, text in command_files(index.tree):
        for match in _PYTHON.finditer(text):
            target = _file(index, match["target"], bool(match["module"]), path.rpartition("/")[0])
            if target:
                yield Command(path, text.count("\n", 0, match.start()) + 1, target)


def _file(index: PythonIndex, target: str, as_module: bool, folder: str) -> str:
    """Return the Python file a command runs, from the command's folder or the top; "" when it is not in the tree."""
    if as_module:
        return index.by_name.get(f"{target}.__main__") or index.by_name.get(target) or ""
    clean = target.removeprefix("./")
    candidates = (f"{folder}/{clean}" if folder else clean, clean)
    return next((path for path in candidates if path in index.modules), "")
