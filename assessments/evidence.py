"""Evidence: what a collector saw, when, and until when it may be believed. Pure, immutable, storable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from mlops_portal.kernel.digest import digest


class Sight(StrEnum):
    """How looking went. EMPTY (looked, nothing there) is not UNREACHABLE (could not look)."""

    OK = "ok"
    EMPTY = "empty"
    UNAUTHORISED = "unauthorised"
    UNREACHABLE = "unreachable"
    ERROR = "error"


#: Sights that say something about the project; the others speak of our eyes only.
SEEING = frozenset({Sight.OK, Sight.EMPTY})


@dataclass(frozen=True, slots=True)
class Evidence:
    """One topic of one source, as seen once.

    ``topic`` is ``<source>.<what>`` ("git.ci", "mlflow.runs", "human.HUM-01"); checks name the topics they read.
    ``effective_at`` is when it was true, ``collected_at`` when we looked (both aware, UTC); ``valid_until`` is an
    explicit end (an attestation's expiry) on top of each check's own validity in days. ``payload`` holds JSON values
    only. ``message`` says, for a person, what went wrong when ``sight`` is not OK.
    """

    topic: str
    subject: str
    sight: Sight
    effective_at: datetime
    collected_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""
    link: str = ""
    collector: str = ""
    valid_until: datetime | None = None

    @property
    def source(self) -> str:
        """The source this topic belongs to: "git", "mlflow", "pushed", "human" …"""
        return self.topic.partition(".")[0]


def content_digest(evidence: Evidence) -> str:
    """SHA-256 of what was seen. When it was looked at takes no part: the same sight twice has one digest."""
    return digest(
        {
            "topic": evidence.topic,
            "subject": evidence.subject,
            "sight": evidence.sight.value,
            "payload": evidence.payload,
            "message": evidence.message,
            "link": evidence.link,
            "collector": evidence.collector,
            "valid_until": evidence.valid_until,
        }
    )


def _standing(evidence: Evidence) -> tuple[datetime, datetime, str]:
    return evidence.effective_at, evidence.collected_at, content_digest(evidence)


def current(evidence: Iterable[Evidence]) -> dict[str, Evidence]:
    """The evidence that stands, per topic, whatever order it arrived in.

    The newest wins. A passing fault (UNREACHABLE, ERROR) does not erase what was seen before: that stands until it
    runs out by itself. Withdrawn access (UNAUTHORISED) does, for what we may no longer see we may no longer claim.
    """
    standing: dict[str, Evidence] = {}
    for item in sorted(evidence, key=_standing):
        before = standing.get(item.topic)
        passing_fault = item.sight in (Sight.UNREACHABLE, Sight.ERROR)
        if passing_fault and before is not None and before.sight in SEEING:
            continue
        standing[item.topic] = item
    return standing
