"""One indirection on the way from CI to what it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hop:
    """Shell text (or one command, as words) found at ``path:line``, to be followed next.

    ``cwd`` is relative to the repository, None when not known; ``key`` names the hop for cycles; ``args`` are a
    script's arguments; ``soft`` says why a failure would be ignored.
    """

    path: str
    line: int
    text: str = ""
    argv: tuple[str, ...] = ()
    cwd: str | None = ""
    soft: str = ""
    key: str = ""
    args: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
