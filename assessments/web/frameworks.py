"""Pages of frameworks: those in force, one with all it asks for, what changed; and governance's versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.checks.catalogue import load_catalogue
from assessments.lifecycle.frameworks import (
    MANAGE,
    activate_framework,
    dry_run,
    retire_framework,
    upload_framework,
)
from assessments.models import FrameworkVersion
from assessments.selectors.frameworks import (
    framework_or_404,
    frameworks_in_force,
    known_version,
    uploaded_versions,
    version_for,
    versions_of,
)
from assessments.web.rubric import compared, rubric
from assessments.web.sheet import SHOWN, Sheet, filled_in
from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.permissions import authorise, may
from mlops_portal.kernel.actor import Actor
from mlops_portal.web.visitors import viewer

Act = Callable[..., FrameworkVersion]


def _manages(request: HttpRequest) -> bool:
    person = viewer(request)
    return person is not None and may(person, MANAGE)


@require_safe
def frameworks_page(request: HttpRequest) -> HttpResponse:
    """``GET /frameworks/``: everybody reads what projects are scored by; governance sees the uploaded versions."""
    manages = _manages(request)
    context = {"frameworks": frameworks_in_force(), "manages": manages}
    return render(
        request, "assessments/frameworks.html", {**context, "versions": uploaded_versions() if manages else ()}
    )


@require_safe
def framework_page(request: HttpRequest, framework_id: str) -> HttpResponse:
    """``GET /frameworks/<id>/``: levels, and every criterion with what decides it."""
    found, manages = framework_or_404(framework_id), _manages(request)
    context = {
        "framework": found,
        "rubric": rubric(found, load_catalogue()),
        "versions": versions_of(framework_id) if manages else (),
        "manages": manages,
    }
    return render(request, "assessments/framework.html", context)


@require_safe
def framework_compare(request: HttpRequest, framework_id: str, before: str, after: str) -> HttpResponse:
    """``GET /frameworks/<id>/compare/<a>...<b>/``: what changed. Versions that never counted are governance's."""
    manages = _manages(request)
    old, new = (known_version(framework_id, number, candidates=manages) for number in (before, after))
    context = {"old": old, "new": new, "changes": compared(old, new)}
    return render(request, "assessments/framework_compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def framework_upload(request: HttpRequest) -> HttpResponse:
    """``/frameworks/upload/``: governance uploads a version, which counts for nothing yet."""
    actor = actor_from_request(request)
    authorise(actor, MANAGE)
    sheet = filled_in(request.POST, ("document",))
    if request.method == "POST":
        try:
            version = upload_framework(actor=actor, document=sheet.text("document"))
        except SHOWN as error:
            sheet = sheet.refused(error)
        else:
            messages.success(request, f"{version} is a candidate. Try it out before it counts.")
            return redirect("framework-version", version.pk)
    return render(request, "assessments/framework_upload.html", {"sheet": sheet}, status=sheet.status)


@require_safe
@login_required
def framework_version(request: HttpRequest, version_id: int) -> HttpResponse:
    """``GET /frameworks/versions/<id>/``: governance reads what a version's dry run found."""
    authorise(actor_from_request(request), MANAGE)
    version = version_for(version_id)
    now = next((found for found in frameworks_in_force() if found.id == version.framework), None)
    return render(request, "assessments/framework_version.html", {"version": version, "now": now})


@require_POST
def framework_try(request: HttpRequest, version_id: int) -> HttpResponse:
    """``POST /frameworks/versions/<id>/try/``: work out the effect on every project; leads to the job."""
    actor = actor_from_request(request)
    authorise(actor, MANAGE)
    job = dry_run(actor=actor, version=version_for(version_id))
    messages.success(request, "Every project is being scored under this version; nothing of it is kept but the effect.")
    return redirect("job", job.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def framework_activate(request: HttpRequest, version_id: int) -> HttpResponse:
    """``/frameworks/versions/<id>/activate/``: confirm, with a reason."""
    return _confirm(request, version_id, activate_framework, "activate")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def framework_retire(request: HttpRequest, version_id: int) -> HttpResponse:
    """``/frameworks/versions/<id>/retire/``: confirm, with a reason."""
    return _confirm(request, version_id, retire_framework, "retire")


def _confirm(request: HttpRequest, version_id: int, act: Act, what: str) -> HttpResponse:
    actor = actor_from_request(request)
    authorise(actor, MANAGE)
    version, sheet = version_for(version_id), filled_in(request.POST, ("reason",))
    if request.method == "POST":
        done, sheet = _done(actor, version, act, sheet)
        if done:
            messages.success(request, f"{version}: done. Every project is scored again where that is needed.")
            return redirect("framework-version", version.pk)
    context: dict[str, Any] = {"version": version, "sheet": sheet, "what": what}
    return render(request, "assessments/framework_confirm.html", context, status=sheet.status)


def _done(actor: Actor, version: FrameworkVersion, act: Act, sheet: Sheet) -> tuple[bool, Sheet]:
    try:
        act(actor=actor, version=version, reason=sheet.text("reason"))
    except SHOWN as error:
        return False, sheet.refused(error)
    return True, sheet
