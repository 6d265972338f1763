"""Finds circles in "comes after" and "is superseded by"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter


def find_cycle(edges: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """One circle, its first member repeated at the end, or nothing. ``edges`` lead from a node to its neighbours."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return tuple(reversed(circle))
    return ()
