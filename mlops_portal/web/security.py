"""Security headers on every answer. The policy allows our own files only: no inline script or style, nothing remote."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

#: Nothing by default; then our own files, forms to ourselves, and no framing by anybody.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

Handler = Callable[[HttpRequest], HttpResponse]


class SecurityHeadersMiddleware:
    """Sets the headers that an answer has not set itself (a view may narrow or widen its own, visibly)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then add what is missing; what one person may see is never kept by shared caches."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class PlainAddressMiddleware:
    """Answers 404 to an address with a NUL in it: nothing is called so, and PostgreSQL refuses to look for it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on what can be an address. Raises Http404; programs are told as a problem."""
        if "\x00" not in request.path:
            return self.get_response(request)
        if not request.path.startswith("/api/"):
            raise Http404
        problem = {"type": "about:blank", "title": "There is nothing at this address.", "status": 404, "detail": ""}
        return JsonResponse(problem, status=404, content_type="application/problem+json")
