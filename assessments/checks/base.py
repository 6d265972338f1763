"""How a check is declared and run: which topics it needs, what it answers when they cannot be seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from assessments.checks.verdict import Outcome, Verdict, unknown
from assessments.evidence import SEEING, Evidence, Sight
from mlops_portal.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Facts:
    """What one check may look at: the standing evidence, the moment of judgement, and the check's window."""

    evidence: Mapping[str, Evidence]
    now: datetime
    window: timedelta

    def __getitem__(self, topic: str) -> Mapping[str, Any]:
        """The payload of a topic the check needs; empty when we looked and nothing was there."""
        return self.evidence[topic].payload

    def get(self, topic: str) -> Mapping[str, Any] | None:
        """The payload of a topic the check may read, or None when it cannot be seen."""
        item = self.evidence.get(topic)
        return item.payload if item is not None and item.sight in SEEING else None

    def recent(self, moment: datetime) -> bool:
        """Whether ``moment`` lies inside the check's window before the moment of judgement."""
        return self.now - self.window <= moment <= self.now


Answer = Callable[[Facts], Verdict]


@dataclass(frozen=True, slots=True)
class Check:
    """A question's id, the topics it needs (without them: UNKNOWN) and may read, and the pure function that answers."""

    id: str
    needs: tuple[str, ...]
    may_read: tuple[str, ...]
    answer: Answer

    @property
    def reads(self) -> tuple[str, ...]:
        """Every topic that can influence the verdict."""
        return self.needs + self.may_read


CHECKS: Registry[Check] = Registry("check")

#: What people call a source, for "not connected yet" sentences.
SOURCE_NAMES = {
    "git": "the repository",
    "mlflow": "MLflow",
    "pushed": "CI (pushed evidence)",
    "human": "an answer from a person",
    "orchestrator": "an orchestrator (Prefect or Kubeflow Pipelines)",
    "monitoring": "monitoring",
    "serving": "the serving platform",
    "approvals": "promotions and approvals in the portal",
}


def check(id: str, *, needs: tuple[str, ...], may_read: tuple[str, ...] = ()) -> Callable[[Answer], Answer]:
    """Register the decorated function as the answer to the check ``id``."""

    def register(answer: Answer) -> Answer:
        CHECKS.register(id, Check(id, needs, may_read, answer))
        return answer

    return register


def blind(check: Check, evidence: Mapping[str, Evidence]) -> Verdict | None:
    """The verdict when a needed topic cannot be seen: UNKNOWN, or ERROR for a fault of the collector; else None."""
    for topic in check.needs:
        item = evidence.get(topic)
        if item is not None and item.sight in SEEING:
            continue
        source = topic.partition(".")[0]
        name = SOURCE_NAMES.get(source, source)
        if item is None:
            return unknown(f"Not connected yet: {name}.")
        if item.sight is Sight.ERROR:
            return Verdict(Outcome.ERROR, reason=f"Our collector for {name} failed: {item.message}")
        if item.sight not in SEEING:
            return unknown(f"Could not look at {name} ({item.sight.value}): {item.message}", link=item.link)
    return None
