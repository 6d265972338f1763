"""The pages of waivers and of criteria that do not arise: what holds, asking, renewing, withdrawing, revoking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from assessments.lifecycle import exempt
from assessments.models import Exemption
from assessments.models.exemption import ExemptionKind, ExemptionState, ReasonCode
from assessments.selectors import exemption_pages, exemptions
from assessments.web.sheet import SHOWN, Sheet, end_of, filled_in
from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.permissions import authorise
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.projects.models import Project
from mlops_portal.projects.permissions import may
from mlops_portal.projects.selectors import project_for
from mlops_portal.reviews.models import ReviewState
from mlops_portal.web import parameters
from mlops_portal.web.visitors import viewer

FIELDS = ("criterion", "reason_code", "text", "link", "expires")
#: The end that the form proposes, in days, where the policy allows it.
PROPOSED = 90
#: What a waiver may be asked for; "does not arise" is the other kind's.
REASONS = [choice for choice in ReasonCode.choices if choice[0] != ReasonCode.DOES_NOT_ARISE]


def _may(request: HttpRequest, permission: str, project: Project) -> bool:
    person = viewer(request)
    return person is not None and may(person, f"assessments.{permission}", project)


def _insider(request: HttpRequest, project: Project) -> bool:
    """Whether names and texts are shown: to those who may read the project's history, as in the API."""
    person = viewer(request)
    return person is not None and may(person, "projects.view_history", project)


@require_safe
def exemptions_page(request: HttpRequest, slug: str) -> HttpResponse:
    """``GET /projects/<slug>/waivers/``: whoever may see the project; outsiders read no names and no texts."""
    project = project_for(viewer(request), slug)
    context = {
        "project": project,
        "insider": _insider(request, project),
        "page": exemption_pages.exemptions_page(project),
        "may_request": _may(request, "request_exemption", project),
    }
    return render(request, "assessments/exemptions.html", context)


def _last_day(project: Project) -> date:
    """The latest day that can be chosen: its last second is still within the policy."""
    return (exempt.longest_end(project, clock.now()) - timedelta(days=1)).date()


def _empty(request: HttpRequest, project: Project) -> Sheet:
    proposed = min(clock.now().date() + timedelta(days=PROPOSED), _last_day(project))
    chosen = parameters.text(request, "criterion")[:40]
    return Sheet(dict.fromkeys(FIELDS, "") | {"criterion": chosen, "expires": proposed.isoformat()})


def _arguments(kind: str, sheet: Sheet) -> dict[str, Any]:
    given: dict[str, Any] = {name: sheet.text(name) for name in ("criterion", "text", "link")}
    if kind == ExemptionKind.WAIVER:
        given |= {"reason_code": sheet.text("reason_code"), "expires": end_of(sheet, "expires")}
    return given


#: By kind, and whether it is asked for or only looked at.
ASKING: dict[tuple[str, bool], Callable[..., Exemption]] = {
    (ExemptionKind.WAIVER, True): exempt.request_waiver,
    (ExemptionKind.WAIVER, False): exempt.prepare_waiver,
    (ExemptionKind.NOT_APPLICABLE, True): exempt.request_not_applicable,
    (ExemptionKind.NOT_APPLICABLE, False): exempt.prepare_not_applicable,
}


@require_http_methods(["GET", "HEAD", "POST"])
def exemption_new(request: HttpRequest, slug: str) -> HttpResponse:
    """``/projects/<slug>/waivers/new/?kind=&criterion=``: fill in, see what it would change, ask."""
    project = project_for(viewer(request), slug)
    actor = actor_from_request(request)
    authorise(actor, "assessments.request_exemption", project)
    kind = parameters.choice(request, "kind", ExemptionKind.values) or ExemptionKind.WAIVER.value
    if request.method != "POST":
        return _form(request, project, kind, _empty(request, project))
    sheet, step = filled_in(request.POST, FIELDS), request.POST.get("step")
    if step == "edit":
        return _form(request, project, kind, sheet)
    try:
        wanted = ASKING[kind, step == "ask"](actor=actor, project=project, **_arguments(kind, sheet))
    except SHOWN as error:
        return _form(request, project, kind, sheet.refused(error))
    if step == "ask":
        messages.success(request, "Asked for. Somebody else decides; nothing changes until then.")
        return redirect("exemption", slug, wanted.pk)
    return _preview(request, project, wanted, sheet)


def _form(request: HttpRequest, project: Project, kind: str, sheet: Sheet) -> HttpResponse:
    context = {
        "project": project,
        "kind": kind,
        "sheet": sheet,
        "groups": exemption_pages.choices(project),
        "reasons": REASONS,
        "earliest": clock.now().date().isoformat(),
        "latest": _last_day(project),
        "risk": project.get_risk_tier_display().lower(),
    }
    return render(request, "assessments/exemption_form.html", context, status=sheet.status)


def _preview(request: HttpRequest, project: Project, wanted: Exemption, sheet: Sheet) -> HttpResponse:
    context = {
        "project": project,
        "wanted": wanted,
        "statement": exemptions.known_criterion(wanted.criterion).statement,
        "effects": exemptions.effects(project, wanted.criterion, wanted.kind),
        "hidden": sheet.values.items(),
    }
    return render(request, "assessments/exemption_preview.html", context)


@require_safe
def exemption_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """``GET /projects/<slug>/waivers/<number>/``: one of them with its decision."""
    project = project_for(viewer(request), slug)
    found = exemption_pages.exemption_of(project, number)
    return render(request, "assessments/exemption.html", _context(request, project, found))


def _context(request: HttpRequest, project: Project, found: Exemption) -> dict[str, Any]:
    at, person, review = clock.now(), viewer(request), exemption_pages.review_of(found)
    lasts = exemptions.is_running(found, at)
    granted_waiver = found.kind == ExemptionKind.WAIVER and found.state == ExemptionState.GRANTED
    undecided = review is not None and review.state == ReviewState.OPEN
    return {
        "project": project,
        "insider": _insider(request, project),
        "exemption": found,
        "standing": exemptions.standing(found, at),
        "statement": exemption_pages.statement_of(found),
        "review": review,
        "effects": exemptions.effects(project, found.criterion, found.kind) if undecided else (),
        "revoked_because": exemption_pages.revocation_reason(found) if found.revoked_at else "",
        "may_revoke": lasts and _may(request, "revoke_exemption", project),
        "may_renew": granted_waiver and _may(request, "request_exemption", project),
        "may_withdraw": undecided and may(person, "reviews.withdraw", review),
    }


Act = Callable[[Actor, Exemption, Sheet], Exemption]


def _act(request: HttpRequest, project: Project, number: int, act: Act, sheet: Sheet) -> HttpResponse:
    """The confirm page of an act, and the act itself: refusals come back with what was typed."""
    actor, found = actor_from_request(request), exemption_pages.exemption_of(project, number)
    if request.method == "POST":
        sheet = filled_in(request.POST, sheet.values)
        try:
            return redirect("exemption", project.slug, act(actor, found, sheet).pk)
        except SHOWN as error:
            sheet = sheet.refused(error)
    days = {"latest": _last_day(project), "earliest": clock.now().date().isoformat()}
    context = _context(request, project, found) | days | {"sheet": sheet}
    return render(request, PAGES[act], context, status=sheet.status)


@require_http_methods(["GET", "HEAD", "POST"])
def exemption_revoke(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Confirm and end what was granted: governance and owners."""
    project = project_for(viewer(request), slug)
    authorise(actor_from_request(request), "assessments.revoke_exemption", project)
    return _act(request, project, number, _revoke, Sheet({"reason": ""}))


def _revoke(actor: Actor, found: Exemption, sheet: Sheet) -> Exemption:
    return exempt.revoke_exemption(actor=actor, exemption=found, reason=sheet.text("reason"))


@require_http_methods(["GET", "HEAD", "POST"])
def exemption_withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Confirm and take a request back: who asked, and governance."""
    project = project_for(viewer(request), slug)
    actor, found = actor_from_request(request), exemption_pages.exemption_of(project, number)
    if (review := exemption_pages.review_of(found)) is not None:
        authorise(actor, "reviews.withdraw", review)
    return _act(request, project, number, _withdraw, Sheet({"reason": ""}))


def _withdraw(actor: Actor, found: Exemption, sheet: Sheet) -> Exemption:
    return exempt.withdraw_exemption(actor=actor, exemption=found, reason=sheet.text("reason"))


@require_http_methods(["GET", "HEAD", "POST"])
def exemption_renew(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Ask for a waiver to last longer: whoever may ask for one."""
    project = project_for(viewer(request), slug)
    authorise(actor_from_request(request), "assessments.request_exemption", project)
    return _act(request, project, number, _renew, Sheet({"text": "", "expires": _last_day(project).isoformat()}))


def _renew(actor: Actor, found: Exemption, sheet: Sheet) -> Exemption:
    ends = end_of(sheet, "expires")
    return exempt.renew_waiver(actor=actor, exemption=found, text=sheet.text("text"), expires=ends)


#: The confirm page of each act.
PAGES: dict[Act, str] = {act: f"assessments/exemption_{act.__name__[1:]}.html" for act in (_revoke, _withdraw, _renew)}
