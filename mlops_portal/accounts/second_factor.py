"""Second factors: their secrets are kept encrypted, and whoever governs may be made to have one."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import is_governance

#: What stays open to somebody who has to set one up first.
OPEN = ("/accounts/", "/static/", "/healthz", "/readyz")
NEEDED = "Whoever governs needs a second factor here. Set one up"


def _cipher() -> MultiFernet:
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    derived = (hashlib.sha256(f"second factor {key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


class PortalMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The adapter named in ``MFA_ADAPTER``: a copy of the database alone gives nobody a second factor."""

    def encrypt(self, text: str) -> str:
        """The text, readable with the secret key alone."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text again. Raises InvalidToken when it was encrypted with another key."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


class SecondFactorMiddleware:
    """Leads whoever governs without a second factor to setting one up, where ``MFA_REQUIRED_FOR_GOVERNANCE`` says."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """The way to the set-up page, or nothing; requests of programs are told so."""
        if request.path.startswith(OPEN) or not lacks_one(request.user):
            return None
        if request.path.startswith("/api/"):
            problem = {"title": "Second factor needed", "status": 403, "detail": f"{NEEDED} under /accounts/2fa/."}
            return JsonResponse(problem, status=403, content_type="application/problem+json")
        messages.warning(request, f"{NEEDED} to go on.")
        return redirect("mfa_activate_totp")


def lacks_one(user: object) -> bool:
    """Whether somebody has to have a second factor here, and has none."""
    if not settings.MFA_REQUIRED_FOR_GOVERNANCE or not isinstance(user, User):
        return False
    return is_governance(user) and not is_mfa_enabled(user)
