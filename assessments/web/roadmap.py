"""The pages of a roadmap: what is planned, by whom and until when, what to plan next; one step to change or drop."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from assessments.lifecycle import roadmap as lifecycle
from assessments.models import RoadmapStep
from assessments.models.planning import StepState
from assessments.selectors import roadmap as selector
from assessments.selectors.exemption_pages import choices
from assessments.web.sheet import SHOWN, Sheet, day, filled_in, number
from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import authorise
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Invalid, Stale
from mlops_portal.projects.models import Project
from mlops_portal.projects.permissions import may
from mlops_portal.projects.selectors import project_for
from mlops_portal.web import parameters
from mlops_portal.web.visitors import viewer

PLAN, CHANGE, DROP = ("criterion", "owner", "due", "note"), ("version", "owner", "due", "note"), ("reason",)
#: What a sheet calls the fields that two editors may both have changed.
LABELS = {"owner": "Owner", "due": "Day", "note": "Note"}


def _opened(request: HttpRequest, slug: str) -> tuple[Project, Actor]:
    """The project and who acts, once they may read its roadmap. Raises NotFound, NotAllowed."""
    project, actor = project_for(viewer(request), slug), actor_from_request(request)
    authorise(actor, "projects.view_history", project)
    return project, actor


def _values(project: Project, sheet: Sheet) -> dict[str, Any]:
    """What a form says of a step. Raises Invalid."""
    return {"owner": _owner(project, sheet), "due": day(sheet, "due"), "note": sheet.text("note")}


def _owner(project: Project, sheet: Sheet) -> User | None:
    """The person chosen, of those who work on the project or own a step; the action decides whether they may."""
    if not (name := sheet.text("owner")):
        return None
    known = Q(pk__in=project.memberships.values("user")) | Q(pk__in=project.roadmap.values("owner"))
    if (found := User.objects.filter(known, username=name).first()) is None:
        raise Invalid(f"Nobody who works on {project.name} has that name.", do="Choose one of them.", field="owner")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def roadmap(request: HttpRequest, slug: str) -> HttpResponse:
    """``/projects/<slug>/roadmap/?criterion=``: members and governance read it; contributors plan."""
    project, actor = _opened(request, slug)
    if request.method != "POST":
        chosen = parameters.text(request, "criterion")[:40]
        return _page(request, project, Sheet(dict.fromkeys(PLAN, "") | {"criterion": chosen}))
    authorise(actor, "assessments.plan", project)
    sheet = filled_in(request.POST, PLAN)
    try:
        step = lifecycle.plan_step(
            actor=actor, project=project, criterion=sheet.text("criterion"), **_values(project, sheet)
        )
    except SHOWN as error:
        return _page(request, project, sheet.refused(error))
    messages.success(request, f"{step.criterion} is planned. Evidence will say when it is done.")
    return redirect("roadmap", slug)


def _page(request: HttpRequest, project: Project, sheet: Sheet) -> HttpResponse:
    context = {
        "project": project,
        "page": selector.roadmap_page(project),
        "sheet": sheet,
        "asked": bool(sheet.text("criterion") or sheet.problem or sheet.errors),
        "groups": choices(project),
        **_writing(request, project),
    }
    return render(request, "assessments/roadmap.html", context, status=sheet.status)


def _writing(request: HttpRequest, project: Project) -> dict[str, Any]:
    """What every form needs, for those who may plan."""
    writes = may(viewer(request), "assessments.plan", project)
    return {
        "may_plan": writes,
        "people": selector.people(project) if writes else (),
        "longest": lifecycle.LONGEST_NOTE,
    }


def _written(step: RoadmapStep) -> Sheet:
    owner = step.owner.username if step.owner else ""
    due = step.due.isoformat() if step.due else ""
    return Sheet({"version": str(step.version), "owner": owner, "due": due, "note": step.note, "reason": ""})


@require_http_methods(["GET", "HEAD", "POST"])
def roadmap_step(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """``/projects/<slug>/roadmap/<number>/``: one step; contributors change it, or drop it with a reason."""
    project, actor = _opened(request, slug)
    step = selector.step_of(project, number)
    if request.method != "POST":
        return _step_page(request, step, _written(step))
    authorise(actor, "assessments.plan", project)
    if request.POST.get("step") == "drop":
        return _drop(request, actor, step)
    return _change(request, actor, step)


def _change(request: HttpRequest, actor: Actor, step: RoadmapStep) -> HttpResponse:
    sheet = filled_in(request.POST, CHANGE)
    try:
        values = _values(step.project, sheet)
        lifecycle.change_step(actor=actor, step=step, version=number(sheet.text("version")) or 0, **values)
    except Stale as error:
        now = selector.step_of(step.project, step.pk)
        beside = Sheet({**sheet.values, "version": str(now.version)}, problem=str(error))
        return _step_page(request, step, beside, _theirs(sheet, now))
    except SHOWN as error:
        return _step_page(request, step, sheet.refused(error))
    messages.success(request, f"{step.criterion} is changed.")
    return redirect("roadmap", step.project.slug)


def _theirs(sheet: Sheet, now: RoadmapStep) -> list[tuple[str, str]]:
    """What somebody else saved, where it differs from what was typed."""
    texts = _written(now).values
    shown = {**texts, "owner": now.owner.display_name if now.owner else ""}
    return [(label, shown[name]) for name, label in LABELS.items() if texts[name] != sheet.text(name)]


def _drop(request: HttpRequest, actor: Actor, step: RoadmapStep) -> HttpResponse:
    sheet = filled_in(request.POST, DROP)
    try:
        lifecycle.drop_step(actor=actor, step=step, reason=sheet.text("reason"))
    except SHOWN as error:
        refused = sheet.refused(error)
        kept = Sheet({**_written(step).values, **refused.values}, refused.errors, refused.problem)
        return _step_page(request, step, kept)
    messages.success(request, f"{step.criterion} is dropped. The reason stays readable below.")
    return redirect("roadmap", step.project.slug)


def _step_page(
    request: HttpRequest, step: RoadmapStep, sheet: Sheet, theirs: list[tuple[str, str]] | None = None
) -> HttpResponse:
    row = selector.step_of(step.project, step.pk)
    context = {
        "project": step.project,
        "line": selector.step_line(row),
        "effect": selector.effect_of(row),
        "sheet": sheet,
        "theirs": theirs or (),
        "typed": [sheet.text(name) for name in ("note", "reason") if sheet.text(name)],
        "open": row.state == StepState.OPEN,
        **_writing(request, step.project),
    }
    context["former"] = row.owner if row.owner not in context["people"] else None
    return render(request, "assessments/roadmap_step.html", context, status=sheet.status)
