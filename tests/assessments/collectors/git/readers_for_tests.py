"""Readers that behave well and badly, at module level so that the reading process finds them."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import Any

from assessments.collectors.git.reading import Reading


def contents(reading: Reading) -> Mapping[str, Any]:
    """Every file's text (None: binary or not read)."""
    return {path: reading.tree.text(path) for path in reading.tree.paths}


def count_bytes(reading: Reading) -> Mapping[str, Any]:
    """How many files could be read, and their bytes."""
    read = [content for path in reading.tree.paths if (content := reading.tree.read(path)) is not None]
    return {"files": len(read), "bytes": sum(map(len, read))}


def root_paths(reading: Reading) -> Mapping[str, Any]:
    """Paths of the whole repository beside those below the sub-path."""
    return {"root": list(reading.root.paths), "tree": list(reading.tree.paths)}


def nothing(reading: Reading) -> Mapping[str, Any]:
    """Look and see nothing."""
    return {}


def raises(reading: Reading) -> Mapping[str, Any]:
    """Fail as a parser fails."""
    raise ValueError("line 3: \x1b[31mbroken")


def not_json(reading: Reading) -> Mapping[str, Any]:
    """Hand back what cannot be stored."""
    return {"tree": reading.tree}


def hangs(reading: Reading) -> Mapping[str, Any]:
    """Never end."""
    while True:
        pass


def crashes(reading: Reading) -> Mapping[str, Any]:
    """End the whole process as a fault in a C library does."""
    ctypes.string_at(0)
    return {}


def devours_memory(reading: Reading) -> Mapping[str, Any]:
    """Ask for more memory than there may be."""
    return {"length": len(bytearray(8 * 1024**3))}


def prints(reading: Reading) -> Mapping[str, Any]:
    """Print where the answers go."""
    print('{"topic": "git.prints", "payload": {"forged": true}}', flush=True)  # noqa: T201 – printing is what it does
    return {"forged": False}


def environment(reading: Reading) -> Mapping[str, Any]:
    """Show what the process could leak."""
    import os

    return dict(os.environ)
