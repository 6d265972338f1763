"""What the overview of one project reads: its level and how it got there, what was accepted, what is planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from assessments.models import Assessment, DesignReview, RoadmapStep, Scoring
from assessments.models.planning import OPEN_DESIGN, DesignState, StepState
from assessments.scoring.scorecard import Interval
from assessments.selectors.assessments import assessments_of
from assessments.selectors.portfolio import PortfolioRow, row_of_scoring
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK, HistoryPoint
from assessments.transitions import State
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project

#: The line goes back over so many scorings, and that many steps of the roadmap are named.
MOST_POINTS, MOST_STEPS = 200, 3

_COLUMNS = ("project_id", "framework", "scored_at", "checked_at", "confirmed", "possible", "summary", "changes", "live")


@dataclass(frozen=True, slots=True)
class Roadmap:
    """The steps that are planned: the next ones, how many are open, late and done."""

    next: tuple[RoadmapStep, ...]
    open: int
    late: int
    done: int


@dataclass(frozen=True, slots=True)
class Mark:
    """An assessment that was accepted: when, which interval, its number; ``current`` until the next one is."""

    id: int
    at: datetime
    interval: Interval
    current: bool


def level_and_history(project: Project) -> tuple[PortfolioRow, tuple[HistoryPoint, ...]]:
    """The live level, and the scorings that led to it, oldest first; one query."""
    rows = Scoring.objects.filter(project=project, framework=DEFAULT_FRAMEWORK).order_by("-scored_at", "-id")
    newest = list(rows.only(*_COLUMNS)[:MOST_POINTS])
    live = next((scoring for scoring in newest if scoring.live), None)
    points = (HistoryPoint(s.scored_at, Interval(s.confirmed, s.possible), tuple(s.changes)) for s in reversed(newest))
    return row_of_scoring(project, live), tuple(points)


def accepted_marks(viewer: Any, project: Project) -> tuple[Mark, ...]:
    """The assessments that were accepted and that the viewer may read, oldest first; one query."""
    states = (State.ACCEPTED, State.SUPERSEDED)
    found = assessments_of(viewer, project).filter(framework=DEFAULT_FRAMEWORK, state__in=states)
    return tuple(_mark(row) for row in reversed(list(found)) if row.decided_at and row.confirmed is not None)


def _mark(row: Assessment) -> Mark:
    low, high = row.confirmed or 0, row.possible or 0
    return Mark(row.pk, row.decided_at or row.started_at, Interval(low, max(low, high)), row.state == State.ACCEPTED)


def roadmap_summary(project: Project, today: date | None = None) -> Roadmap:
    """The roadmap in figures, and its next steps; two queries."""
    today = today or clock.now().date()
    is_open = Q(state=StepState.OPEN)
    steps = RoadmapStep.objects.filter(project=project)
    counts = steps.aggregate(
        open=Count("pk", filter=is_open),
        late=Count("pk", filter=is_open & Q(due__lt=today)),
        done=Count("pk", filter=Q(state=StepState.DONE)),
    )
    following = steps.filter(is_open).select_related("owner")[:MOST_STEPS] if counts["open"] else ()
    return Roadmap(tuple(following), **counts)


def design_of(project: Project) -> DesignReview | None:
    """The design review that counts: the accepted one, else the one being worked on; one query."""
    shown = DesignReview.objects.filter(project=project, state__in=(DesignState.ACCEPTED, *OPEN_DESIGN))
    found = {row.state: row for row in shown.select_related("decided_by")}
    return found.get(DesignState.ACCEPTED) or next(iter(found.values()), None)
