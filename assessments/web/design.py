"""The pages of a project's design: what was accepted, writing the next one, submitting and withdrawing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from assessments.lifecycle import design as lifecycle
from assessments.lifecycle.design_reviews import FIELDS, DesignReviewKind, facts_of
from assessments.models import DesignReview
from assessments.models.planning import Needed
from assessments.selectors.design import design_page, open_design
from assessments.web.sheet import SHOWN, Sheet, filled_in, number
from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.permissions import authorise
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Conflict, NotFound, Stale
from mlops_portal.projects.models import Project
from mlops_portal.projects.permissions import may
from mlops_portal.projects.selectors import project_for
from mlops_portal.web.visitors import viewer

#: What each text asks for, with a good answer as the example.
HINTS = {
    "problem": (
        "What goes wrong today, for whom, and what a better decision would change. No word of models yet.",
        "“Passengers with less than 45 minutes to change miss 6 % of their connections. Told two hours before, "
        "the desk could rebook them.”",
    ),
    "metric": (
        "The one figure that says whether it helps, how it is measured, and the value that is good enough.",
        "“Missed connections per 1,000 passengers, from the booking system, weekly. Good enough: 40 instead of 60.”",
    ),
    "baseline": (
        "What a rule, a table or a person reaches today, measured by the same figure.",
        "“Rebook everybody whose inbound flight is 20 minutes late: 48 per 1,000, with 300 needless rebookings.”",
    ),
    "needed_reason": (
        "Why the answer is what it is. When it is “not yet”: what would have to change first.",
        "“The rule stops at 48. Weather and turnaround times explain half of the rest, and ten years of flights "
        "are on record.”",
    ),
}


def _opened(request: HttpRequest, slug: str, permission: str) -> tuple[Project, Actor]:
    """The project and who acts, once they may. Raises NotFound, NotAllowed."""
    project = project_for(viewer(request), slug)
    actor = actor_from_request(request)
    authorise(actor, permission, project)
    return project, actor


@require_http_methods(["GET", "HEAD", "POST"])
def design(request: HttpRequest, slug: str) -> HttpResponse:
    """``/projects/<slug>/design/``: members and governance read it; contributors begin and write."""
    project, actor = _opened(request, slug, "projects.view_history")
    if request.method != "POST":
        return _page(request, project)
    if request.POST.get("step") == "start":
        return _start(request, project, actor)
    return _save(request, project, actor)


def _start(request: HttpRequest, project: Project, actor: Actor) -> HttpResponse:
    try:
        lifecycle.start_design(actor=actor, project=project)
    except Conflict as error:  # a second click, or somebody else was quicker: it is there to be written on
        messages.warning(request, str(error))
    return redirect("design", project.slug)


def _save(request: HttpRequest, project: Project, actor: Actor) -> HttpResponse:
    """Keep what was typed. What can no longer be kept is shown, for it would be lost otherwise."""
    authorise(actor, "assessments.plan", project)
    sheet = filled_in(request.POST, ("version", *FIELDS))
    try:
        row = _saved(actor, open_design(project), sheet)
    except Stale as error:
        now = open_design(project)
        return _page(request, project, _beside(sheet.refused(error), now), _theirs(sheet, now))
    except (NotFound, *SHOWN) as error:
        return _page(request, project, sheet.refused(error))
    if request.POST.get("step") != "submit":
        messages.success(request, "Saved. Nobody is asked before you submit it.")
        return redirect("design", project.slug)
    if empty := lifecycle.missing(row):
        errors = dict.fromkeys(empty, "A reviewer needs this as well. What you wrote is saved.")
        return _page(request, project, Sheet(_written(row).values, errors))
    return redirect("design-submit", project.slug)


def _saved(actor: Actor, row: DesignReview, sheet: Sheet) -> DesignReview:
    values = {name: sheet.text(name) for name in FIELDS}
    return lifecycle.save_design(actor=actor, design=row, version=number(sheet.text("version")) or 0, **values)


def _written(row: DesignReview) -> Sheet:
    return Sheet({name: str(getattr(row, name)) for name in ("version", *FIELDS)})


def _beside(sheet: Sheet, row: DesignReview) -> Sheet:
    """What was typed, beside what somebody else saved: saving once more is then meant."""
    return Sheet({**sheet.values, "version": str(row.version)}, sheet.errors, sheet.problem)


def _theirs(sheet: Sheet, row: DesignReview) -> list[tuple[str, str]]:
    return [fact for fact, name in zip(facts_of(row), FIELDS, strict=True) if getattr(row, name) != sheet.text(name)]


def _page(
    request: HttpRequest, project: Project, sheet: Sheet | None = None, theirs: list[tuple[str, str]] | None = None
) -> HttpResponse:
    page = design_page(project)
    row = page.open.design if page.open else None
    writes = may(viewer(request), "assessments.plan", project)
    sheet = sheet or (_written(row) if row else Sheet({}))
    context: dict[str, Any] = {
        "project": project,
        "page": page,
        "may_plan": writes,
        "editable": writes and row is not None and row.state in lifecycle.EDITABLE,
        "sheet": sheet,
        "texts": _texts(sheet),
        "typed": [(label, sheet.text(name)) for name, label in FIELDS.items()],
        "theirs": theirs or (),
        "choices": Needed.choices,
        "longest": lifecycle.LONGEST_TEXT,
    }
    return render(request, "assessments/design.html", context, status=sheet.status)


def _texts(sheet: Sheet) -> dict[str, dict[str, str]]:
    """By name, what the template needs of each text."""
    return {
        name: {
            "label": FIELDS[name],
            "hint": hint,
            "example": example,
            "value": sheet.text(name),
            "said": sheet.errors.get(name, ""),
        }
        for name, (hint, example) in HINTS.items()
    }


@require_http_methods(["GET", "HEAD", "POST"])
def design_submit(request: HttpRequest, slug: str) -> HttpResponse:
    """``/projects/<slug>/design/submit/``: what a reviewer will read, and asking for the review of just that."""
    project, actor = _opened(request, slug, "assessments.plan")
    row, sheet = open_design(project), Sheet({})
    if request.method == "POST":
        try:
            lifecycle.submit_design(actor=actor, design=row, version=number(request.POST.get("version", "")) or 0)
        except SHOWN as error:
            sheet = sheet.refused(error)
        else:
            messages.success(request, "Submitted. Somebody else decides; until then it stays as it is.")
            return redirect("design", slug)
    context = {
        "project": project,
        "design": row,
        "facts": facts_of(row),
        "empty": [FIELDS[name] for name in lifecycle.missing(row)],
        "editable": row.state in lifecycle.EDITABLE,
        "consequence": DesignReviewKind.consequence,
        "sheet": sheet,
    }
    return render(request, "assessments/design_submit.html", context, status=sheet.status)


@require_http_methods(["GET", "HEAD", "POST"])
def design_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """``/projects/<slug>/design/withdraw/``: confirm and end the open one, with a reason."""
    project, actor = _opened(request, slug, "assessments.plan")
    row, sheet = open_design(project), Sheet({"reason": ""})
    if request.method == "POST":
        sheet = filled_in(request.POST, sheet.values)
        try:
            lifecycle.withdraw_design(actor=actor, design=row, reason=sheet.text("reason"))
        except SHOWN as error:
            sheet = sheet.refused(error)
        else:
            messages.success(request, "Withdrawn. What was written stays readable below.")
            return redirect("design", slug)
    context = {"project": project, "design": row, "sheet": sheet}
    return render(request, "assessments/design_withdraw.html", context, status=sheet.status)
