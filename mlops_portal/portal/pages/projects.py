"""The list of projects, which is the portfolio, and registering a new one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.portal.pages.project_form import ProjectForm, attempt
from mlops_portal.projects.actions import create_project


@require_safe
def projects_page(request: HttpRequest) -> HttpResponse:
    """``GET /projects/``: the portfolio is the list of projects; whoever is signed in sees their own first."""
    query = request.GET.urlencode() or ("mine=1" if request.user.is_authenticated else "")
    return redirect(f"{reverse('portfolio')}{'?' if query else ''}{query}")


def _values(form: ProjectForm) -> dict[str, object]:
    """What was typed; without a short name one is made of the name."""
    values = form.values()
    return values | {"slug": values["slug"] or slugify(values["name"])[:60]}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_project(request: HttpRequest) -> HttpResponse:
    """``/projects/new/``: the form, and registering; leads to the project, which offers to collect."""
    form = ProjectForm(request.POST if request.method == "POST" else None)
    actor = actor_from_request(request)
    if form.is_bound:
        project = attempt(form, lambda: create_project(actor=actor, **_values(form)))  # type: ignore[arg-type]
        if project is not None:
            messages.success(request, f"{project.name} is registered, and you own it. Collect its evidence next.")
            return redirect("project", project.slug)
    status = 422 if form.is_bound else 200
    return render(request, "portal/project_new.html", {"form": form}, status=status)
