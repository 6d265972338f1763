"""One difference between two scorecards, and the eight causes it can have."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Cause(StrEnum):
    """Why something changed. Every change has exactly one."""

    NEW_EVIDENCE = "new evidence"
    EXPIRED = "evidence expired"
    WAIVER_STARTED = "waiver started"
    WAIVER_ENDED = "waiver ended"
    FRAMEWORK = "framework changed"
    CHECK = "check changed"
    ATTESTATION = "attestation changed"
    VISIBILITY = "visibility changed"


class Kind(StrEnum):
    """What changed."""

    CHECK = "check"
    CRITERION = "criterion"
    WAIVER = "waiver"
    DIMENSION = "dimension"
    OVERALL = "overall"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Why:
    """A cause, the topics of evidence involved, and the check or criterion through which it came."""

    cause: Cause
    topics: tuple[str, ...] = ()
    through: str = ""

    def via(self, name: str) -> Why:
        """The same cause, having come through ``name``."""
        return Why(self.cause, self.topics, name)

    @property
    def phrase(self) -> str:
        """For a person: "new evidence in mlflow.datasets (MLF-04)"."""
        where = f" in {', '.join(self.topics)}" if self.topics else ""
        return f"{self.cause.value}{where}{f' ({self.through})' if self.through else ''}"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed: ``before`` and ``after`` as people read them, the cause, a sentence with all of it.

    ``reasons`` are what the two verdicts gave as theirs, before and after; both are empty for levels and waivers.
    """

    kind: Kind
    id: str
    before: str
    after: str
    cause: Cause
    sentence: str
    topics: tuple[str, ...] = ()
    reasons: tuple[str, str] = ("", "")

    def as_json(self) -> dict[str, Any]:
        """The stored and published form."""
        return {
            "kind": self.kind.value,
            "id": self.id,
            "before": self.before,
            "after": self.after,
            "cause": self.cause.value,
            "sentence": self.sentence,
            "topics": list(self.topics),
            "reasons": list(self.reasons),
        }


def change(kind: Kind, name: str, before: str, after: str, why: Why, reasons: tuple[str, str] = ("", "")) -> Change:
    """A change with its sentence: "MLF-04 MET → NOT_MET: new evidence in mlflow.datasets."."""
    sentence = f"{name} {before} → {after}: {why.phrase}."
    return Change(kind, name, before, after, why.cause, sentence, why.topics, reasons)
