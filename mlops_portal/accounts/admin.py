"""People in the admin. Every save is recorded in the audit trail; accounts are switched off, not deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import admin as account_admin
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa import admin as mfa_admin
from allauth.socialaccount import admin as social_admin
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse

from mlops_portal.accounts.actions import remove_second_factor
from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.addresses import vouch_for_address
from mlops_portal.accounts.models import User
from mlops_portal.audit.admin import ReadOnlyAdmin
from mlops_portal.audit.record import record
from mlops_portal.kernel.actor import Face
from mlops_portal.kernel.errors import PortalError

if TYPE_CHECKING:
    BaseUserAdmin = UserAdmin[User]
else:
    BaseUserAdmin = UserAdmin

# One sign-in for all, with its limit on failed attempts; and groups are named in code (see accounts.permissions).
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.unregister(Group)
# What libraries would let be changed past the trail; importing their modules is what registers it.
for _library in (account_admin, mfa_admin, social_admin):
    for _model in [model for model in admin.site._registry if model.__module__.startswith(_library.__package__)]:
        admin.site.unregister(_model)


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    """Addresses, and which of them are proven."""

    list_display = ("email", "user", "primary", "verified")
    search_fields = ("email", "user__username")
    list_select_related = ("user",)


@admin.register(SocialAccount)
class SocialAccountAdmin(ReadOnlyAdmin):
    """Who is connected to single sign-on."""

    list_display = ("user", "provider", "uid", "last_login", "date_joined")
    fields = list_display
    list_select_related = ("user",)


class WithReason(ActionForm):
    """What is done to the chosen accounts, and why."""

    reason = forms.CharField(required=False, label="Reason", max_length=500)


@admin.action(permissions=["change"], description="Take the second factor away (a lost phone); say why")
def take_second_factor(modeladmin: Any, request: HttpRequest, people: models.QuerySet[User]) -> None:
    """Let people sign in with their password alone until they set up another one."""
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, "Write a reason beside the action.")
        return
    for person in people:
        try:
            remove_second_factor(actor=actor_from_request(request, face=Face.ADMIN), person=person, reason=reason)
            messages.success(request, f"{person} signs in with the password alone now.")
        except PortalError as refusal:
            messages.error(request, str(refusal))


@admin.register(User)
class PersonAdmin(BaseUserAdmin):
    """Accounts, and who governs. What people may do in projects is said on the project's page."""

    list_display = ("username", "email", "first_name", "last_name", "is_staff", "is_active")
    filter_horizontal = ("groups",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Rights in the whole portal", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    action_form = WithReason
    actions = (take_second_factor,)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody may: switch the account off instead, and its name stays with what it did."""
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the groups, then record what the account became; in the admin's own transaction."""
        before = _before(form) if change else None
        super().save_related(request, form, formsets, change)
        after = _state(form.instance)
        if before is None or before["email"] != after["email"]:
            vouch_for_address(form.instance)
        verb = "account.changed" if change else "account.created"
        record(actor_from_request(request, face=Face.ADMIN), verb, form.instance, before=before, after=after)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Change a password and record that it was changed, both or neither."""
        with transaction.atomic():
            response = super().user_change_password(request, id, form_url)
            if request.method == "POST" and response.status_code == 302:  # the form was accepted
                person = User.objects.get(pk=id)
                actor = actor_from_request(request, face=Face.ADMIN)
                record(actor, "account.changed", person, after={"fields": ["the sign-in secret"]})
        return response


def _groups(person: User) -> list[str]:
    return sorted(person.groups.values_list("name", flat=True))


def _before(form: Any) -> dict[str, Any]:
    """What the form showed when it was opened; the groups as they still are."""
    shown = {name: form.initial.get(name, value) for name, value in _state(form.instance).items()}
    return {**shown, "groups": _groups(form.instance)}


def _state(person: User) -> dict[str, Any]:
    names = ("username", "email", "is_active", "is_staff", "is_superuser")
    return {**{name: getattr(person, name) for name in names}, "groups": _groups(person)}
