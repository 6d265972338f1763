"""Changes between two scorings, as a person reads them: what, from, to, and the one cause. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assessments.checks.catalogue import Catalogue
from assessments.frameworks.framework import Framework

#: Kinds of change that move a level; the others are what moved it.
LEVELS = frozenset({"overall", "waived", "dimension", "waiver"})


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change. ``id`` is the criterion’s or check’s name, "" for levels; the whys are the verdicts’ reasons."""

    what: str
    id: str
    before: str
    after: str
    cause: str
    why_before: str = ""
    why_after: str = ""


@dataclass(frozen=True, slots=True)
class ScoringChanges:
    """What one scoring changed: the levels first, then the criteria and checks behind them."""

    at: datetime
    levels: tuple[ChangeLine, ...]
    details: tuple[ChangeLine, ...]


def _what(kind: str, name: str, framework: Framework, catalogue: Catalogue) -> str:
    if kind == "dimension":
        return next((d.title for d in framework.dimensions if d.key == name), name)
    if kind == "criterion" and name in framework.placed:
        return framework.criterion(name).statement
    if kind == "check" and name in catalogue:
        return catalogue[name].question
    return {"overall": "Overall level", "waived": "Level with waivers", "waiver": f"Waiver of {name}"}.get(kind, name)


def _words(label: str) -> str:
    """Turn "NOT_MET (declared)" into "not met (declared)"; levels and dates stay as they are."""
    return " ".join(word.replace("_", " ").lower() if word.strip("().,").isupper() else word for word in label.split())


def change_line(change: Mapping[str, Any], framework: Framework, catalogue: Catalogue) -> ChangeLine:
    """One stored change with its texts. What an older version stored without a field is shown without it."""
    kind, name = str(change.get("kind", "")), str(change.get("id", ""))
    why_before, why_after = change.get("reasons") or ("", "")
    return ChangeLine(
        what=_what(kind, name, framework, catalogue),
        id="" if kind in LEVELS else name,
        before=_words(str(change.get("before", ""))),
        after=_words(str(change.get("after", ""))),
        cause=str(change.get("cause", "")),
        why_before=str(why_before),
        why_after=str(why_after),
    )


def scoring_changes(
    at: datetime, changes: Iterable[Mapping[str, Any]], framework: Framework, catalogue: Catalogue
) -> ScoringChanges:
    """The changes of one scoring, levels apart from details; overall before the dimensions."""
    ordered = sorted(changes, key=lambda change: str(change.get("kind")) != "overall")
    lines = [(change.get("kind") in LEVELS, change_line(change, framework, catalogue)) for change in ordered]
    levels, details = (tuple(line for level, line in lines if level is wanted) for wanted in (True, False))
    return ScoringChanges(at, levels, details)
