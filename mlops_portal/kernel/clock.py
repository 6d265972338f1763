"""The one place that reads the wall clock, so that tests can freeze it. All times are aware and in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)


@lru_cache(maxsize=8192)  # evidence names the same moments many times over
def parse(text: str) -> datetime:
    """Read an ISO 8601 date or time; a time without zone is taken as UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
