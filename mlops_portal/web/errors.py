"""Pages for what went wrong: each says what happened and what to do. They need no database and no session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware import csrf
from django.shortcuts import resolve_url
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
from mlops_portal.web.kept import Typed, typed


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


SIGNED_OUT = Problem(
    403,
    "You are signed out",
    "Nothing was saved just now, and nothing that you saved before is lost.",
    "Sign in in a new tab, come back here with your browser’s Back button, and send the form again.",
)
FORM_EXPIRED = Problem(
    403,
    "The form had expired",
    "The form came without the secret that proves it was this site’s own, so nothing was changed. This happens when "
    "you signed in or out in another tab, or when cookies are blocked.",
    "Go back, reload the page and send the form again.",
)
TOO_LARGE = Problem(
    413,
    "That was too much at once",
    "The form holds more than this portal takes in one go, so nothing was changed.",
    "Go back: your browser still has what you typed. Shorten it, or put the long part elsewhere and give a link.",
)


def page(problem: Problem, *, sign_in_to: str = "", kept: tuple[Typed, ...] = ()) -> HttpResponse:
    """The page of one problem; ``sign_in_to`` is the path to come back to after signing in, when that may help.

    ``kept`` is what was typed into a form that was not taken.
    """
    context = {"problem": problem, "sign_in_to": sign_in_to, "kept": kept}
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
        """Pass on; a form of somebody who is signed out by now is not sent to the sign-in page without its words."""
        response = self.get_response(request)
        if request.method == "POST" and _sent_to_sign_in(request, response):
            return page(SIGNED_OUT, sign_in_to="/", kept=typed(request))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a PortalError; every other error goes on to Django."""
        if not isinstance(exception, PortalError):
            return None
        helps = isinstance(exception, NotAllowed | NotFound) and _signed_out(request)
        back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
        if helps and typed(request):
            return page(SIGNED_OUT, sign_in_to="/", kept=typed(request))
        return page(from_error(exception), sign_in_to=back if helps else "", kept=typed(request))


def _sent_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    target = urlsplit(response.headers.get("Location", ""))
    asks = response.status_code == 302 and target.path == resolve_url(settings.LOGIN_URL)
    return asks and _signed_out(request) and not request.path.startswith(target.path.removesuffix("login/"))


def _signed_out(request: HttpRequest) -> bool:
    return not getattr(getattr(request, "user", None), "is_authenticated", False)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its secret (``CSRF_FAILURE_VIEW``); a form of another site is given nothing back."""
    own = reason in (csrf.REASON_NO_CSRF_COOKIE, csrf.REASON_CSRF_TOKEN_MISSING) or "token" in reason
    return page(FORM_EXPIRED, sign_in_to="/" if _signed_out(request) else "", kept=typed(request) if own else ())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, and 413 for a form that is too large."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return page(TOO_LARGE)
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
    do = "Try again in a minute. If it stays, tell your operator the time."
    return page(Problem(500, "The portal failed", what, do), kept=typed(request))
