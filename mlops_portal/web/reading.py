"""Requests that only read: what they ask about people and roles again and again is asked of the database once."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from mlops_portal.accounts.memory import remembering


class RememberingMiddleware:
    """Remembers who somebody is while a page is read; a request that may change something remembers nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with remembering():
            return self.get_response(request)
