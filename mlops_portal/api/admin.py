"""Personal tokens in the admin: to be read; their owners make and revoke them."""

from __future__ import annotations

from django.contrib import admin

from mlops_portal.api.models import PersonalToken
from mlops_portal.audit.admin import ReadOnlyAdmin


@admin.register(PersonalToken)
class PersonalTokenAdmin(ReadOnlyAdmin):
    """Tokens, without anything that would help to guess one."""

    list_display = ("user", "name", "scopes", "created", "expiry", "revoked_at", "last_used_at")
    fields = list_display
    list_select_related = ("user",)
