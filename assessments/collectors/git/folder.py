"""Lists and reads a folder that is not in git, without following any symbolic link."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from assessments.collectors.git.bounds import Bounds, Names, Skips
from assessments.collectors.git.command import Deadline

#: Folders that tools make: what lies in them is not the project's own work.
_MADE_BY_TOOLS = frozenset(
    {"node_modules", "__pycache__", ".venv", "venv", ".tox", ".nox", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
)


def list_folder(folder: Path, bounds: Bounds, skips: Skips, deadline: Deadline) -> tuple[dict[str, int], bool]:
    """Sizes of the regular files below ``folder`` by path, sorted, and whether the list is complete.

    Raises OutOfTime.
    """
    found: dict[str, int] = {}
    names = Names(bounds.depth)
    for path, size in _walk(folder, bounds, skips, deadline):
        why = _not_text(path) or names.fault(path)
        if why:
            skips.add(os.fsencode(path), why)
        elif len(found) >= bounds.files:
            skips.add("…", f"more than {bounds.files} files; the rest was not looked at")
            return dict(sorted(found.items())), False
        else:
            found[path] = size
    return dict(sorted(found.items())), True


def _not_text(path: str) -> str:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return "the name is not UTF-8"
    return ""


def _walk(folder: Path, bounds: Bounds, skips: Skips, deadline: Deadline) -> Iterator[tuple[str, int]]:
    waiting = [""]
    while waiting:
        deadline.check()
        inside = waiting.pop()
        for entry in _entries(folder, inside, skips):
            path = f"{inside}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                _descend(path, waiting, bounds, skips)
            elif (size := _regular_size(entry, path, skips)) is not None:
                yield path, size


def _entries(folder: Path, inside: str, skips: Skips) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder / inside) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        skips.add(inside, "the folder cannot be read")
        return []


def _descend(path: str, waiting: list[str], bounds: Bounds, skips: Skips) -> None:
    name = path.rpartition("/")[2]
    if name.casefold() == ".git":
        return
    if name in _MADE_BY_TOOLS:
        skips.add(path, "made by a tool, not the project's own files")
    elif path.count("/") + 1 >= bounds.depth:
        skips.add(path, f"deeper than {bounds.depth} folders")
    else:
        waiting.append(f"{path}/")


def _regular_size(entry: os.DirEntry[str], path: str, skips: Skips) -> int | None:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        skips.add(os.fsencode(path), "cannot be looked at")
        return None
    if stat.S_ISLNK(status.st_mode):
        skips.add(os.fsencode(path), "a symbolic link")
        return None
    if not stat.S_ISREG(status.st_mode):
        skips.add(os.fsencode(path), "not a regular file")
        return None
    return status.st_size


def read_file(folder: Path, path: str, most: int) -> bytes | None:
    """Give a file's bytes; None when it is not a regular file any more, larger than ``most``, or outside ``folder``."""
    try:
        with os.fdopen(os.open(folder / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            inside = Path(f"/proc/self/fd/{file.fileno()}")
            strays = inside.exists() and not inside.resolve().is_relative_to(folder.resolve())
            if strays or not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            content = file.read(most + 1)
    except (OSError, ValueError):
        return None
    return content if len(content) <= most else None
