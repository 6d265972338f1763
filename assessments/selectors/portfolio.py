"""What the portfolio shows: the matching projects a page at a time, filtered and sorted by the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, FilteredRelation, OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONObject

from assessments.models import LevelChange, Scoring
from assessments.scoring.scorecard import Interval
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK, FRESH_FOR, interval_of, is_fresh
from assessments.transitions import State
from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import is_governance, is_operator
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from mlops_portal.projects.selectors import visible_projects

#: Rows of one page; so many projects are read at once for a file of all of them.
PER_PAGE, PER_CHUNK = 25, 500

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

#: What is read of a project's two levels: the live one, and that of its accepted assessment.
_LEVEL = {
    "confirmed": F("current__confirmed"),
    "possible": F("current__possible"),
    "accepted": F("accepted__confirmed"),
    "accepted_possible": F("accepted__possible"),
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
    dimensions: Mapping[str, Interval]
    checked_at: datetime | None
    fresh: bool
    blind_spots: tuple[str, ...] = ()
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


def _with_current(projects: QuerySet[Project], framework: str) -> QuerySet[Project]:
    scoring = Q(scorings__framework=framework, scorings__live=True)
    return projects.alias(current=FilteredRelation("scorings", condition=scoring))


def matching(viewer: Any, wanted: Wanted) -> QuerySet[Project]:
    """The projects that the viewer (None: a visitor) may see and asked for, each with its ``current`` scoring."""
    projects = _with_current(visible_projects(viewer), wanted.framework)
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
    """The page ``number`` of ``total`` matching projects, the nearest there is; one query."""
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(number, 1), pages)
    start = (number - 1) * PER_PAGE
    keys = ordered(matching(viewer, wanted), wanted.sort).values("pk")[start : start + PER_PAGE]
    return PortfolioPage(tuple(_rows(viewer, wanted, keys)), number, pages)


def chunks(viewer: Any, wanted: Wanted) -> Iterator[list[PortfolioRow]]:
    """Every matching project in order, so many at a time."""
    keys = list(ordered(matching(viewer, wanted), wanted.sort).values_list("pk", flat=True))
    for start in range(0, len(keys), PER_CHUNK):
        yield list(_rows(viewer, wanted, keys[start : start + PER_CHUNK]))


def _rows(viewer: Any, wanted: Wanted, keys: Any) -> Iterator[PortfolioRow]:
    """The rows of these projects in order, in one query. Scorecards, which are large, are not read.

    The keys are chosen by an inner query, so that only the rows of the page are read in full and sorted.
    """
    accepted = Q(assessments__framework=wanted.framework, assessments__state=State.ACCEPTED)
    projects = _with_current(Project.objects.filter(pk__in=keys), wanted.framework)
    rows = projects.alias(accepted=FilteredRelation("assessments", condition=accepted)).annotate(
        level=JSONObject(**_LEVEL),
        summary=F("current__summary"),
        checked_at=F("current__checked_at"),
        reads_accepted=_reads_accepted(viewer),
    )
    return map(_row_of, ordered(rows, wanted.sort))


def _reads_accepted(viewer: Any) -> Any:
    """Whether the viewer may read the accepted assessment: published ones all may, others members and governance."""
    published = Q(accepted__published_at__isnull=False)
    if not isinstance(viewer, User):
        return ExpressionWrapper(published, output_field=BooleanField())
    if viewer.is_superuser or is_operator(viewer) or is_governance(viewer):
        return Value(True)
    own = Exists(viewer.memberships.filter(project=OuterRef("pk")))
    return ExpressionWrapper(published | own, output_field=BooleanField())


def _row_of(project: Any) -> PortfolioRow:
    """The row of a project that was read with its level."""
    level, checked_at = project.level, project.checked_at
    overall = _interval(level["confirmed"], level["possible"])
    return PortfolioRow(
        project=project,
        overall=overall,
        dimensions=_intervals(project.summary or {}),
        checked_at=checked_at,
        fresh=checked_at is not None and clock.now() - checked_at <= FRESH_FOR,
        accepted=_interval(level["accepted"], level["accepted_possible"]) if project.reads_accepted else None,
    )


def _interval(confirmed: int | None, possible: int | None) -> Interval | None:
    return None if confirmed is None or possible is None else Interval(confirmed, possible)


def last_changes(keys: Iterable[int], framework: str) -> dict[int, str]:
    """The sentence of the last change of each project's level; one query."""
    rows = LevelChange.objects.filter(project__in=keys, framework=framework).order_by("at", "pk")
    return dict(rows.values_list("project", "sentence"))


def _intervals(summary: Mapping[str, Any]) -> dict[str, Interval]:
    return {key: Interval(d["confirmed"], d["possible"]) for key, d in summary.get("dimensions", {}).items()}


def row_of_scoring(project: Project, scoring: Scoring | None) -> PortfolioRow:
    """The row of one project, which the caller has found to be visible, with its blind spots."""
    summary = scoring.summary if scoring else {}
    return PortfolioRow(
        project=project,
        overall=interval_of(scoring),
        dimensions=_intervals(summary),
        checked_at=scoring.checked_at if scoring else None,
        fresh=is_fresh(scoring),
        blind_spots=tuple(summary.get("blind_spots", ())),
    )
