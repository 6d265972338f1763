"""Matches in configuration files that are alive: not behind a comment sign, and not quoted in prose."""

from __future__ import annotations

import re


def find_live(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return the first match with neither ``#`` nor a backtick before it on its line."""
    for match in pattern.finditer(text):
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if "#" not in before and "`" not in before:
            return match
    return None


def line_at(text: str, position: int) -> int:
    """Return the number of the line, from 1, in which a position of the text stands."""
    return text.count("\n", 0, position) + 1
