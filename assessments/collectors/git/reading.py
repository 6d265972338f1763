"""The contract between the git collector and its readers: what a reader is given and what it hands back.

A reader looks at one topic. It is a plain function at module level, ``read(reading) -> Mapping[str, Any]``: it returns
JSON values only, an empty mapping when there is nothing to see (the topic is then EMPTY), and need not guard against
hostile files beyond what its parser asks for: an exception, a crash or running out of time costs its own topic only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from assessments.collectors.git.tree import Tree

if TYPE_CHECKING:
    from assessments.collectors.git.code.index import PythonIndex
    from assessments.collectors.git.repository import Repository


@dataclass(frozen=True)
class Reading:
    """One look at a repository at one commit.

    ``tree`` holds the files below the sub-path, with paths relative to it; ``root`` the whole repository (the same
    tree when there is no sub-path): CI definitions and lock files often live there. ``now`` is the moment of looking.
    ``salt`` makes pseudonyms of people's addresses; ``roles`` says which pseudonym has which role, where known.
    """

    tree: Tree
    root: Tree
    repository: Repository
    now: datetime
    subpath: str = ""
    salt: str = field(default="", repr=False)
    roles: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def python(self) -> PythonIndex:
        """Every Python file below the sub-path, parsed once for all readers, when the first of them asks."""
        from assessments.collectors.git.code.index import build_index  # noqa: PLC0415 – most topics never need it

        return build_index(self.tree)


Reader = Callable[[Reading], Mapping[str, Any]]
