"""The scorecard page: headline, why, what next, blind spots, every criterion. Thin: one selector, one presentation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from assessments.checks.catalogue import load_catalogue
from assessments.frameworks.framework import Framework
from assessments.scoring.scorecard import Completion, Interval, Scorecard
from assessments.selectors.frameworks import frameworks_in_force
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK, ScorecardPage, live_scorings, scorecard_page
from assessments.web.changes import ScoringChanges, scoring_changes
from assessments.web.presentation import Group, Shown, present
from assessments.web.sentences import level_sentence, points_sentence, target_sentence
from assessments.web.side_by_side import rows
from mlops_portal.accounts.models import User
from mlops_portal.projects.models import Project
from mlops_portal.projects.permissions import may
from mlops_portal.projects.selectors import project_for
from mlops_portal.web import charts, parameters
from mlops_portal.web.visitors import viewer

#: What can be done about an open criterion: the address and the permission it takes.
OFFERS = {
    "attest": ("assess", "assessments.answer"),
    "plan": ("roadmap", "assessments.plan"),
    "waive": ("exemption-new", "assessments.request_exemption"),
}

#: How levels come about, in a sentence for each kind of rule.
RULES = {
    "gated": "Levels are gated: a level counts when every criterion of it and of those below is met.",
    "points": "Each test earns up to a point, half of one where it is only declared or attested. The score is the "
    "smallest section’s sum, and its band is what counts.",
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One framework to choose from, with the level under it."""

    id: str
    title: str
    interval: Interval | None
    current: bool


@dataclass(frozen=True, slots=True)
class View:
    """What the template needs beside the scorecard once there is one."""

    level_title: str
    sentence: str
    rule: str
    step: str
    top: int
    target_sentence: str
    next_level: int
    old: bool
    levels: range
    completion: tuple[tuple[str, tuple[Completion | None, ...]], ...]
    ladder: SafeString
    radar: SafeString
    changes: ScoringChanges


def _tabs(page: ScorecardPage) -> tuple[Tab, ...]:
    levels = {other.id: other.interval for other in page.others}
    levels[page.framework.id] = page.scorecard.overall if page.scorecard else None
    return tuple(Tab(f.id, f.title, levels.get(f.id), f.id == page.framework.id) for f in frameworks_in_force())


def _cells(completion: Iterable[Completion], levels: range) -> tuple[Completion | None, ...]:
    by_level = {cell.level: cell for cell in completion}
    return tuple(by_level.get(level) for level in levels)


def _charts(
    groups: Iterable[Group], card: Scorecard, framework: Framework, target: int | None
) -> tuple[SafeString, SafeString]:
    axes = [charts.Level(group.title, group.interval.confirmed, group.interval.possible) for group in groups]
    overall = charts.Level("Overall", card.overall.confirmed, card.overall.possible)
    top = framework.top_level
    return charts.ladder([*axes, overall], target, top=top), charts.radar(axes, target, top=top)


def _view(page: ScorecardPage, card: Scorecard, shown: Shown) -> View:
    framework, target, confirmed = page.framework, page.target, card.overall.confirmed
    levels = range(1, framework.top_level + 1)
    ladder, radar = _charts(shown.groups, card, framework, target)
    return View(
        level_title=f"{confirmed} – {framework.level_name(confirmed)}",
        sentence=points_sentence(card, framework) or level_sentence(card.overall, shown.unseen),
        rule=RULES[framework.rule],
        step="band" if card.points else "level",
        top=framework.top_level,
        target_sentence=target_sentence(card.overall, target),
        next_level=min(confirmed + 1, framework.top_level),
        old=not page.fresh,
        levels=levels,
        completion=(
            *((group.title, _cells(group.completion, levels)) for group in shown.groups),
            ("Overall", _cells(card.completion, levels)),
        ),
        ladder=ladder,
        radar=radar,
        changes=scoring_changes(page.scored_at or card.as_of, page.changes, framework, load_catalogue()),
    )


def _context(project: Project, page: ScorecardPage) -> dict[str, object]:
    context: dict[str, object] = {"project": project, "page": page, "card": page.scorecard, "tabs": _tabs(page)}
    if page.scorecard is not None:
        shown = present(page.scorecard, page.framework, load_catalogue())
        context |= {"shown": shown, "view": _view(page, page.scorecard, shown)}
    return context


def _offered(person: User | None, project: Project, name: str) -> str:
    """The address at which somebody may do something about an open criterion; "" where they may not."""
    url_name, permission = OFFERS[name]
    if person is None or not may(person, permission, project):
        return ""
    try:
        return reverse(url_name, kwargs={"slug": project.slug})
    except NoReverseMatch:  # a part of the portal that is not installed
        return ""


def _side_by_side(request: HttpRequest, project: Project) -> HttpResponse:
    """Every framework in force on one page, from the live scorings in one query."""
    found = rows(project, frameworks_in_force(), live_scorings(project))
    scored = any(row.interval for row in found)
    return render(request, "assessments/side_by_side.html", {"project": project, "rows": found, "scored": scored})


@require_safe
def scorecard(request: HttpRequest, slug: str) -> HttpResponse:
    """``GET /projects/<slug>/scorecard/?framework=&view=frameworks``: whoever may see the project; else 404."""
    person = viewer(request)
    project = project_for(person, slug)
    if parameters.choice(request, "view", {"frameworks"}):
        return _side_by_side(request, project)
    chosen = parameters.choice(request, "framework", {f.id for f in frameworks_in_force()}) or DEFAULT_FRAMEWORK
    context = _context(project, scorecard_page(project, chosen))
    context["may_collect"] = person is not None and may(person, "projects.collect", project)
    context["offers"] = {name: _offered(person, project, name) for name in OFFERS}
    return render(request, "assessments/scorecard.html", context)
