"""Whether a clone's packs are what was once fetched: git itself calls a damaged object missing."""

from __future__ import annotations

import hashlib
from pathlib import Path

_CHUNK = 1 << 20
#: Every pack and its index end in a checksum of all that comes before, SHA-1 or SHA-256 as the repository's names.
_ALGORITHMS = {40: ("sha1", 20), 64: ("sha256", 32)}


def is_intact(folder: Path) -> bool:
    """Check every pack and index of a bare clone against its own checksum; a clone without packs is intact."""
    packs = (folder / "objects" / "pack").glob("pack-*")
    return all(_is_whole(path) for path in packs if path.suffix in (".pack", ".idx"))


def _is_whole(path: Path) -> bool:
    algorithm, length = _ALGORITHMS.get(len(path.stem) - len("pack-"), _ALGORITHMS[40])
    rest, total = path.stat().st_size - length, hashlib.new(algorithm, usedforsecurity=False)
    with path.open("rb") as file:
        while rest > 0 and (chunk := file.read(min(_CHUNK, rest))):
            total.update(chunk)
            rest -= len(chunk)
        return rest == 0 and file.read(length) == total.digest()
