"""How allauth behaves here: strangers cannot register themselves unless the operator says so."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class PortalAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The account adapter named in ``ACCOUNT_ADAPTER``."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether people may register themselves: ``settings.SIGN_UP_OPEN``."""
        return bool(settings.SIGN_UP_OPEN)
