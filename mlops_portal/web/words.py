"""How values are said: relative times, durations, outcomes and sights as word, icon and tone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

#: Seconds in a unit, and the unit's name, from the largest that is still told as "n units ago".
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))


@dataclass(frozen=True, slots=True)
class Said:
    """A value as a person reads it: the word, the icon beside it, and its tone (good, bad, part, unknown or plain)."""

    word: str
    icon: str
    tone: str


#: Verdicts of checks and criteria. What is not known is slate, never red or green.
OUTCOMES = {
    "met": Said("Met", "check", "good"),
    "partial": Said("In part", "half", "part"),
    "not_met": Said("Not met", "cross", "bad"),
    "unknown": Said("Unknown", "question", "unknown"),
    "not_applicable": Said("Not applicable", "minus", "plain"),
    "stale": Said("Ran out", "clock", "unknown"),
    "error": Said("Our collector failed", "alarm", "unknown"),
}

#: How looking at a source went; "" is a source that nobody connected.
SIGHTS = {
    "ok": Said("Seen", "eye", "good"),
    "empty": Said("Looked, nothing there", "minus", "plain"),
    "unauthorised": Said("Access refused", "lock", "part"),
    "unreachable": Said("Could not be reached", "blind", "part"),
    "error": Said("Our collector failed", "alarm", "part"),
    "": Said("Not connected yet", "blind", "unknown"),
}

#: States of a job.
JOB_STATES = {
    "requested": Said("Waiting", "clock", "unknown"),
    "queued": Said("Waiting", "clock", "unknown"),
    "running": Said("Running", "refresh", "part"),
    "succeeded": Said("Done", "check", "good"),
    "failed": Said("Failed", "cross", "bad"),
    "cancelling": Said("Being cancelled", "minus", "part"),
    "cancelled": Said("Cancelled", "minus", "plain"),
}

#: States of a review.
REVIEW_STATES = {
    "open": Said("Waiting", "clock", "part"),
    "approved": Said("Approved", "check", "good"),
    "returned": Said("Returned", "refresh", "bad"),
    "withdrawn": Said("Withdrawn", "minus", "plain"),
    "superseded": Said("Superseded", "minus", "plain"),
    "expired": Said("Ran out", "clock", "unknown"),
}


def said(vocabulary: dict[str, Said], value: object) -> Said:
    """The saying of ``value``; a value without one is shown as it is, plainly."""
    key = str(getattr(value, "value", value))
    return vocabulary.get(key, Said(key.replace("_", " ").capitalize(), "info", "plain"))


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def span(seconds: float) -> str:
    """A length of time in words: "3 minutes", "2 days", "less than a minute"."""
    for size, unit in _UNITS:
        if seconds >= size:
            return _counted(int(seconds // size), unit)
    return "less than a minute"


def relative(moment: datetime, now: datetime) -> str:
    """Said as "5 minutes ago", "in 3 days", "just now"; beyond sixty days the date."""
    apart = now - moment
    if abs(apart) > timedelta(days=60):
        return f"{moment:%-d %B %Y}"
    seconds = apart.total_seconds()
    if abs(seconds) < 60:
        return "just now"
    return f"{span(seconds)} ago" if seconds > 0 else f"in {span(-seconds)}"


def brief(moment: datetime, now: datetime) -> str:
    """The same for a narrow column: "28 min ago", "7 h ago", "4 d ago"."""
    seconds = (now - moment).total_seconds()
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "just now"


def duration(seconds: float) -> str:
    """How long something took: "0.4 s", "12 s", "3 min 05 s"."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"
