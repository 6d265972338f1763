"""What readers of a repository see: paths and bytes at one commit, whatever holds them."""

from __future__ import annotations

from typing import Protocol


class Tree(Protocol):
    """The files of one commit (or work tree) below the sub-path, read-only and bounded.

    Paths are relative to the sub-path, with forward slashes; symbolic links, submodules and names that are not UTF-8
    are not in ``paths`` (they are reported as skipped by whoever built the tree).
    """

    @property
    def paths(self) -> tuple[str, ...]:
        """Every regular file, sorted."""
        ...

    def size(self, path: str) -> int:
        """Size in bytes. Raises KeyError for a path not in the tree."""
        ...

    def read(self, path: str) -> bytes | None:
        """The file's bytes; None when it is larger than the bound or cannot be read (it is then noted as skipped)."""
        ...

    def text(self, path: str) -> str | None:
        """The file as text, UTF-8 with undecodable bytes replaced; None when unreadable or binary (has a NUL byte)."""
        ...
