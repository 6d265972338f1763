"""The portal with one more address, ``/bare/``: a Django view that does nothing, behind the same middleware.

It is the peer in ``benchmarks.pages``: what the framework, the server and this machine cost before any page is made.
"""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.conf import settings  # noqa: E402 – the portal's addresses can be read only once Django is set up
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import include, path  # noqa: E402


def bare(request: HttpRequest) -> HttpResponse:
    """Two bytes."""
    return HttpResponse("ok")


urlpatterns = [path("bare/", bare), path("", include("mlops_portal.urls"))]
settings.ROOT_URLCONF = "benchmarks.bare"
