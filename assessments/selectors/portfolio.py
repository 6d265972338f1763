"""What the portfolio page reads: one row per visible project, figures over all of them, in two queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assessments.models import Scoring
from assessments.scoring.scorecard import Interval
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK, interval_of, is_fresh, live_scoring
from mlops_portal.projects.models import Project
from mlops_portal.projects.selectors import visible_projects


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """One project in the matrix; intervals are None before the first scoring."""

    project: Project
    overall: Interval | None
    without_people: Interval | None
    dimensions: Mapping[str, Interval]
    checked_at: datetime | None
    fresh: bool
    change: str
    blind_spots: tuple[str, ...]

    @property
    def standing(self) -> str:
        """Against the target: "at", "below", "beyond"; "none" without a target, "unknown" while it cannot be told."""
        target = self.project.target_level
        if target is None or self.overall is None:
            return "none" if target is None else "unknown"
        if self.overall.confirmed >= target:
            return "at" if self.overall.confirmed == target else "beyond"
        return "below" if self.overall.possible < target else "unknown"


@dataclass(frozen=True, slots=True)
class PortfolioPage:
    """Rows in the order of names, and figures over the rows shown; ``open``: at target or not, evidence cannot tell."""

    rows: tuple[PortfolioRow, ...]
    by_level: Mapping[int, int]
    at_target: int
    below_target: int
    open: int
    not_assessed: int
    old: int


def _intervals(summary: Mapping[str, Any]) -> dict[str, Interval]:
    return {key: Interval(d["confirmed"], d["possible"]) for key, d in summary.get("dimensions", {}).items()}


def _without_people(summary: Mapping[str, Any]) -> Interval | None:
    found = summary.get("without_people")
    return Interval(found["confirmed"], found["possible"]) if found else None


def _level_change(scoring: Scoring | None) -> str:
    sentences = (c["sentence"] for c in (scoring.changes if scoring else ()) if c.get("kind") == "overall")
    return next(sentences, "")


def _row(project: Project, scoring: Scoring | None) -> PortfolioRow:
    summary = scoring.summary if scoring else {}
    return PortfolioRow(
        project=project,
        overall=interval_of(scoring),
        without_people=_without_people(summary),
        dimensions=_intervals(summary),
        checked_at=scoring.checked_at if scoring else None,
        fresh=is_fresh(scoring),
        change=_level_change(scoring),
        blind_spots=tuple(summary.get("blind_spots", ())),
    )


def _shown(row: PortfolioRow, *, query: str, level: int | None, tier: str) -> bool:
    project = row.project
    words = f"{project.name} {project.slug} {project.description}".casefold()
    right_level = level is None or (row.overall is not None and row.overall.confirmed == level)
    return query.casefold() in words and right_level and tier in ("", project.risk_tier)


def _page(rows: Iterable[PortfolioRow]) -> PortfolioPage:
    shown = tuple(rows)
    standings = Counter(row.standing for row in shown)
    return PortfolioPage(
        rows=shown,
        by_level=Counter(row.overall.confirmed for row in shown if row.overall is not None),
        at_target=standings["at"] + standings["beyond"],
        below_target=standings["below"],
        open=standings["unknown"],
        not_assessed=sum(row.overall is None for row in shown),
        old=sum(not row.fresh and row.overall is not None for row in shown),
    )


def portfolio(
    user: Any, *, framework: str = DEFAULT_FRAMEWORK, query: str = "", level: int | None = None, tier: str = ""
) -> PortfolioPage:
    """The portfolio as ``user`` (None: a visitor) may see it, narrowed by the filters; always two queries."""
    projects = list(visible_projects(user))
    live = Scoring.objects.filter(project__in=projects, framework=framework, live=True).defer("scorecard", "evidence")
    by_project = {row.project_id: row for row in live}
    rows = (_row(project, by_project.get(project.pk)) for project in projects)
    return _page(row for row in rows if _shown(row, query=query, level=level, tier=tier))


def project_row(project: Project, framework: str = DEFAULT_FRAMEWORK) -> PortfolioRow:
    """The row of one project, which the caller has found to be visible; one query."""
    return _row(project, live_scoring(project, framework))
