"""Guesses which files will be read after one: readers go through the files of one kind in order."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import PurePosixPath

from assessments.collectors.git.bounds import Bounds
from assessments.collectors.git.listing import Entry

_MOST_FILES = 48
_MOST_BYTES = 512 * 1024


class Following:
    """The files of every kind (suffix) in order, with their objects."""

    def __init__(self, entries: Mapping[str, Entry], bounds: Bounds) -> None:
        """Leave out what is too large to be read at all, or to be read on a guess."""
        self._kinds: dict[str, list[Entry]] = {}
        self._places: dict[str, tuple[str, int]] = {}
        for path, entry in entries.items():
            if 0 <= entry.size <= min(bounds.most(path), _MOST_BYTES):
                kind = PurePosixPath(path).suffix
                same = self._kinds.setdefault(kind, [])
                same.append(entry)
                self._places[path] = kind, len(same)

    def after(self, path: str) -> tuple[str, ...]:
        """Objects of the next files of the same kind, up to 48 files and 512 KB."""
        if path not in self._places:
            return ()
        kind, place = self._places[path]
        chosen, held = [], 0
        for entry in islice(self._kinds[kind], place, place + _MOST_FILES):
            held += entry.size
            if held > _MOST_BYTES:
                break
            chosen.append(entry.object)
        return tuple(dict.fromkeys(chosen))
