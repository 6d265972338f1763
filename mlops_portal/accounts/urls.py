"""allauth's addresses. What changes an account does so in one transaction with its entry in the trail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import wraps
from typing import Any

from allauth.urls import urlpatterns as allauth_patterns
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver
from requests import RequestException

from mlops_portal.accounts.addresses import keep_given_address
from mlops_portal.accounts.models import User
from mlops_portal.accounts.own_changes import factors_recorded
from mlops_portal.accounts.single_sign_on import issuer_failed

View = Callable[..., HttpResponseBase]

#: Signing in is not among them: it hashes a password, and nobody should make all other writers wait for that.
CHANGING = frozenset(
    {
        "account_signup",
        "account_email",
        "account_confirm_email",
        "account_change_password",
        "account_set_password",
        "account_reset_password_from_key",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "socialaccount_signup",
        "socialaccount_connections",
    }
)


def _in_one_transaction(view: View) -> View:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = request.user if isinstance(request.user, User) else None
        if person:
            keep_given_address(person)
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic(), factors_recorded(person) if person else nullcontext():
            return view(request, *args, **kwargs)

    return wrapped


def _of_an_issuer(view: View) -> View:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (RequestException, KeyError) as error:  # it is down, or does not say what an issuer has to say
            raise issuer_failed() from error

    return wrapped


def _wrap(patterns: list[URLPattern | URLResolver]) -> Iterator[None]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _wrap(pattern.url_patterns)
        elif pattern.name in CHANGING:
            pattern.callback = _in_one_transaction(pattern.callback)
            yield
        elif pattern.name == "openid_connect_callback":
            pattern.callback = _of_an_issuer(pattern.callback)


urlpatterns = allauth_patterns
if len(list(_wrap(urlpatterns))) != len(CHANGING):
    raise RuntimeError("allauth calls one of its addresses otherwise; see accounts.urls.CHANGING.")
