"""How a piece of background work looks, for every endpoint that shows or starts one."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class JobShape(serializers.Serializer[Any]):
    """A piece of background work."""

    id = serializers.CharField()
    kind = serializers.CharField()
    project = serializers.CharField(source="project.slug", allow_null=True, default=None)
    subject = serializers.CharField()
    state = serializers.CharField()
    progress = serializers.FloatField()
    message = serializers.CharField()
    error = serializers.CharField()
    attempts = serializers.IntegerField()
    requested_by = serializers.CharField()
    requested_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    cancel_requested = serializers.BooleanField()
