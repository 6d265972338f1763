"""The trail in the admin: to be read, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from mlops_portal.audit.models import AuditEntry

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
else:
    BaseAdmin = admin.ModelAdmin


class ReadOnlyAdmin(BaseAdmin):
    """Shows rows to staff who may view them; nobody adds, changes or deletes any here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody may."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody may."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody may."""
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The list of entries, the newest first."""

    list_display = ("sequence", "at", "actor_name", "face", "verb", "subject_label", "reason")
    list_filter = ("verb", "actor_kind", "face")
    search_fields = ("actor_name", "subject_label", "gesture")
    show_full_result_count = False
