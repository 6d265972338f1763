"""A project under every framework in force, side by side: level or band, dimensions, what is open, how fresh. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from assessments.frameworks.framework import Framework
from assessments.models import Scoring
from assessments.scoring.scorecard import DimensionResult, Interval, Scorecard
from assessments.selectors.scorecards import is_fresh, readable, target_under
from assessments.web.presentation import unseen
from assessments.web.sentences import level_sentence, points_sentence
from mlops_portal.projects.models import Project


@dataclass(frozen=True, slots=True)
class Part:
    """One dimension or section under a framework; ``points`` is "" where none are counted."""

    title: str
    interval: Interval
    points: str


@dataclass(frozen=True, slots=True)
class Row:
    """One framework: what the evidence comes to under it. ``interval`` is None before the first scoring."""

    framework: Framework
    target: int | None = None
    interval: Interval | None = None
    sentence: str = ""
    parts: tuple[Part, ...] = ()
    open: int = 0
    contradictions: int = 0
    checked_at: datetime | None = None
    old: bool = False

    @property
    def level(self) -> str:
        """The confirmed level or band by its name; "" before the first scoring."""
        return "" if self.interval is None else self.framework.level_name(self.interval.confirmed)


def _part(found: DimensionResult, framework: Framework) -> Part:
    title = next((d.title for d in framework.dimensions if d.key == found.key), found.key)
    return Part(title, found.interval, str(found.points) if found.points else "")


def _open(card: Scorecard) -> int:
    """How many criteria of the framework are not met; those that are shown only do not count."""
    return sum(
        not result.counts_as_met for part in card.dimensions for result in part.criteria if result.level is not None
    )


def _row(project: Project, framework: Framework, scoring: Scoring | None) -> Row:
    card, target = readable(scoring), target_under(project, framework)
    if card is None or scoring is None:
        return Row(framework, target)
    return Row(
        framework=framework,
        target=target,
        interval=card.overall,
        sentence=points_sentence(card, framework) or level_sentence(card.overall, unseen(card)),
        parts=tuple(_part(found, framework) for found in card.dimensions),
        open=_open(card),
        contradictions=len(card.contradictions),
        checked_at=scoring.checked_at,
        old=not is_fresh(scoring),
    )


def rows(project: Project, frameworks: tuple[Framework, ...], live: Mapping[str, Scoring]) -> tuple[Row, ...]:
    """One row for each framework in force, in their order; ``live`` are the project's live scorings by framework."""
    return tuple(_row(project, framework, live.get(framework.id)) for framework in frameworks)
