"""Who is in a project, and as what: adding people, changing their roles, removing them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.models import User
from mlops_portal.portal.pages.project_form import attempt
from mlops_portal.portal.pages.project_settings import project_to_change
from mlops_portal.projects.actions import remove_member, set_member
from mlops_portal.projects.models import Project, Role
from mlops_portal.projects.selectors import find_person, members_of


class MemberForm(forms.Form):
    """A person and their roles."""

    person = forms.CharField(
        label="User name or e-mail address", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    roles = forms.MultipleChoiceField(
        label="Roles", required=False, choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )


@dataclass(frozen=True, slots=True)
class Member:
    """One person in the project with the roles they hold, and every role to tick."""

    user: User
    held: frozenset[str]

    @property
    def boxes(self) -> list[tuple[str, str, bool]]:
        """Each role: its value, its name, whether it is held."""
        return [(role.value, role.label, role.value in self.held) for role in Role]


def _members(project: Project) -> Iterable[Member]:
    held: dict[User, set[str]] = {}
    for membership in members_of(project):
        held.setdefault(membership.user, set()).add(membership.role)
    return [Member(user, frozenset(roles)) for user, roles in held.items()]


def _change(request: HttpRequest, project: Project, form: MemberForm) -> str:
    """Do what the pressed button says. Raises Invalid and Conflict; gives back what happened."""
    actor, person = actor_from_request(request), find_person(form.cleaned_data["person"])
    if request.POST.get("act") == "remove":
        remove_member(actor=actor, project=project, user=person)
        return f"{person.display_name} is no longer a member."
    roles = set_member(actor=actor, project=project, user=person, roles=form.cleaned_data["roles"])
    return f"{person.display_name} is now {', '.join(Role(role).label.lower() for role in roles)}."


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_members(request: HttpRequest, slug: str) -> HttpResponse:
    """``/projects/<slug>/members/``: for owners and governance; the last owner stays."""
    project = project_to_change(request, slug, "projects.manage_members")
    form = MemberForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        done = attempt(form, lambda: _change(request, project, form))
        if done is not None:
            messages.success(request, done)
            return redirect("project-members", project.slug)
    context = {"project": project, "form": form, "members": _members(project)}
    return render(request, "portal/project_members.html", context, status=422 if form.is_bound else 200)
