"""Errors of the REST API as problem details (RFC 9457): what happened, where, and what to do."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from mlops_portal.api.preconditions import PreconditionFailed
from mlops_portal.kernel import errors

log = logging.getLogger("django.request")

TYPE = "application/problem+json"

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
_HEADERS = ("WWW-Authenticate", "Retry-After", "Allow")


def problem(status: int, title: str, detail: str = "", **more: Any) -> Response:
    """A response of type ``application/problem+json``."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return Response(body, status=status, content_type=TYPE)


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: our refusals, DRF's own and bugs, all in one shape."""
    if isinstance(error, errors.PortalError):
        set_rollback()
        return _refusal(error, context)
    response = exception_handler(error, context)
    if response is None:
        return _bug(error, context)
    shaped = _shaped(error, response)
    for header in _HEADERS:
        if header in response:
            shaped[header] = response[header]
    if isinstance(error, PreconditionFailed) and error.etag:
        shaped["ETag"] = error.etag
    return shaped


def _refusal(error: errors.PortalError, context: dict[str, Any]) -> Response:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    if isinstance(error, errors.Stale) and "If-Match" in context["request"].headers:
        status = 412  # it matched when we looked, and somebody was faster
    field = getattr(error, "field", "")
    return problem(status, error.what, error.do, **({"field": field} if field else {}))


def _shaped(error: Exception, response: Response) -> Response:
    if isinstance(error, Http404):
        return problem(404, "There is nothing here, or you may not see it.")
    if isinstance(error, PermissionDenied):
        return problem(403, "You may not do this.")
    title = error.default_detail if isinstance(error, exceptions.APIException) else "The request failed."
    return problem(response.status_code, str(title), str(getattr(error, "detail", "")))


def _bug(error: Exception, context: dict[str, Any]) -> Response:
    """Logged with its traceback, as Django does it, and told without one."""
    request = context["request"]._request
    got_request_exception.send(sender=handle, request=request)
    log.error("Internal error: %s", request.path, exc_info=error, extra={"status_code": 500, "request": request})
    set_rollback()
    return problem(500, "The portal made a mistake while answering.", "It was logged; nothing was changed.")
