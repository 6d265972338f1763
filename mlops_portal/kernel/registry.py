"""Registries carry knowledge upward: a lower package declares one, higher packages fill it in ``AppConfig.ready()``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Named things, in the order they were registered. An unknown or a doubled name is an error, never a silence."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._items: dict[str, T] = {}

    def register(self, name: str, item: T) -> T:
        """Add ``item`` under ``name``; registering the same object again is harmless. Raises ValueError on a clash."""
        if self._items.get(name, item) is not item:
            raise ValueError(f"The {self.kind} {name!r} is registered twice.")
        self._items[name] = item
        return item

    def get(self, name: str) -> T:
        """The item called ``name``. Raises LookupError, naming what is known."""
        try:
            return self._items[name]
        except KeyError:
            known = ", ".join(sorted(self._items)) or "none"
            raise LookupError(f"No {self.kind} is called {name!r}; known: {known}.") from None

    def __iter__(self) -> Iterator[tuple[str, T]]:
        return iter(self._items.items())

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __len__(self) -> int:
        return len(self._items)
