"""What the scorecard and project pages read: the live scorecard, its texts, its sources, its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from assessments.frameworks.framework import Framework
from assessments.models import CollectorRun, Scoring
from assessments.scoring.published import from_json
from assessments.scoring.scorecard import Interval, Scorecard
from assessments.selectors.frameworks import framework_in_force, frameworks_in_force
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import NotFound
from mlops_portal.projects.models import Project

DEFAULT_FRAMEWORK = "mlops-levels"

#: A live scoring that has not been looked at for this long is shown as old: evidence is collected nightly, and the
#: shortest validity in the catalogue (operational metrics) is two days.
FRESH_FOR = timedelta(days=2)

#: Every source of evidence in the catalogue, with its name and how to connect it.
SOURCES: Mapping[str, tuple[str, str]] = {
    "git": ("Git repository", "Give the project a repository URL."),
    "mlflow": ("MLflow", "Name the project's MLflow experiments and registered models."),
    "human": ("People's answers", "Put a mlops.yaml into the repository."),
    "pushed": ("CI results", "Let CI post its result with a project token."),
    "orchestrator": ("Orchestrator", "Prefect and Kubeflow Pipelines cannot be connected yet."),
    "serving": ("Serving platform", "Serving platforms cannot be connected yet."),
    "monitoring": ("Monitoring", "Monitors cannot be connected yet."),
    "approvals": ("Promotions and approvals", "Promotions through the portal cannot be connected yet."),
}


@dataclass(frozen=True, slots=True)
class SourceState:
    """How the newest look at one source went; ``sight`` is "" when it is not connected."""

    source: str
    title: str
    how_to_connect: str
    sight: str = ""
    message: str = ""
    seconds: float = 0.0
    started_at: datetime | None = None
    last_good_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """One scoring on the history line: when, which interval, and the changes that led to it."""

    at: datetime
    interval: Interval
    changes: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class OtherFramework:
    """The same evidence under another framework."""

    id: str
    title: str
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class ScorecardPage:
    """Everything the scorecard page shows. ``scorecard`` is None before the first scoring."""

    project: Project
    framework: Framework
    scorecard: Scorecard | None
    others: tuple[OtherFramework, ...]
    sources: tuple[SourceState, ...]
    changes: tuple[Mapping[str, Any], ...]
    scored_at: datetime | None
    checked_at: datetime | None
    fresh: bool

    @property
    def target(self) -> int | None:
        """The project's target, where it is on this framework's scale."""
        return target_under(self.project, self.framework)


def target_under(project: Project, framework: Framework) -> int | None:
    """The project's target where it is on the framework's scale: targets are levels of the default one."""
    default = framework_in_force(DEFAULT_FRAMEWORK)
    same = (framework.rule, framework.top_level) == (default.rule, default.top_level)
    return project.target_level if same else None


def interval_of(scoring: Scoring | None) -> Interval | None:
    """The overall interval of a stored scoring."""
    return None if scoring is None else Interval(scoring.confirmed, scoring.possible)


def is_fresh(scoring: Scoring | None) -> bool:
    """Whether a live scoring was checked recently enough to be shown without a warning."""
    return scoring is not None and clock.now() - scoring.checked_at <= FRESH_FOR


def live_scorings(project: Project) -> dict[str, Scoring]:
    """The live scoring of a project per framework id, in one query."""
    return {row.framework: row for row in Scoring.objects.filter(project=project, live=True)}


def live_scoring(project: Project, framework_id: str) -> Scoring | None:
    """The live scoring of a project under one framework, in one query."""
    return Scoring.objects.filter(project=project, framework=framework_id, live=True).first()


def published(project: Project, framework_id: str, *, messages: bool = True) -> Mapping[str, Any]:
    """The live scorecard in its published JSON shape, with where we looked. Raises NotFound when there is none.

    ``messages`` says whether to tell what collectors said, which may name machines and paths.
    """
    known = framework_id in {f.id for f in frameworks_in_force()}
    live = live_scoring(project, framework_id) if known else None
    if live is None:
        named = framework_id[:60]
        raise NotFound(f"{project.name} has no scorecard under {named!r} yet.", do="Collect its evidence first.")
    runs = CollectorRun.objects.filter(project=project).order_by("source")
    said = {run.source: run.message if messages else "" for run in runs}
    looks = [{"source": r.source, "outcome": r.sight, "seconds": r.seconds, "message": said[r.source]} for r in runs]
    return {**live.scorecard, "checked_at": live.checked_at.isoformat(), "collectors": looks}


def source_states(project: Project) -> tuple[SourceState, ...]:
    """Every source of the catalogue and how the newest look at it went, in one query."""
    runs = {run.source: run for run in CollectorRun.objects.filter(project=project)}
    return tuple(_state(source, title, how, runs.get(source)) for source, (title, how) in SOURCES.items())


def _state(source: str, title: str, how: str, run: CollectorRun | None) -> SourceState:
    if run is None:
        return SourceState(source, title, how)
    return SourceState(source, title, how, run.sight, run.message, run.seconds, run.started_at, run.last_good_at)


def _others(live: Mapping[str, Scoring], shown: str) -> tuple[OtherFramework, ...]:
    return tuple(
        OtherFramework(f.id, f.title, interval_of(live.get(f.id))) for f in frameworks_in_force() if f.id != shown
    )


def readable(scoring: Scoring | None) -> Scorecard | None:
    """The stored scorecard; None before the first scoring, and for one of a release whose form this one cannot read."""
    try:
        return from_json(scoring.scorecard) if scoring else None
    except (KeyError, ValueError, TypeError):
        return None


def scorecard_page(project: Project, framework_id: str = DEFAULT_FRAMEWORK) -> ScorecardPage:
    """The scorecard page of a project, in two queries. Raises LookupError for an unknown framework."""
    shown = framework_in_force(framework_id)
    live = live_scorings(project)
    scoring = live.get(framework_id)
    return ScorecardPage(
        project=project,
        framework=shown,
        scorecard=readable(scoring),
        others=_others(live, framework_id),
        sources=source_states(project),
        changes=tuple(scoring.changes) if scoring else (),
        scored_at=scoring.scored_at if scoring else None,
        checked_at=scoring.checked_at if scoring else None,
        fresh=is_fresh(scoring),
    )


def history(project: Project, framework_id: str = DEFAULT_FRAMEWORK, *, most: int = 200) -> tuple[HistoryPoint, ...]:
    """The project's assessments under a framework, oldest first, at most the newest ``most``; one query."""
    rows = Scoring.objects.filter(project=project, framework=framework_id).order_by("-scored_at", "-id")
    newest = rows.values_list("scored_at", "confirmed", "possible", "changes")[:most]
    return tuple(HistoryPoint(at, Interval(low, high), tuple(why)) for at, low, high, why in reversed(list(newest)))
