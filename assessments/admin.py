"""Assessments in the admin: policies are set through their action, all the rest is to be read, with its page beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from assessments.lifecycle.policies import FIELDS, set_policy, state_of
from assessments.models import (
    Assessment,
    CollectorRun,
    DesignReview,
    EvidenceRecord,
    Exemption,
    FrameworkVersion,
    Policy,
    Reminder,
    RoadmapStep,
    Scoring,
)
from assessments.models.scoring import LevelChange
from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.permissions import may
from mlops_portal.audit.admin import ReadOnlyAdmin
from mlops_portal.kernel.actor import Face

if TYPE_CHECKING:
    PolicyModelAdmin = admin.ModelAdmin[Policy]
    PolicyModelForm = forms.ModelForm[Policy]
else:
    PolicyModelAdmin = admin.ModelAdmin
    PolicyModelForm = forms.ModelForm


class PolicyForm(PolicyModelForm):
    """What a policy says, and why it changes."""

    reason = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


@admin.register(Policy)
class PolicyAdmin(PolicyModelAdmin):
    """Policies; who governs sets them here or, better, on the settings page."""

    form = PolicyForm
    fields = ("risk_tier", *FIELDS, "reason")
    list_display = ("risk_tier", *FIELDS)

    def get_readonly_fields(self, request: HttpRequest, obj: Policy | None = None) -> tuple[str, ...]:
        """A policy stays with its tier."""
        return ("risk_tier",) if obj else ()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may enter the admin may read them."""
        return may(request.user, "portal.view_settings")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who governs."""
        return may(request.user, "assessments.manage_policies")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who governs."""
        return may(request.user, "assessments.manage_policies")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Who may read them finds them."""
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody may: every tier has a policy."""
        return False

    def save_model(self, request: HttpRequest, obj: Policy, form: Any, change: bool) -> None:
        """Save through the action, as the person at the screen."""
        values = {name: form.cleaned_data[name] for name in (*FIELDS, "reason")}
        seen = state_of(Policy(**{name: form.initial[name] for name in FIELDS})) if change else ""
        actor = actor_from_request(request, face=Face.ADMIN)
        obj.pk = set_policy(actor=actor, risk_tier=obj.risk_tier, seen=seen, **values).pk


class PagedAdmin(ReadOnlyAdmin):
    """Rows to be read, with the page that shows them; a feature's page is where they are changed."""

    page = ""
    list_select_related = ("project",)

    def page_arguments(self, obj: Any) -> dict[str, Any]:
        """What the page's address takes."""
        return {"slug": obj.project.slug}

    def view_on_site(self, obj: Any) -> str | None:
        """The address of the page; none while it is not there."""
        try:
            return reverse(self.page, kwargs=self.page_arguments(obj)) if self.page else None
        except NoReverseMatch:
            return None


@admin.register(Assessment)
class AssessmentAdmin(PagedAdmin):
    """Assessments by people."""

    page = "assessment"
    list_display = ("id", "project", "framework", "state", "started_by", "submitted_at", "decided_by", "confirmed")
    list_filter = ("state", "framework")

    def page_arguments(self, obj: Assessment) -> dict[str, Any]:
        """What the page's address takes."""
        return {"assessment_id": obj.pk}


@admin.register(Exemption)
class ExemptionAdmin(PagedAdmin):
    """Waivers, and what does not arise."""

    page = "exemption"
    list_display = ("id", "project", "kind", "criterion", "state", "expires", "requested_by", "decided_by")
    list_filter = ("state", "kind")

    def page_arguments(self, obj: Exemption) -> dict[str, Any]:
        """What the page's address takes."""
        return {"slug": obj.project.slug, "number": obj.pk}


@admin.register(DesignReview)
class DesignReviewAdmin(PagedAdmin):
    """Design reviews."""

    page = "design"
    list_display = ("id", "project", "state", "submitted_by", "decided_by")


@admin.register(RoadmapStep)
class RoadmapStepAdmin(PagedAdmin):
    """What somebody has taken on."""

    page = "roadmap"
    list_display = ("project", "criterion", "owner", "due", "state")
    list_filter = ("state",)


@admin.register(FrameworkVersion)
class FrameworkVersionAdmin(ReadOnlyAdmin):
    """Uploaded versions: uploading, trying and activating are on the frameworks’ pages."""

    list_display = ("framework", "version", "state", "uploaded_by", "uploaded_at", "tried_at", "activated_at")
    list_filter = ("state",)

    def view_on_site(self, obj: FrameworkVersion) -> str | None:
        """The version's page, where it is tried and activated."""
        return reverse("framework-version", args=[obj.pk])


@admin.register(Scoring)
class ScoringAdmin(PagedAdmin):
    """What machines scored."""

    page = "scorecard"
    list_display = ("project", "framework", "scored_at", "checked_at", "confirmed", "possible", "live")
    list_filter = ("framework", "live")


@admin.register(LevelChange)
class LevelChangeAdmin(PagedAdmin):
    """When a level moved, and why."""

    page = "project"
    list_display = ("project", "framework", "at", "confirmed_before", "confirmed", "cause", "sentence")
    list_filter = ("framework", "cause")


@admin.register(EvidenceRecord)
class EvidenceRecordAdmin(PagedAdmin):
    """What was seen."""

    page = "scorecard"
    list_display = ("project", "topic", "subject", "sight", "collector", "last_seen_at", "standing")
    list_filter = ("sight", "standing")
    search_fields = ("topic", "subject", "digest")
    show_full_result_count = False


@admin.register(CollectorRun)
class CollectorRunAdmin(PagedAdmin):
    """How looking went last."""

    page = "project"
    list_display = ("project", "source", "sight", "started_at", "seconds")


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    """Who was reminded of what."""

    list_display = ("project", "kind", "subject", "due_on", "sent_at")
