"""Telling the person at the terminal which step is running, and how long it took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import OutputWrapper


class Progress:
    """Numbers and times the steps: ``3/9 Training flights on January 2013 (26,398 rows) … 4.1 s``.

    With ``line_per_event`` the time stands on a line of its own, for a reader that passes on whole lines only.
    """

    def __init__(self, out: OutputWrapper, *, steps: int, line_per_event: bool = False) -> None:
        self._out, self._steps, self._done = out, steps, 0
        self._break = "\n" if line_per_event else " "

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """One step; its time is printed when it ends, and ``failed`` when it raises."""
        self._done += 1
        self._write(f"{self._done}/{self._steps} {what} …{self._break}")
        started = time.monotonic()
        try:
            yield
        except BaseException:
            self._write("failed\n")
            raise
        self._write(f"{time.monotonic() - started:.1f} s\n")

    def _write(self, text: str) -> None:
        self._out.write(text, ending="")
        self._out.flush()
