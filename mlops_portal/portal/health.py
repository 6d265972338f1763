"""Liveness and readiness for whoever runs the portal."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200: this process serves. It asks nothing of anything else."""
    return HttpResponse("ok\n", content_type="text/plain")


def _unapplied() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and is migrated, else 503 with what is missing (and nothing secret)."""
    try:
        missing = _unapplied()
    except DatabaseError:
        return JsonResponse({"ready": False, "database": "does not answer"}, status=503)
    if missing:
        return JsonResponse({"ready": False, "database": f"{missing} migrations are not applied"}, status=503)
    return JsonResponse({"ready": True, "database": "ok"})
