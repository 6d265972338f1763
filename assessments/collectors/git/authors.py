"""Who committed what, pseudonymously: names and addresses are hashed here and never leave this module."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

_BOT = re.compile(
    r"\[bot\]|^(?:dependabot|renovate|greenkeeper|github-actions|gitlab-ci|pre-commit-ci|semantic-release|snyk)\b"
    r"|-bot@|^bot@|\bbot$",
    re.IGNORECASE,
)
#: Forges commit squash merges themselves: ``Title (#12)`` on GitHub, ``See merge request group/name!12`` on GitLab.
_SQUASHED = re.compile(r"\(#\d+\)$|\(!\d+\)$")

FIELDS = ("%H", "%ct", "%P", "%aE", "%aN", "%s")


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of a history: ``who`` is a pseudonym, ``paths`` the files it changed, where asked for."""

    hash: str
    when: datetime
    merge: bool
    who: str
    bot: bool
    squashed: bool
    paths: tuple[str, ...] = ()


def pseudonym(email: str, salt: str) -> str:
    """A person's stable pseudonym: 16 hex digits of HMAC-SHA-256 over the address in lower case."""
    return hmac.new(salt.encode(), email.strip().lower().encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:16]


def pseudonymous_roles(members: Mapping[str, str], salt: str) -> dict[str, str]:
    """Roles by pseudonym, from roles by e-mail address."""
    return {pseudonym(email, salt): role for email, role in sorted(members.items())}


def parse_commit(fields: list[str], paths: tuple[str, ...], salt: str) -> Commit | None:
    """Read the fields of one log record; None when it is malformed (a crafted name can break a record)."""
    if len(fields) < len(FIELDS) or not fields[1].isdigit():
        return None
    try:
        when = datetime.fromtimestamp(int(fields[1]), UTC)
    except (OverflowError, OSError, ValueError):
        return None
    name, email, subject = fields[4], fields[3], fields[5]
    bot = bool(_BOT.search(name) or _BOT.search(email))
    merge = " " in fields[2]
    return Commit(fields[0], when, merge, pseudonym(email, salt), bot, bool(_SQUASHED.search(subject)), paths)
