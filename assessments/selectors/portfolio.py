"""What the portfolio shows: the matching projects a page at a time, filtered and sorted by the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from assessments.models import Assessment, LevelChange, Scoring
from assessments.scoring.scorecard import Interval
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK, FRESH_FOR, interval_of, is_fresh, live_scoring
from assessments.transitions import State
from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import is_governance, is_operator
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from mlops_portal.projects.selectors import visible_projects

#: Rows of one page; so many projects are read at once for a file of all of them.
PER_PAGE, PER_CHUNK = 50, 500

#: Where a project can stand: against its target, or in need of a look. Each is a filter of the page.
STANDINGS: Mapping[str, str] = {
    "below": "Below target",
    "at": "At target",
    "beyond": "Beyond target",
    "unknown": "Open: evidence cannot tell",
    "none": "Without a target",
    "not-assessed": "Not assessed",
    "old": "Not fresh",
}

#: The orders of the rows, the first when none is asked for.
SORTS: Mapping[str, str] = {
    "name": "Name",
    "gap": "Furthest below target",
    "level": "Highest level",
    "-level": "Lowest level",
    "checked": "Longest unchecked",
}

_ORDERS: Mapping[str, tuple[Any, ...]] = {
    "name": ("name", "pk"),
    "gap": ((F("target_level") - F("current__confirmed")).desc(nulls_last=True), "name", "pk"),
    "level": (
        F("current__confirmed").desc(nulls_last=True),
        F("current__possible").desc(nulls_last=True),
        "name",
        "pk",
    ),
    "-level": (F("current__confirmed").asc(nulls_last=True), F("current__possible").asc(nulls_last=True), "name", "pk"),
    "checked": (F("current__checked_at").asc(nulls_first=True), "name", "pk"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which projects, in which order. ``mine`` are those the viewer is a member of, ``member`` is a user name."""

    framework: str = DEFAULT_FRAMEWORK
    query: str = ""
    level: int | None = None
    tier: str = ""
    standing: str = ""
    mine: bool = False
    member: str = ""
    sort: str = "name"

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        texts = (self.query, self.tier, self.standing, self.member)
        return any(texts) or self.level is not None or self.mine


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """One project; intervals are None before the first scoring, ``accepted`` before the first accepted assessment."""

    project: Project
    overall: Interval | None
    without_people: Interval | None
    dimensions: Mapping[str, Interval]
    checked_at: datetime | None
    fresh: bool
    blind_spots: tuple[str, ...]
    accepted: Interval | None = None

    @property
    def standing(self) -> str:
        """Against the target: "at", "below", "beyond"; "none" without a target, "unknown" while it cannot be told."""
        target = self.project.target_level
        if target is None or self.overall is None:
            return "none" if target is None else "unknown"
        if self.overall.confirmed >= target:
            return "at" if self.overall.confirmed == target else "beyond"
        return "below" if self.overall.possible < target else "unknown"

    @property
    def old(self) -> bool:
        """Whether the figures were checked too long ago to rely on."""
        return self.overall is not None and not self.fresh


@dataclass(frozen=True, slots=True)
class PortfolioPage:
    """The rows of one page; ``number`` counts from 1 to ``pages``, which is at least 1."""

    rows: tuple[PortfolioRow, ...]
    number: int
    pages: int

    @property
    def previous(self) -> int:
        """The number of the page before."""
        return self.number - 1

    @property
    def next(self) -> int:
        """The number of the page after."""
        return self.number + 1


def standing_filter(standing: str, at: datetime) -> Q:
    """The projects that stand so, as a condition over projects with their ``current`` scoring."""
    target, scored = F("target_level"), Q(current__isnull=False)
    conditions = {
        "at": Q(current__confirmed=target),
        "beyond": Q(current__confirmed__gt=target),
        "below": Q(current__possible__lt=target),
        "unknown": Q(current__confirmed__lt=target, current__possible__gte=target)
        | Q(target_level__isnull=False, current__isnull=True),
        "none": Q(target_level__isnull=True),
        "not-assessed": Q(current__isnull=True),
        "old": scored & Q(current__checked_at__lt=at - FRESH_FOR),
    }
    return conditions[standing] if standing else Q()


def _words(query: str) -> Q:
    """Every word stands in the name, the slug or the description."""
    wanted = Q()
    for word in query.split():
        wanted &= Q(name__icontains=word) | Q(slug__icontains=word) | Q(description__icontains=word)
    return wanted


def matching(viewer: Any, wanted: Wanted) -> QuerySet[Project]:
    """The projects that the viewer (None: a visitor) may see and asked for, each with its ``current`` scoring."""
    scoring = Q(scorings__framework=wanted.framework, scorings__live=True)
    projects = visible_projects(viewer).alias(current=FilteredRelation("scorings", condition=scoring))
    conditions = _words(wanted.query) & standing_filter(wanted.standing, clock.now())
    if wanted.level is not None:
        conditions &= Q(current__confirmed=wanted.level)
    if wanted.tier:
        conditions &= Q(risk_tier=wanted.tier)
    # All in one call: conditions on ``current`` in separate ones would join the scorings again for each.
    return _of_people(projects.filter(conditions), viewer, wanted)


def _of_people(found: QuerySet[Project], viewer: Any, wanted: Wanted) -> QuerySet[Project]:
    if wanted.mine:
        own = viewer.memberships.values("project") if isinstance(viewer, User) else ()
        found = found.filter(pk__in=own)
    if wanted.member and isinstance(viewer, User):
        theirs = User.objects.filter(username=wanted.member).values("memberships__project")
        found = found.filter(pk__in=theirs)
    return found


def ordered(found: QuerySet[Project], sort: str) -> QuerySet[Project]:
    """The same in the order asked for."""
    return found.order_by(*_ORDERS[sort])


def portfolio_page(viewer: Any, wanted: Wanted, *, total: int, number: int = 1) -> PortfolioPage:
    """The page ``number`` of ``total`` matching projects, the nearest there is; always three queries."""
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(number, 1), pages)
    start = (number - 1) * PER_PAGE
    projects = list(ordered(matching(viewer, wanted), wanted.sort)[start : start + PER_PAGE])
    return PortfolioPage(tuple(rows_of(viewer, projects, wanted.framework)), number, pages)


def chunks(viewer: Any, wanted: Wanted) -> Iterator[list[PortfolioRow]]:
    """Every matching project in order, so many at a time."""
    found = ordered(matching(viewer, wanted), wanted.sort).iterator(chunk_size=PER_CHUNK)
    while projects := list(islice(found, PER_CHUNK)):
        yield list(rows_of(viewer, projects, wanted.framework))


def rows_of(viewer: Any, projects: Sequence[Project], framework: str) -> Iterator[PortfolioRow]:
    """The rows of these projects in their order, in two queries. Scorecards, which are large, are not read."""
    keys = [project.pk for project in projects]
    columns = ("project_id", "framework", "confirmed", "possible", "summary", "checked_at")
    live = Scoring.objects.filter(project__in=keys, framework=framework, live=True).only(*columns)
    scorings = {scoring.project_id: scoring for scoring in live}
    accepted = accepted_levels(viewer, keys, framework)
    for project in projects:
        yield _row(project, scorings.get(project.pk), accepted.get(project.pk))


def accepted_levels(viewer: Any, keys: Iterable[int], framework: str) -> dict[int, Interval]:
    """The level of each project's accepted assessment, where the viewer may read that assessment; one query."""
    accepted = Assessment.objects.filter(project__in=keys, framework=framework, state=State.ACCEPTED)
    rows = accepted.filter(_readable(viewer)).values_list("project", "confirmed", "possible")
    return {project: Interval(low, high) for project, low, high in rows if low is not None and high is not None}


def _readable(viewer: Any) -> Q:
    """Published ones for everybody who sees the project; all for members, governance and operators."""
    if not isinstance(viewer, User):
        return Q(published_at__isnull=False)
    if viewer.is_superuser or is_operator(viewer) or is_governance(viewer):
        return Q()
    return Q(published_at__isnull=False) | Q(project__in=viewer.memberships.values("project"))


def last_changes(keys: Iterable[int], framework: str) -> dict[int, str]:
    """The sentence of the last change of each project's level; one query."""
    rows = LevelChange.objects.filter(project__in=keys, framework=framework).order_by("at", "pk")
    return dict(rows.values_list("project", "sentence"))


def _intervals(summary: Mapping[str, Any]) -> dict[str, Interval]:
    return {key: Interval(d["confirmed"], d["possible"]) for key, d in summary.get("dimensions", {}).items()}


def _row(project: Project, scoring: Scoring | None, accepted: Interval | None = None) -> PortfolioRow:
    summary = scoring.summary if scoring else {}
    apart = summary.get("without_people")
    return PortfolioRow(
        project=project,
        overall=interval_of(scoring),
        without_people=Interval(apart["confirmed"], apart["possible"]) if apart else None,
        dimensions=_intervals(summary),
        checked_at=scoring.checked_at if scoring else None,
        fresh=is_fresh(scoring),
        blind_spots=tuple(summary.get("blind_spots", ())),
        accepted=accepted,
    )


def project_row(project: Project, framework: str = DEFAULT_FRAMEWORK) -> PortfolioRow:
    """The row of one project, which the caller has found to be visible; one query."""
    return _row(project, live_scoring(project, framework))
