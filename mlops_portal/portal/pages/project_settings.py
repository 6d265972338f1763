"""A project's settings: basics and sources, how it is assessed, and putting it away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from assessments.selectors.policies import policy_for
from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.permissions import authorise
from mlops_portal.portal.pages.project_form import ProjectForm, attempt, initial_of
from mlops_portal.projects.actions import (
    CADENCES,
    archive_project,
    set_cadence,
    set_profile,
    state_digest,
    unarchive_project,
    update_project,
)
from mlops_portal.projects.models import Project
from mlops_portal.projects.profiles import PROFILES
from mlops_portal.projects.selectors import project_for


class RulesForm(forms.Form):
    """How the project is assessed: its profile, and how often."""

    profile = forms.CharField(label="Profile", required=False)
    cadence_days = forms.IntegerField(
        label="Days between assessments",
        required=False,
        min_value=CADENCES[0],
        max_value=CADENCES[-1],
        help_text=f"{CADENCES[0]} to {CADENCES[-1]}; empty leaves it to the policy of the risk tier.",
    )


class ArchiveForm(forms.Form):
    """Why a project is put away."""

    reason = forms.CharField(label="Reason", required=False, widget=forms.Textarea(attrs={"rows": 3}))


def project_to_change(request: HttpRequest, slug: str, permission: str = "projects.change_project") -> Project:
    """The project, for whoever may change it. Raises NotFound where it is hidden, NotAllowed where it is not."""
    actor = actor_from_request(request)
    project = project_for(actor, slug)
    authorise(actor, permission, project)
    return project


def _basics(project: Project) -> ProjectForm:
    return ProjectForm(initial={**initial_of(project), "seen": state_digest(project)})


def _rules(project: Project) -> RulesForm:
    return RulesForm(initial={"profile": project.profile, "cadence_days": project.cadence_days})


def _theirs(project: Project, form: ProjectForm) -> list[tuple[str, str]]:
    """Where what somebody else saved differs from what was typed here: label and value now."""
    now = initial_of(project)
    typed = {name: str(form[name].value() or "").replace("\r\n", "\n") for name in now}
    return [
        (str(form[name].label), str(value) or "nothing") for name, value in now.items() if typed[name] != str(value)
    ]


def _show(request: HttpRequest, project: Project, *, status: int = 200, **forms_: Any) -> HttpResponse:
    context = {
        "project": project,
        "form": forms_.get("form") or _basics(project),
        "rules": forms_.get("rules") or _rules(project),
        "profiles": [profile for _, profile in PROFILES],
        "policy": policy_for(project),
        "theirs": forms_.get("theirs", ()),
    }
    return render(request, "portal/project_settings.html", context, status=status)


def _seen_again(request: HttpRequest, project: Project, form: ProjectForm) -> None:
    """Let the next save be about what is shown now."""
    data = request.POST.copy()
    data["seen"] = state_digest(project)
    form.data = data


def _save(request: HttpRequest, project: Project) -> HttpResponse:
    form, actor = ProjectForm(request.POST), actor_from_request(request)

    def save() -> Project:
        return update_project(actor=actor, project=project, seen=form.cleaned_data["seen"], **form.values())

    saved = attempt(form, save)
    if saved is not None:
        messages.success(request, "Saved.")
        return redirect("project-settings", saved.slug)
    project.refresh_from_db()
    theirs = _theirs(project, form) if form.data.get("seen") != state_digest(project) else []
    _seen_again(request, project, form)
    return _show(request, project, form=form, theirs=theirs, status=409 if theirs else 422)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_settings(request: HttpRequest, slug: str) -> HttpResponse:
    """``/projects/<slug>/settings/``: for owners and governance."""
    project = project_to_change(request, slug)
    return _save(request, project) if request.method == "POST" else _show(request, project)


@require_POST
@login_required
def project_rules(request: HttpRequest, slug: str) -> HttpResponse:
    """``POST /projects/<slug>/settings/rules/``: the profile, and how often it is assessed."""
    project, actor = project_to_change(request, slug), actor_from_request(request)
    form = RulesForm(request.POST)

    def save() -> Project:
        changed = set_profile(actor=actor, project=project, profile=form.cleaned_data["profile"])
        return set_cadence(actor=actor, project=changed, days=form.cleaned_data["cadence_days"])

    if attempt(form, save) is None:
        return _show(request, project, rules=form, status=422)
    messages.success(request, "Saved. With another profile the project was scored again.")
    return redirect("project-settings", project.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_archive(request: HttpRequest, slug: str) -> HttpResponse:
    """``/projects/<slug>/archive/``: what follows, the reason, and doing it; or taking the project back."""
    project = project_to_change(request, slug, "projects.archive_project")
    form = ArchiveForm(request.POST if request.method == "POST" else None)
    if form.is_bound and _archived_or_back(request, project, form):
        return redirect("project", project.slug)
    context = {"project": project, "form": form}
    return render(request, "portal/project_archive.html", context, status=422 if form.is_bound else 200)


def _archived_or_back(request: HttpRequest, project: Project, form: ArchiveForm) -> Project | None:
    actor = actor_from_request(request)
    back = "back" in request.POST
    if back:
        done = attempt(form, lambda: unarchive_project(actor=actor, project=project))
    else:
        done = attempt(form, lambda: archive_project(actor=actor, project=project, reason=form.cleaned_data["reason"]))
    if done is not None:
        messages.success(request, f"{project.name} is back." if back else f"{project.name} is archived.")
    return done
