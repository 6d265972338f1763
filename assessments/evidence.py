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

#: Faults that pass by themselves and tell nothing, neither of the project nor of our access to it.
PASSING = frozenset({Sight.UNREACHABLE, Sight.ERROR})


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
    _digest: str = field(default="", init=False, compare=False, repr=False)

    @property
    def source(self) -> str:
        """The source this topic belongs to: "git", "mlflow", "pushed", "human" and so on."""
        return self.topic.partition(".")[0]


def with_digest(evidence: Evidence, known: str) -> Evidence:
    """Tell evidence its content digest, as stored beside it, so that it is not computed again; returns the same object.

    ``dataclasses.replace`` forgets it, for then the content may be another.
    """
    object.__setattr__(evidence, "_digest", known)
    return evidence


def content_digest(evidence: Evidence) -> str:
    """SHA-256 of what was seen, computed once. When takes no part in it: the same sight twice has one digest."""
    return evidence._digest or with_digest(evidence, _content_digest(evidence))._digest


def _content_digest(evidence: Evidence) -> str:
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


def _by_topic(evidence: Iterable[Evidence]) -> dict[str, list[Evidence]]:
    topics: dict[str, list[Evidence]] = {}
    for item in evidence:
        topics.setdefault(item.topic, []).append(item)
    return topics


def _newest(items: list[Evidence]) -> Evidence:
    if len(items) == 1:  # the usual case: no digest is needed to break a tie
        return items[0]
    standing, *later = sorted(items, key=_standing)
    for item in later:
        if item.sight not in PASSING or standing.sight in PASSING:
            standing = item
    return standing


def current(evidence: Iterable[Evidence]) -> dict[str, Evidence]:
    """The evidence that stands, per topic, whatever order it arrived in.

    The newest wins. A passing fault (UNREACHABLE, ERROR) tells nothing, so what stood before it goes on standing until
    it runs out by itself. Withdrawn access (UNAUTHORISED) does count: what we may no longer see we may no longer claim.
    """
    return {topic: _newest(items) for topic, items in _by_topic(evidence).items()}


def last_seen(evidence: Iterable[Evidence]) -> dict[str, Evidence]:
    """The newest evidence per topic that says something about the project, whatever happened to our eyes since.

    It proves nothing that is claimed now; it keeps a contradiction from vanishing because access was withdrawn.
    """
    return current(item for item in evidence if item.sight in SEEING)
