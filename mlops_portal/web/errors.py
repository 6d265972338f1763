"""Pages for what went wrong: each says what happened and what to do. They need no database and no session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string

from mlops_portal.kernel.errors import (
    Conflict,
    Invalid,
    InvalidTransition,
    NotAllowed,
    NotFound,
    PortalError,
    Stale,
    Unavailable,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error page says."""

    status: int
    title: str
    what: str
    do: str


#: One mapping from the kernel's errors to this face.
STATUS: dict[type[PortalError], tuple[int, str]] = {
    NotAllowed: (403, "You may not do this"),
    NotFound: (404, "Nothing here"),
    Invalid: (400, "That cannot be read"),
    InvalidTransition: (409, "Not possible from here"),
    Stale: (409, "This changed while you were looking"),
    Conflict: (409, "Something else is already open here"),
    Unavailable: (503, "A system we depend on did not answer"),
}


def page(problem: Problem, *, sign_in_to: str = "") -> HttpResponse:
    """The page of one problem; ``sign_in_to`` is the path to come back to after signing in, when that may help."""
    context = {"problem": problem, "sign_in_to": sign_in_to}
    return HttpResponse(render_to_string("web/error.html", context), status=problem.status)


def from_error(error: PortalError) -> Problem:
    """What the page says about a refusal of an action."""
    status, title = next((entry for kind, entry in STATUS.items() if isinstance(error, kind)), (400, "Not done"))
    return Problem(status, title, error.what, error.do)


class PortalErrorMiddleware:
    """Turns an action's refusal, raised out of a view, into its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a PortalError; every other error goes on to Django."""
        if not isinstance(exception, PortalError):
            return None
        helps = isinstance(exception, NotAllowed | NotFound) and _signed_out(request)
        back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
        return page(from_error(exception), sign_in_to=back if helps else "")


def _signed_out(request: HttpRequest) -> bool:
    return not getattr(getattr(request, "user", None), "is_authenticated", False)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    said = str(exception) if isinstance(exception, BadRequest) and str(exception) else ""
    what = said or "The request could not be understood."
    return page(Problem(400, "That cannot be read", what, "Check the address, or go back and try again."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    said = str(exception) if isinstance(exception, PermissionDenied) and str(exception) else ""
    what = said or "Your account does not have the right to see or change this."
    do = "Ask an owner of the project for a membership, or sign in with another account."
    return page(Problem(403, "You may not do this", what, do), sign_in_to=request.path if _signed_out(request) else "")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404. It says the same whether a thing does not exist or is hidden from the visitor."""
    said = (
        str(exception)
        if isinstance(exception, Http404) and exception.args and isinstance(exception.args[0], str)
        else ""
    )
    what = said or "There is nothing at this address that you may see."
    signed_out = _signed_out(request)
    do = (
        "If it belongs to your organisation, sign in first."
        if signed_out
        else "Check the address, or start from the portfolio."
    )
    return page(Problem(404, "Nothing here", what, do), sign_in_to=request.get_full_path() if signed_out else "")


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    what = "The portal made a mistake while answering. It was logged; nothing you saved before is lost."
    return page(
        Problem(500, "The portal failed", what, "Try again in a minute. If it stays, tell your operator the time.")
    )
