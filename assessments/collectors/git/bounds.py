"""How much of a repository is read, what was left out and why."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from assessments.collectors.git.refusals import is_plain, shown
from assessments.collectors.git.repository import LARGEST_FILE, LARGEST_NOTEBOOK


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds of one look: bytes of one file or notebook, number of files, bytes read in all, and depth in folders."""

    file_bytes: int = LARGEST_FILE
    notebook_bytes: int = LARGEST_NOTEBOOK
    files: int = 100_000
    total_bytes: int = 512 * 1024**2
    depth: int = 64

    def most(self, path: str) -> int:
        """Bytes that may be read of the file at ``path``."""
        return self.notebook_bytes if path.endswith(".ipynb") else self.file_bytes


class Skips:
    """What was left out and why: every path once, the first ``most`` by name, the rest as a count."""

    def __init__(self, most: int = 200) -> None:
        """Keep at most ``most`` paths by name."""
        self._most = most
        self._why: dict[str, str] = {}
        self.total = 0

    def add(self, path: str | bytes, why: str) -> None:
        """Note one path; the first reason stands."""
        name = shown(path)
        if name in self._why:
            return
        self.total += 1
        if len(self._why) < self._most:
            self._why[name] = why

    def as_json(self) -> list[dict[str, Any]]:
        """Give the noted paths, sorted."""
        return [{"path": path, "why": why} for path, why in sorted(self._why.items())]


class Names:
    """Judges names one after the other: which may be read, and why not."""

    def __init__(self, depth: int) -> None:
        """Accept names at most ``depth`` folders deep."""
        self._depth = depth
        self._seen: dict[str, str] = {}

    def fault(self, path: str) -> str:
        """Why ``path`` is left out; empty when it is fine."""
        parts = path.split("/")
        if any(part in ("", ".", "..") or part.casefold() == ".git" for part in parts):
            return "the name leads out of the tree or into git's own folder"
        if len(parts) > self._depth:
            return f"deeper than {self._depth} folders"
        if not is_plain(path):
            return "the name contains control characters"
        return self._collision(path)

    def _collision(self, path: str) -> str:
        folded = unicodedata.normalize("NFC", path).casefold()
        first = self._seen.setdefault(folded, path)
        return "" if first == path else f"its name differs only in upper and lower case from {first}"
