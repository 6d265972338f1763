"""How often anybody may ask. Counted in the cache, with rates from the environment (``API_RATE_…``)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from mlops_portal.projects.models import ProjectToken


def principal_of(request: Request) -> str:
    """Who asks, as a short text: a project token, a person (whichever token they use), or "" for nobody."""
    if isinstance(request.auth, ProjectToken):
        return f"project-token:{request.auth.pk}"
    return f"person:{request.user.pk}" if request.user and request.user.is_authenticated else ""


class _Rate(SimpleRateThrottle):
    """A rate that is read from the settings when it is needed."""

    setting: str

    def get_rate(self) -> str:
        """Such as ``120/min``."""
        return str(getattr(settings, self.setting))


class ChangesByPrincipal(_Rate):
    """Everything that may change something, for each person and each project token."""

    scope, setting = "changes", "API_RATE_CHANGES"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """None for reads and for nobody, who are not counted here."""
        who = principal_of(request)
        return f"throttle:changes:{who}" if who and request.method not in ("GET", "HEAD", "OPTIONS") else None


class ReadsByAddress(_Rate):
    """What visitors read, for each address they come from."""

    scope, setting = "visitors", "API_RATE_VISITORS"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """None for whoever signed in."""
        return None if principal_of(request) else f"throttle:visitors:{self.get_ident(request)}"
