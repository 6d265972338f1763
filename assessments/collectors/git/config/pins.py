"""Which requirements name one exact version: requirements files (with includes), conda environments, pyproject."""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field

from assessments.collectors.git.ci.documents import Text, as_list, as_map, document, strings
from assessments.collectors.git.tree import Tree

_MOST_INCLUDES, _MOST_LINES = 20, 5_000
_EXACT = re.compile(r"^[A-Za-z0-9][\w.-]*\s*(?:\[[^\]]*\])?\s*={2,3}\s*[\w.!+-]+$")
_COMMIT = re.compile(r"@[0-9a-f]{40}\b|#sha\d+[=:]|\.whl(?:#|$)")
_CONDA_EXACT = re.compile(r"^(?:[\w.-]+::)?[\w.-]+\s*={1,2}\s*[\w.!+]+(?:=[\w.]+)?$")


@dataclass
class Pins:
    """How many requirements a file names exactly, and where the others stand (``path:line``, text)."""

    exact: int = 0
    loose: list[tuple[str, str]] = field(default_factory=list)

    def note(self, exact: bool, where: str, text: str) -> None:
        """Count one requirement."""
        if exact:
            self.exact += 1
        else:
            self.loose.append((where, text[:80]))


def requirements(tree: Tree, path: str, pins: Pins | None = None, seen: set[str] | None = None) -> Pins:
    """The requirements of a file and of the files it includes with ``-r``; cycles and missing files are harmless."""
    pins, seen = pins or Pins(), seen if seen is not None else set()
    if path in seen or len(seen) > _MOST_INCLUDES or path not in tree.paths:
        return pins
    seen.add(path)
    for number, line in _logical(tree.text(path) or ""):
        included = re.match(r"^(?:-r|--requirement)[ =]*(\S+)", line)
        if included:
            requirements(tree, posixpath.normpath(posixpath.join(posixpath.dirname(path), included[1])), pins, seen)
        elif not line.startswith("-") or line.startswith(("-e", "--editable")):
            _one(pins, line, f"{path}:{number}")
    return pins


def _logical(text: str) -> Iterable[tuple[int, str]]:
    joined, start = "", 1
    for number, line in enumerate(text.splitlines()[:_MOST_LINES], 1):
        start = start if joined else number
        joined += line.rstrip().removesuffix("\\")
        if line.rstrip().endswith("\\"):
            continue
        bare = re.sub(r"(^|\s)#.*$", "", joined).strip()
        if bare:
            yield start, bare
        joined = ""


def _one(pins: Pins, line: str, where: str) -> None:
    """One requirement: a local folder is part of the repository itself, an address is exact with a commit or digest."""
    text = re.sub(r"^(?:-e|--editable)[ =]*", "", line)
    bare = re.sub(r"\s+--hash[=:]\S+|\s*;.*$", "", text).strip()
    if re.match(r"^\.{0,2}(?:/|$|\[)|^file:", bare) or bare in (".", ".."):
        return
    address = "://" in bare
    pins.note(bool(_COMMIT.search(text) if address else _EXACT.match(bare)), where, line)


def conda_environment(text: str, path: str) -> Pins | None:
    """The pins of a conda environment file; None when the YAML is something else. Raises ``Unreadable``."""
    top = as_map(document(text))
    entries = as_list(top.get("dependencies"))
    if not entries or not ("channels" in top or "name" in top) or "apiVersion" in top:
        return None
    pins = Pins()
    for entry in entries:
        if isinstance(entry, Text) and entry not in ("pip", "setuptools", "wheel"):
            pins.note(bool(_CONDA_EXACT.match(entry.strip())), f"{path}:{entry.line}", entry)
        for line in strings(as_map(entry).get("pip")):
            if not line.startswith("-"):
                _one(pins, str(line), f"{path}:{line.line}")
    return pins


def pyproject_dependencies(text: str) -> int:
    """How many dependencies pyproject.toml (or a Pipfile) declares; 0 for none or a broken file."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return 0
    project = data.get("project", {})
    poetry = data.get("tool", {}).get("poetry", {}) if isinstance(data.get("tool"), dict) else {}
    declared = project.get("dependencies", []) if isinstance(project, dict) else []
    others = [poetry.get("dependencies", {}) if isinstance(poetry, dict) else {}, data.get("packages", {})]
    return len(declared) + sum(len(table) for table in others if isinstance(table, dict))
