"""Jobs and workers in the admin: to be read; they are steered on the jobs page."""

from __future__ import annotations

from django.contrib import admin

from mlops_portal.audit.admin import ReadOnlyAdmin
from mlops_portal.jobs.models import Job, Worker


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """The list of jobs, the newest first."""

    list_display = ("id", "kind", "project", "state", "progress", "requested_by", "requested_at", "finished_at")
    list_filter = ("state", "kind")
    search_fields = ("id", "subject", "requested_by")


@admin.register(Worker)
class WorkerAdmin(ReadOnlyAdmin):
    """The workers ever heard of."""

    list_display = ("name", "started_at", "beat_at", "stopped_at")
