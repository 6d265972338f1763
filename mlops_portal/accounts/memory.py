"""A memory for one request that changes nothing: who somebody is, is asked of the database once, not once per button.

Outside ``remembering`` nothing is kept, so that an action always decides by what is true at that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")

_memory: ContextVar[dict[Hashable, Any] | None] = ContextVar("memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Keep answers until the end of the block; a block within another one shares its memory."""
    if _memory.get() is not None:
        yield
        return
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def remembered(key: Hashable, find: Callable[[], T]) -> T:
    """The answer kept under ``key``, found the first time; found every time where nothing is being remembered."""
    kept = _memory.get()
    if kept is None:
        return find()
    if key not in kept:
        kept[key] = find()
    answer: T = kept[key]
    return answer
