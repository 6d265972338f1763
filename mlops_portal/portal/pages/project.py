"""One project: its level now against its target, how it got there, where its evidence comes from, who is in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from assessments.checks.catalogue import load_catalogue
from assessments.lifecycle.collect import request_collection
from assessments.models import DesignReview
from assessments.scoring.scorecard import Interval
from assessments.selectors import overview
from assessments.selectors.frameworks import framework_in_force
from assessments.selectors.overview import Roadmap
from assessments.selectors.portfolio import PortfolioRow
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK, HistoryPoint, SourceState, source_states
from assessments.web.accepted import Accepted
from assessments.web.changes import ScoringChanges, scoring_changes
from assessments.web.sentences import counted, level_sentence, target_sentence
from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.kernel.redaction import redacted_text
from mlops_portal.projects.models import Project, Role
from mlops_portal.projects.permissions import may, remember_roles
from mlops_portal.projects.selectors import members_of, project_for
from mlops_portal.web import charts
from mlops_portal.web.visitors import viewer

#: The changes of how many scorings the page lists, the newest first.
MOST_CHANGES = 8
#: The table under the chart lists at most this many scorings, the newest first.
MOST_POINTS = 60


@dataclass(frozen=True, slots=True)
class View:
    """What the template walks through. ``members`` is None for visitors, who also see no messages and no paths.

    ``roadmap`` and ``design`` are for those who may read the project's history.
    """

    row: PortfolioRow
    sentence: str
    dimensions: tuple[tuple[str, Interval], ...]
    history: tuple[HistoryPoint, ...]
    history_chart: SafeString
    newest: tuple[HistoryPoint, ...]
    changes: tuple[ScoringChanges, ...]
    connected: tuple[SourceState, ...]
    not_connected: tuple[SourceState, ...]
    members: list[tuple[str, list[str]]] | None
    repository: str
    accepted: Accepted | None
    marks: tuple[overview.Mark, ...]
    inside: bool
    roadmap: Roadmap | None
    design: DesignReview | None
    may_collect: bool
    may_change: bool


def _sentence(row: PortfolioRow) -> str:
    if row.overall is None:
        return ""
    said = level_sentence(row.overall, len(row.blind_spots), "blind spot")
    return f"{said} {target_sentence(row.overall, row.project.target_level)}".strip()


def _dimensions(row: PortfolioRow) -> tuple[tuple[str, Interval], ...]:
    titles = ((d.title, row.dimensions.get(d.key)) for d in framework_in_force(DEFAULT_FRAMEWORK).dimensions)
    return tuple((title, interval) for title, interval in titles if interval is not None)


def _chart(points: Iterable[HistoryPoint], marks: Iterable[overview.Mark], target: int | None) -> SafeString:
    drawn = [charts.Point(point.at, point.interval.confirmed, point.interval.possible) for point in points]
    happened = [charts.Mark(mark.at, f"accepted {mark.interval.confirmed}") for mark in marks]
    return charts.history(drawn, clock.now(), target, marks=happened)


def _accepted(marks: Iterable[overview.Mark], live: Interval | None) -> Accepted | None:
    mark = next((mark for mark in marks if mark.current), None)
    if mark is None:
        return None
    href = reverse("assessment", kwargs={"assessment_id": mark.id})
    return Accepted(mark.interval, mark.at, live is not None and live != mark.interval, href)


def _changes(newest: Iterable[HistoryPoint]) -> tuple[ScoringChanges, ...]:
    shown, catalogue = framework_in_force(DEFAULT_FRAMEWORK), load_catalogue()
    changed = (point for point in newest if point.changes)
    return tuple(scoring_changes(p.at, p.changes, shown, catalogue) for p in islice(changed, MOST_CHANGES))


def _members(project: Project, person: User) -> list[tuple[str, list[str]]]:
    """Names and roles; the person's own are remembered, for they are about to be asked for."""
    roles: dict[str, list[str]] = {}
    own: list[str] = []
    for membership in members_of(project):
        roles.setdefault(membership.user.display_name, []).append(Role(membership.role).label)
        own += [membership.role] if membership.user_id == person.pk else []
    remember_roles(person, {project.pk: own})
    return list(roles.items())


def _repository(project: Project, *, signed_in: bool) -> str:
    """The address without credentials; visitors see web addresses only, for a path speaks of our machine."""
    address = redacted_text(project.repository)
    return address if signed_in or address.startswith("https://") else ""


def _view(person: User | None, project: Project) -> View:
    members = _members(project, person) if person else None
    (row, points), sources = overview.level_and_history(project), source_states(project)
    marks = overview.accepted_marks(person, project)
    inside = person is not None and may(person, "projects.view_history", project)
    newest = tuple(reversed(points))
    return View(
        row=row,
        sentence=_sentence(row),
        dimensions=_dimensions(row),
        history=points,
        history_chart=_chart(points, marks, project.target_level),
        newest=newest[:MOST_POINTS],
        changes=_changes(newest),
        connected=tuple(source for source in sources if source.sight),
        not_connected=tuple(source for source in sources if not source.sight),
        members=members,
        repository=_repository(project, signed_in=person is not None),
        accepted=_accepted(marks, row.overall),
        marks=tuple(reversed(marks)),
        inside=inside,
        roadmap=overview.roadmap_summary(project) if inside else None,
        design=overview.design_of(project) if inside else None,
        may_collect=person is not None and may(person, "projects.collect", project),
        may_change=person is not None and may(person, "projects.change_project", project),
    )


@require_safe
def project_page(request: HttpRequest, slug: str) -> HttpResponse:
    """``GET /projects/<slug>/``: whoever may see the project; 404 for everybody else."""
    person = viewer(request)
    project = project_for(person, slug)
    return render(request, "portal/project.html", {"project": project, "view": _view(person, project)})


@require_POST
def collect(request: HttpRequest, slug: str) -> HttpResponse:
    """``POST /projects/<slug>/collect/``: ask the worker to look now; leads to the job, or to the list of jobs."""
    actor = actor_from_request(request)
    project = project_for(actor, slug)
    jobs = request_collection(actor=actor, project=project)
    if not jobs:
        messages.warning(request, "Nothing to look at: give the project a repository or the names of its experiments.")
        return redirect("project", slug)
    messages.success(request, f"{counted(len(jobs), 'source is', 'sources are')} being looked at.")
    return redirect("job", jobs[0].id) if len(jobs) == 1 else redirect("jobs")
