"""Shortcuts for looking at a repository in tests: requests, and evidence by topic."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assessments.collectors.git.collector import GitCollector
from assessments.collectors.request import Request
from assessments.evidence import Evidence

NOW = datetime(2026, 1, 20, tzinfo=UTC)


def request(repository: str | Path, **changes: Any) -> Request:
    """A request for a repository, local paths allowed unless a test says otherwise."""
    return Request(**{"project": "flights", "now": NOW, "repository": str(repository), "allow_local": True, **changes})


def look(repository: str | Path, collector: GitCollector | None = None, **changes: Any) -> dict[str, Evidence]:
    """Everything the collector sees of a repository, by topic."""
    collected = (collector or GitCollector()).collect(request(repository, **changes))
    return {item.topic: item for item in collected}


def skipped(evidence: dict[str, Evidence]) -> dict[str, str]:
    """What was left out and why."""
    return {item["path"]: item["why"] for item in evidence["git.repository"].payload["skipped"]}
