"""Taking secrets out of what is stored or shown: fields with telling names, credentials in URLs, own tokens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

REDACTED = "[redacted]"
#: A mapping's key that matches names a secret, however it is spelled (``apiKey``, ``API-KEY``, ``db_password``).
SECRET_NAMES = re.compile(
    r"passw(or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|authori[sz]ation|cookie|credential",
    re.IGNORECASE,
)
_URL_CREDENTIALS = re.compile(r"(?<=://)[^/\s@?#]+:[^/\s?#]*@|(?<=://)[^/\s@:?#]{20,}@")
_OWN_TOKENS = re.compile(r"\bml[pu]_[\w-]{8,}")


def redacted_text(text: str) -> str:
    """The text without credentials in URLs and without the portal's own tokens."""
    return _OWN_TOKENS.sub(REDACTED, _URL_CREDENTIALS.sub(f"{REDACTED}@", text))


def redacted(value: Any) -> Any:
    """A copy of a JSON value in which no secret is left; what stands under a telling name is replaced as a whole."""
    if isinstance(value, str):
        return redacted_text(value)
    if isinstance(value, Mapping):
        return {key: REDACTED if names_secret(key) and item else redacted(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(item) for item in value]
    return value


def names_secret(name: object) -> bool:
    """Whether a field of this name is taken to hold a secret."""
    return isinstance(name, str) and SECRET_NAMES.search(name) is not None


def storable(text: str) -> str:
    """The text without what a database refuses: NUL characters and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
