"""Asking one check about evidence built in a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from assessments.checks.base import Facts, blind
from assessments.checks.load import load_checks
from assessments.checks.verdict import Outcome, Verdict
from assessments.evidence import Evidence, Sight

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def ago(days: float = 0, hours: float = 0) -> str:
    """An ISO time before the moment of judgement."""
    return (NOW - timedelta(days=days, hours=hours)).isoformat()


def asked(check: str, topics: Mapping[str, Any], *, days: int = 90, now: datetime = NOW) -> Verdict:
    """Answer the check from payloads by topic (None stands for one that could not be reached)."""
    evidence = {
        topic: Evidence(
            topic=topic,
            subject="test",
            sight=Sight.UNREACHABLE if payload is None else Sight.OK,
            effective_at=now,
            collected_at=now,
            payload=payload or {},
            message="" if payload is not None else "Down.",
        )
        for topic, payload in topics.items()
    }
    found = load_checks().get(check)
    return blind(found, evidence) or found.answer(Facts(evidence, now, timedelta(days=days)))


def outcome(check: str, topics: Mapping[str, Any], *, days: int = 90) -> Outcome:
    """Give only the outcome."""
    return asked(check, topics, days=days).outcome
