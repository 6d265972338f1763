"""Single sign-on by OpenID Connect: what allauth leaves open is decided here.

The answer must carry the nonce of the very browser that asked; an address never opens an existing account; groups of
the issuer may say who governs; an issuer that does not answer is told as such.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from allauth.account.signals import user_logged_in
from allauth.socialaccount import providers
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from requests import RequestException

from mlops_portal.accounts.actions import set_governance
from mlops_portal.accounts.models import User
from mlops_portal.audit.record import record
from mlops_portal.kernel.actor import Actor, Face
from mlops_portal.kernel.errors import Conflict, Unavailable

#: Who acts when the issuer's answer changes an account.
ISSUER = "Single sign-on"


def issuer_failed() -> Unavailable:
    """What a person is told when the issuer is down, or answers with nonsense."""
    what = "The sign-in service of your organisation did not answer as it should."
    return Unavailable(what, do="Try again in a minute, or sign in with a password if you have one.")


class PortalProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """OpenID Connect with a nonce, and with nothing that the address of our own page could add to the request."""

    package = "allauth.socialaccount.providers.openid_connect"

    def redirect(self, request: HttpRequest, process: str, **more: Any) -> HttpResponse:
        """A page that leads to the issuer. Raises Unavailable.

        It is a page and no redirect, because forms may only lead to ourselves (form-action in the policy).
        """
        nonce = secrets.token_urlsafe(24)
        more |= {"auth_params": {"nonce": nonce}, "scope": self.get_scope(), "nonce": nonce}
        try:
            answer: HttpResponse = super().redirect(request, process, **more)
        except (RequestException, OAuth2Error, ValueError, KeyError) as error:
            raise issuer_failed() from error
        if not answer.has_header("Location"):
            return answer
        return render(request, "socialaccount/leaving.html", {"url": answer["Location"], "provider": self})


class PortalSocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The adapter named in ``SOCIALACCOUNT_ADAPTER``."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Whether somebody whom only the issuer knows gets an account: ``settings.SSO_SIGN_UP``."""
        return bool(settings.SSO_SIGN_UP)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Hold the answer against the question. Raises PermissionDenied; Conflict for an address that is taken."""
        _check_answer(sociallogin)
        for address in sociallogin.email_addresses:
            address.verified = address.verified is True  # some issuers write "false", which is a text and not empty
        if not sociallogin.is_existing and sociallogin.state.get("process") != "connect":
            _refuse_taken(sociallogin)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Tell an issuer that does not answer from one that refuses. Raises Unavailable."""
        if isinstance(exception, RequestException):
            raise issuer_failed() from exception

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> User:
        """Make the account of somebody new, and record it, both or neither."""
        with transaction.atomic():
            person: User = super().save_user(request, sociallogin, form)
            after = {"username": person.username, "email": person.email, "through": ISSUER}
            record(Actor.system(ISSUER, face=Face.WEB), "account.created", person, after=after)
        return person


def _check_answer(sociallogin: Any) -> None:
    """Raise PermissionDenied unless it carries our nonce, and one person in both of its parts."""
    data = sociallogin.account.extra_data
    token, told = data.get("id_token") or {}, data.get("userinfo") or {}
    expected = str(sociallogin.state.get("nonce") or "")
    if not expected or not secrets.compare_digest(str(token.get("nonce") or "").encode(), expected.encode()):
        raise PermissionDenied("The answer is not to the question that this browser asked.")
    if told and told.get("sub") != token.get("sub"):
        raise PermissionDenied("The answer speaks of two people.")


def _refuse_taken(sociallogin: Any) -> None:
    names = {address.email for address in sociallogin.email_addresses}
    taken = Q()
    for name in names:
        taken |= Q(email__iexact=name) | Q(emailaddress__email__iexact=name)
    if names and User.objects.filter(taken).exists():
        do = "Sign in to it with its password, then connect single sign-on under “Your account”."
        raise Conflict("An account with your e-mail address exists already.", do=do)


def map_groups(user: User, sociallogin: Any = None, **_: Any) -> None:
    """Somebody signed in: where a claim says who governs, make it so."""
    claim, group = settings.OIDC_GROUPS_CLAIM, settings.OIDC_GOVERNANCE_GROUP
    if sociallogin is None or not claim or not group:
        return
    governs = group in _groups(sociallogin.account.extra_data, claim)
    reason = f"The claim “{claim}” {'has' if governs else 'does not have'} “{group}”."
    set_governance(actor=Actor.system(ISSUER, face=Face.WEB), person=user, governs=governs, reason=reason)


def _groups(data: Mapping[str, Any], claim: str) -> list[str]:
    for part in (data.get("id_token") or {}, data.get("userinfo") or {}):
        if claim in part:
            value = part[claim]
            return [str(item) for item in value] if isinstance(value, list) else [str(value)]
    return []


def connect() -> None:
    """Have our provider used, and listen; doing it twice is harmless."""
    providers.registry.load()
    providers.registry.register(PortalProvider)
    user_logged_in.connect(map_groups, dispatch_uid="groups")
