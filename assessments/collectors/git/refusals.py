"""Why a repository could not be looked at, as one exception that becomes evidence, and text that is safe to show."""

from __future__ import annotations

import re
import unicodedata

from assessments.evidence import Sight

#: ``user:password@`` (or a token alone) between the scheme and the host of a URL.
_USERINFO = re.compile(r"(?<=://)[^/\s@]*(?:@[^/\s@]*)*@")
_LONGEST_SHOWN = 300

#: Formatting characters that turn the reading direction round and so can disguise what a name says.
_DISGUISES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class CannotLook(Exception):
    """The whole repository cannot be seen: ``sight`` says how it went, the text what happened and what to do."""

    def __init__(self, what: str, sight: Sight = Sight.UNREACHABLE) -> None:
        super().__init__(what)
        self.sight = sight


class OutOfTime(Exception):
    """The time that was allowed for looking is used up."""


def is_plain(text: str) -> bool:
    """Whether ``text`` holds no control characters, line breaks, surrogates or direction marks."""
    return text.isprintable() or not any(_is_hidden(character) for character in text)


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in _DISGUISES


def shown(text: str | bytes) -> str:
    """``text`` made safe to print and store: hidden characters escaped, credentials cut out, at most 300 characters."""
    string = text.decode("utf-8", "backslashreplace") if isinstance(text, bytes) else text
    escaped = "".join(
        character.encode("unicode_escape").decode() if _is_hidden(character) else character
        for character in string[: 2 * _LONGEST_SHOWN]
    )
    redacted = _USERINFO.sub("", escaped)
    return redacted if len(redacted) <= _LONGEST_SHOWN else redacted[: _LONGEST_SHOWN - 1] + "…"
