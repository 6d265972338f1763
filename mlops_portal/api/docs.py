"""The API's description (OpenAPI) and a page to read it and try it, from our own files alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

import mlops_portal
from mlops_portal.api.resource import Resource
from mlops_portal.kernel.errors import NotFound

#: Swagger UI draws with inline styles and images in its own style sheet; scripts stay ours alone.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class SchemaView(SpectacularAPIView):
    """``GET /api/v1/schema/``: for everybody; it says nothing about anybody's projects."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """``GET /api/docs/``: the endpoints, to read and to try with one's own session."""
    header = settings.CSRF_HEADER_NAME.removeprefix("HTTP_").replace("_", "-")
    response = render(request, "api/docs.html", {"csrf_header": header, "csrf_token": get_token(request)})
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response


@require_safe
def client(request: HttpRequest) -> HttpResponse:
    """``GET /client.py``: the client for CI, one file that needs nothing else."""
    text = (Path(mlops_portal.__file__).parent / "client.py").read_text(encoding="utf-8")
    return HttpResponse(text, content_type="text/x-python; charset=utf-8")


class NowhereView(Resource):
    """Every other address below ``/api/``: a problem as JSON, not a page."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    http_method_names = ["get", "post", "put", "patch", "delete", "head", "options"]

    @extend_schema(exclude=True)
    def _nothing(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        do = "Every address ends with a slash; /api/docs/ lists them."
        raise NotFound("There is no such address in the API.", do=do)

    get = post = put = patch = delete = options = _nothing  # type: ignore[assignment]
