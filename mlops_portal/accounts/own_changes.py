"""What people change about their own accounts, through allauth's pages, goes into the trail as well."""

from __future__ import annotations

from typing import Any

from allauth.account import signals
from django.db import transaction

from mlops_portal.accounts.actors import actor_from_user
from mlops_portal.accounts.models import User
from mlops_portal.audit.record import record
from mlops_portal.kernel.actor import Face

_SECRET = {"fields": ["the sign-in secret"]}


def _record(user: User, verb: str, *, before: Any = None, after: Any) -> None:
    with transaction.atomic():
        record(actor_from_user(user, face=Face.WEB), verb, user, before=before, after=after)


def signed_up(user: User, **_: Any) -> None:
    """Somebody registered themselves."""
    _record(user, "account.created", after={"username": user.username, "email": user.email})


def secret_changed(user: User, **_: Any) -> None:
    """Somebody chose another password, signed in or through a mail."""
    _record(user, "account.changed", after=_SECRET)


def address_changed(user: User, from_email_address: Any, to_email_address: Any, **_: Any) -> None:
    """Somebody made another e-mail address theirs."""
    before = {"email": from_email_address.email} if from_email_address else {}
    _record(user, "account.changed", before=before, after={"email": to_email_address.email})


def connect() -> None:
    """Listen; doing it twice is harmless."""
    signals.user_signed_up.connect(signed_up, dispatch_uid="trail")
    for signal in (signals.password_changed, signals.password_set, signals.password_reset):
        signal.connect(secret_changed, dispatch_uid="trail")
    signals.email_changed.connect(address_changed, dispatch_uid="trail")
