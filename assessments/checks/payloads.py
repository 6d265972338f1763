"""Reads a payload once for all the checks that look at it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache, wraps
from typing import Any, TypeVar

T = TypeVar("T")
Payload = Mapping[str, Any]


class _Same:
    """A payload as a key: the very same object, not an equal one. Evidence is immutable, and so is its payload."""

    __slots__ = ("payload",)

    def __init__(self, payload: Payload) -> None:
        self.payload = payload

    def __hash__(self) -> int:
        return id(self.payload)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.payload is other.payload


def once(read: Callable[..., T]) -> Callable[..., T]:
    """Keep what ``read`` made of the last few payloads. It must be pure and give something that nobody changes.

    The payload is its first argument; what follows is a part of the key.
    """

    @lru_cache(maxsize=8)
    def kept(same: _Same, *rest: Hashable) -> T:
        return read(same.payload, *rest)

    @wraps(read)
    def reading(payload: Payload, *rest: Hashable) -> T:
        return kept(_Same(payload), *rest)

    return reading
