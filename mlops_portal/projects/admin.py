"""Projects in the admin: saved through the same actions as everywhere; members and tokens are to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.audit.admin import ReadOnlyAdmin
from mlops_portal.kernel.actor import Face
from mlops_portal.kernel.errors import Invalid
from mlops_portal.projects.actions import FIELDS, checked_values, create_project, update_project
from mlops_portal.projects.models import Membership, Project, ProjectToken

if TYPE_CHECKING:
    ProjectModelAdmin = admin.ModelAdmin[Project]
    ProjectModelForm = forms.ModelForm[Project]
else:
    ProjectModelAdmin = admin.ModelAdmin
    ProjectModelForm = forms.ModelForm


class ProjectForm(ProjectModelForm):
    """Shows what the action would refuse next to the field, before anything is saved."""

    def clean(self) -> dict[str, Any]:
        """The values as they are stored. Raises ValidationError."""
        cleaned = super().clean() or self.cleaned_data
        for name in set(cleaned) & set(FIELDS):
            try:
                cleaned |= checked_values({name: cleaned[name]})
            except Invalid as refusal:
                self.add_error(refusal.field or name, ValidationError(str(refusal)))
        return cleaned


@admin.register(Project)
class ProjectAdmin(ProjectModelAdmin):
    """Projects; the target has its own page, and a project is archived rather than deleted."""

    form = ProjectForm
    fields = FIELDS
    list_display = ("name", "slug", "risk_tier", "visibility", "target_level", "archived_at")
    search_fields = ("name", "slug")

    def has_delete_permission(self, request: HttpRequest, obj: Project | None = None) -> bool:
        """Nobody may: the project's history would go with it."""
        return False

    def save_model(self, request: HttpRequest, obj: Project, form: Any, change: bool) -> None:
        """Save through the action, as the person at the screen."""
        actor = actor_from_request(request, face=Face.ADMIN)
        values = {name: form.cleaned_data[name] for name in FIELDS}
        saved = update_project(actor=actor, project=obj, **values) if change else create_project(actor=actor, **values)
        obj.pk = saved.pk


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Who holds which role where."""

    list_display = ("project", "user", "role")
    list_filter = ("role",)


@admin.register(ProjectToken)
class ProjectTokenAdmin(ReadOnlyAdmin):
    """Tokens, without anything that would help to guess one."""

    list_display = ("project", "name", "created_at", "expires_at", "revoked_at", "last_used_at")
    fields = list_display
