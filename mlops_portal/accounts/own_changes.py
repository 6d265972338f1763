"""What people change about their own accounts, through allauth's pages, goes into the trail as well.

The pages run in one transaction (see ``accounts.urls``), so that there is never a change without its entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account import signals
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social_signals
from django.db import transaction

from mlops_portal.accounts.models import User
from mlops_portal.accounts.sign_ins import person_on_the_web
from mlops_portal.audit.record import record

_SECRET = {"fields": ["the sign-in secret"]}
_FACTORS = {"totp": "authenticator app", "recovery_codes": "recovery codes", "webauthn": "security key"}


def _record(user: User, verb: str, *, before: Any = None, after: Any) -> None:
    with transaction.atomic():
        record(person_on_the_web(user), verb, user, before=before, after=after)


def signed_up(user: User, sociallogin: Any = None, **_: Any) -> None:
    """Somebody registered themselves; who came by single sign-on was recorded when their account was made."""
    if sociallogin is None:
        _record(user, "account.created", after={"username": user.username, "email": user.email})


def secret_changed(user: User, **_: Any) -> None:
    """Somebody chose another password, signed in or through a mail."""
    _record(user, "account.changed", after=_SECRET)


def address_changed(user: User, from_email_address: Any, to_email_address: Any, **_: Any) -> None:
    """Somebody made another e-mail address theirs."""
    before = {"email": from_email_address.email} if from_email_address else {}
    _record(user, "account.changed", before=before, after={"email": to_email_address.email})


def address_proven(email_address: Any, **_: Any) -> None:
    """Somebody answered the mail to an address."""
    _record(email_address.user, "account.changed", after={"proven address": email_address.email})


@contextmanager
def factors_recorded(person: User) -> Iterator[None]:
    """Record which second factors somebody has after the block and not before, and the other way round.

    allauth tells of them after the commit only, which is too late for one transaction.
    """
    before = _factors(person)
    yield
    after = _factors(person)
    for key in sorted(after.keys() - before.keys()):
        _record(person, "account.second-factor-set", after={"second factor": after[key]})
    for key in sorted(before.keys() - after.keys()):
        if before[key] not in after.values():
            _record(person, "account.second-factor-removed", before={"second factor": before[key]}, after={})


def _factors(person: User) -> dict[int, str]:
    rows = Authenticator.objects.filter(user=person).values_list("pk", "type")
    return {pk: _FACTORS.get(kind, kind) for pk, kind in rows}


def sign_on_connected(sociallogin: Any, **_: Any) -> None:
    """Somebody connected their account to single sign-on."""
    _record(sociallogin.user, "account.changed", after={"single sign-on": "connected"})


def sign_on_disconnected(socialaccount: Any, **_: Any) -> None:
    """Somebody took the connection away."""
    _record(socialaccount.user, "account.changed", before={"single sign-on": "connected"}, after={})


def connect() -> None:
    """Listen; doing it twice is harmless."""
    for signal, listener in (
        (signals.user_signed_up, signed_up),
        (signals.password_changed, secret_changed),
        (signals.password_set, secret_changed),
        (signals.password_reset, secret_changed),
        (signals.email_changed, address_changed),
        (signals.email_confirmed, address_proven),
        (social_signals.social_account_added, sign_on_connected),
        (social_signals.social_account_removed, sign_on_disconnected),
    ):
        signal.connect(listener, dispatch_uid="trail")
