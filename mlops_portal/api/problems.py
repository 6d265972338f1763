"""Errors of the REST API as problem details (RFC 9457): what happened, where, and what to do."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from mlops_portal.kernel import errors

#: The HTTP status of each kind of refusal.
STATUS: dict[type[errors.PortalError], int] = {
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Invalid: 422,
    errors.InvalidTransition: 409,
    errors.Stale: 409,
    errors.Conflict: 409,
    errors.Unavailable: 503,
}


def problem(status: int, title: str, detail: str = "", **more: Any) -> Response:
    """A response of type ``application/problem+json``."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return Response(body, status=status, content_type="application/problem+json")


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: our refusals and DRF's own, all in one shape; None lets a bug be a 500."""
    if isinstance(error, errors.PortalError):
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
        return problem(status, error.what, error.do)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, Http404):
        return problem(404, "There is nothing here, or you may not see it.")
    if isinstance(error, PermissionDenied):
        return problem(403, "You may not do this.")
    title = error.default_detail if isinstance(error, exceptions.APIException) else "The request failed."
    shaped = problem(response.status_code, str(title), str(getattr(error, "detail", "")))
    for header in ("WWW-Authenticate", "Retry-After"):
        if header in response:
            shaped[header] = response[header]
    return shaped
