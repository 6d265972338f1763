"""Signing in, failing to, and signing out go into the trail; never a password, and never more than it can bear.

Whoever guesses can ask as often as the network lets them. So the trail gets one entry per account and minute, and one
per minute for all names that are no account; the next entry says how many more there were. Of such a name only the
beginning is kept: people type their password into the wrong field, and the trail forgets nothing.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.signals import user_logged_in
from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest

from mlops_portal.accounts.models import User
from mlops_portal.audit.record import Subject, record
from mlops_portal.kernel.actor import Actor, ActorKind, Face

#: Seconds between two entries about one account.
APART = 60
_METHODS = {"password": "password", "mfa": "second factor", "socialaccount": "single sign-on"}
SOMEBODY = "Somebody at the sign-in page"


def person_on_the_web(person: User) -> Actor:
    """The actor for somebody who just signed in or out, whatever their account may do by now."""
    return Actor(ActorKind.PERSON, str(person.pk), person.display_name, Face.WEB, principal=person)


def signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    """Somebody signed in; all that was asked of them is done."""
    methods = [str(entry.get("method", "")) for entry in get_authentication_records(request, user)]
    after = {"by": sorted({_METHODS.get(method, method) for method in methods}), "from": _address(request)}
    with transaction.atomic():
        record(person_on_the_web(user), "account.signed-in", user, after=after)


def signed_out(user: User | None, **_: Any) -> None:
    """Somebody signed out."""
    if isinstance(user, User):
        with transaction.atomic():
            record(person_on_the_web(user), "account.signed-out", user)


def sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """Somebody gave a wrong password, or a name that is no account's."""
    name = str(credentials.get("username") or credentials.get("email") or "").strip()
    person = User.objects.filter(Q(username__iexact=name) | Q(email__iexact=name)).first() if name else None
    _tell(person, name, request, "password")


def second_factor_failed(user: User, request: HttpRequest, **_: Any) -> None:
    """Somebody knew the password and gave a wrong code."""
    _tell(user, user.username, request, "second factor")


def _tell(person: User | None, name: str, request: HttpRequest | None, what: str) -> None:
    more = _more(f"person-{person.pk}" if person else "nobody")
    if more is None:
        return
    after = {"wrong": what, "from": _address(request), "more since the entry before": more or None}
    subject = person or Subject("account", "", masked(name))
    with transaction.atomic():
        record(Actor.system(SOMEBODY, face=Face.WEB), "account.sign-in-failed", subject, after=after)


def masked(name: str) -> str:
    """As much of a name that is no account's as tells an attack from a slip."""
    return f"{name[:2]}… ({len(name)} characters)" if name else "no name"


def _more(slot: str) -> int | None:
    """How many attempts had no entry of their own since the last that had one; None when this one gets none either."""
    told, count = f"sign-in-failed:{slot}", f"sign-in-failed-more:{slot}"
    if cache.add(told, 1, APART):
        more = int(cache.get(count) or 0)
        cache.delete(count)
        return more
    cache.add(count, 0, None)
    try:
        cache.incr(count)
    except ValueError:  # another process has just written its entry
        cache.set(count, 1, None)
    return None


def _address(request: HttpRequest | None) -> str:
    try:
        return str(get_adapter().get_client_ip(request)) if request else ""
    except PermissionDenied:
        return ""


def connect() -> None:
    """Listen; doing it twice is harmless."""
    user_logged_in.connect(signed_in, dispatch_uid="trail")
    user_logged_out.connect(signed_out, dispatch_uid="trail")
    user_login_failed.connect(sign_in_failed, dispatch_uid="trail")
    authentication_failed.connect(second_factor_failed, dispatch_uid="trail")
