"""From payload entries of the code readers to what a verdict shows, and the sentence about files left unread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from assessments.checks.verdict import Seen, Verdict, not_met, unknown


def place(entry: Mapping[str, Any]) -> str:
    """``path:line`` of a payload entry, the path alone when no line is known."""
    path, line = str(entry.get("path", entry.get("test", ""))), entry.get("line", 0)
    return f"{path}:{line}" if line else path


def seen(entries: Iterable[Mapping[str, Any]], *, text: str) -> tuple[Seen, ...]:
    """One Seen per entry; ``text`` is a format string over the entry's keys."""
    return tuple(Seen(text.format_map(entry), place(entry)) for entry in entries)


def absent(reason: str, payload: Mapping[str, Any], looked: Iterable[Seen] = ()) -> Verdict:
    """NOT_MET when everything was read; UNKNOWN when files that may hold it were left unread."""
    left_out = int(payload.get("left_out", 0) or 0)
    if not left_out:
        return not_met(reason, looked)
    files = "1 file was" if left_out == 1 else f"{left_out} files were"
    return unknown(f"{reason} But {files} not read (too large, too many, or not Python 3): it may be there.", looked)


def counted(number: int, one: str, many: str = "") -> str:
    """``1 test``, ``3 tests``."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
