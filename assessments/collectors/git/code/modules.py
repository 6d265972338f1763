"""Dotted module names and the import graph inside a repository, for flat, ``src/`` and nested layouts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from assessments.collectors.git.code.facts import Import, Module

#: Folders that are put on the path as they are; their name is no part of a module's name.
SOURCE_FOLDERS = frozenset({"src", "lib", "python", "source"})


def dotted_name(path: str, packages: set[str]) -> str:
    """``src/shop/models/train.py`` → ``shop.models.train``. ``packages`` are the folders with an ``__init__.py``."""
    stem = path.rpartition(".")[0]
    parts = stem.split("/")
    if parts[-1] == "__init__":
        parts.pop()
    start = _first_package(parts, packages)
    return ".".join(parts[start:]) or "__init__"


def _first_package(parts: list[str], packages: set[str]) -> int:
    """Where the dotted name starts: at the outermost package, else after the last source folder."""
    for end in range(1, len(parts)):
        if "/".join(parts[:end]) in packages and parts[end - 1] not in SOURCE_FOLDERS:
            return end - 1
    folders = [place for place, part in enumerate(parts[:-1]) if part in SOURCE_FOLDERS]
    return folders[-1] + 1 if folders else 0


class Resolver:
    """Finds the file an import means: from the importing file's own folder upwards, then by an unambiguous ending."""

    def __init__(self, paths: Iterable[str]) -> None:
        """``paths`` are all Python files of the repository."""
        self._files = {_stem(path): path for path in paths}
        self._endings: dict[str, list[str]] = {}
        for stem in self._files:
            self._endings.setdefault(stem.rpartition("/")[2], []).append(stem)
        self._find = lru_cache(maxsize=50_000)(self._found)

    def targets(self, module: Module) -> tuple[str, ...]:
        """List the repository's files that the module imports, without itself, in order of first mention."""
        folder = module.path.rpartition("/")[0]
        found: dict[str, None] = {}
        for item in module.imports:
            found.update(dict.fromkeys(self._of(item, folder)))
        found.pop(module.path, None)
        return tuple(found)

    def _of(self, item: Import, folder: str) -> Iterator[str]:
        if item.name:
            submodule = self._find(f"{item.module}.{item.name}" if item.module else item.name, folder)
            if submodule:
                yield submodule
        package = self._find(item.module, folder) if item.module else ""
        if package:
            yield package

    def _found(self, name: str, folder: str) -> str:
        tail = name.replace(".", "/")
        for root in _roots(folder):
            path = self._files.get(f"{root}{tail}")
            if path:
                return path
        return self._by_ending(tail)

    def _by_ending(self, tail: str) -> str:
        """One file and one only ends like this (paths set up at run time); a single word says too little."""
        if "/" not in tail:
            return ""
        stems = [stem for stem in self._endings.get(tail.rpartition("/")[2], ()) if stem.endswith(f"/{tail}")]
        return self._files[stems[0]] if len(stems) == 1 else ""


def _stem(path: str) -> str:
    stem = path.rpartition(".")[0]
    return stem.removesuffix("/__init__")


@lru_cache(maxsize=4096)
def _roots(folder: str) -> tuple[str, ...]:
    parts = folder.split("/") if folder else []
    above = ["/".join(parts[:end]) for end in range(len(parts), -1, -1)]
    roots: list[str] = []
    for each in above:
        prefix = f"{each}/" if each else ""
        roots += [prefix, *(f"{prefix}{source}/" for source in sorted(SOURCE_FOLDERS))]
    return tuple(roots)
