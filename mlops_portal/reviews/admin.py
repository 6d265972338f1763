"""Reviews in the admin: to be read; they are decided on their pages."""

from __future__ import annotations

from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from mlops_portal.audit.admin import ReadOnlyAdmin
from mlops_portal.reviews.models import Comment, Decision, Review


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Requests that others decide on."""

    list_display = ("id", "kind", "title", "project", "requester", "state", "opened_at", "closed_at")
    list_filter = ("state", "kind")
    list_select_related = ("project", "requester")

    def view_on_site(self, obj: Review) -> str | None:
        """The review's page; none while it is not there."""
        try:
            return reverse("review", args=[obj.pk])
        except NoReverseMatch:
            return None


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """Who decided what, and why."""

    list_display = ("review", "reviewer", "answer", "reason", "at")
    list_select_related = ("review", "reviewer")


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    """The conversation."""

    list_display = ("review", "author", "at")
    list_select_related = ("review", "author")
