"""The page of a project's target: what each level would mean and cost, and setting one with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from assessments.scoring.scorecard import Interval
from assessments.selectors.target import LevelCost, target_page
from assessments.web.sentences import counted
from assessments.web.sheet import SHOWN, Sheet, filled_in, number
from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.permissions import authorise
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Invalid
from mlops_portal.projects.actions import set_target
from mlops_portal.projects.models import Project
from mlops_portal.projects.permissions import may
from mlops_portal.projects.selectors import project_for
from mlops_portal.web.visitors import viewer

#: What the form sends for "no target".
NONE = "none"


@dataclass(frozen=True, slots=True)
class Choice:
    """A level that can be chosen, and where the project would stand against it."""

    cost: LevelCost
    standing: str


def standing(now: Interval | None, level: int) -> str:
    """Where a project would stand against a level as its target; "" before the first scoring."""
    if now is None:
        return ""
    if now.confirmed > level:
        return f"Beyond it today: level {now.confirmed} is confirmed."
    if now.confirmed == level:
        return "At it today."
    missing = counted(level - now.confirmed, "level")
    return f"{missing} to prove, possibly reached already." if now.possible >= level else f"Below it: {missing} to go."


@require_http_methods(["GET", "HEAD", "POST"])
def target(request: HttpRequest, slug: str) -> HttpResponse:
    """``/projects/<slug>/target/``: members and governance read it; owners and governance set the target."""
    project = project_for(viewer(request), slug)
    actor = actor_from_request(request)
    authorise(actor, "projects.view_history", project)
    if request.method != "POST":
        chosen = NONE if project.target_level is None else str(project.target_level)
        return _page(request, project, Sheet({"level": chosen, "reason": project.target_reason}))
    return _set(request, project, actor, filled_in(request.POST, ("level", "reason")))


def _set(request: HttpRequest, project: Project, actor: Actor, sheet: Sheet) -> HttpResponse:
    try:
        changed = set_target(actor=actor, project=project, level=_level(sheet), reason=sheet.text("reason"))
    except SHOWN as error:
        return _page(request, project, sheet.refused(error))
    told = "The target is taken back." if changed.target_level is None else f"The target is {changed.target_level} now."
    messages.success(request, told)
    return redirect("project", project.slug)


def _level(sheet: Sheet) -> int | None:
    chosen = sheet.text("level")
    if chosen != NONE and number(chosen) not in range(5):
        raise Invalid("Choose a level from 0 to 4, or none.", field="level")
    return number(chosen)


def _page(request: HttpRequest, project: Project, sheet: Sheet) -> HttpResponse:
    page = target_page(project)
    context = {
        "project": project,
        "page": page,
        "choices": [Choice(cost, standing(page.now, cost.level.number)) for cost in page.levels],
        "costs": [cost for cost in page.levels if cost.total],
        "may_set": may(viewer(request), "projects.set_target", project),
        "sheet": sheet,
        "none": NONE,
    }
    return render(request, "assessments/target.html", context, status=sheet.status)
