"""Endpoints of governance's versions of frameworks: upload, try out, activate, retire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.api.assessment_shapes import Person, ReasonBody
from assessments.lifecycle import frameworks
from assessments.models import FrameworkVersion
from assessments.selectors.frameworks import LARGEST_UPLOAD, version_for
from mlops_portal.accounts.permissions import authorise
from mlops_portal.api.bodies import Body
from mlops_portal.api.job_shape import JobShape
from mlops_portal.api.resource import Resource, locked
from mlops_portal.api.schema import documented
from mlops_portal.api.scopes import Scope


class VersionRow(serializers.Serializer[Any]):
    """An uploaded version in a list."""

    id = serializers.IntegerField()
    framework = serializers.CharField()
    version = serializers.CharField()
    digest = serializers.CharField()
    state = serializers.CharField()
    uploaded_by = Person()
    uploaded_at = serializers.DateTimeField()
    tried_at = serializers.DateTimeField(allow_null=True)
    activated_at = serializers.DateTimeField(allow_null=True)


class VersionShape(VersionRow):
    """A version with its text, and what its last dry run found for every project; null before the first."""

    document = serializers.CharField()
    effect = serializers.DictField(allow_null=True)


class NewVersion(Body):
    """A framework as a YAML text."""

    document = serializers.CharField(max_length=LARGEST_UPLOAD, trim_whitespace=False)


class _Governed(Resource):
    def version(self, version_id: int) -> FrameworkVersion:
        """The version of the address. Raises NotAllowed, NotFound."""
        authorise(self.actor, frameworks.MANAGE)
        return version_for(version_id)

    def change(self, version_id: int, action: Callable[..., FrameworkVersion]) -> Response:
        """Let the action change what the request saw, for the reason that it gives."""
        found = locked(self.version(version_id))
        self.unchanged(VersionShape, found)
        changed = action(actor=self.actor, version=found, **self.body(ReasonBody))
        return self.show(VersionShape, self.version(changed.pk))


class VersionsView(_Governed):
    """The uploaded versions of frameworks, for governance."""

    scopes = {"GET": Scope.ADMIN, "POST": Scope.ADMIN}

    @documented("List framework versions", VersionRow, paged=True)
    def get(self, request: Request) -> Response:
        """The newest first, without their texts."""
        authorise(self.actor, frameworks.MANAGE)
        rows = FrameworkVersion.objects.select_related("uploaded_by").defer("document", "effect")
        return self.pages(VersionRow, rows, "-id")

    @documented("Upload a framework", VersionShape, takes=NewVersion, status=201)
    def post(self, request: Request) -> Response:
        """It counts for nothing yet; 422 tells every mistake with its line."""
        uploaded = frameworks.upload_framework(actor=self.actor, **self.body(NewVersion))
        return self.show(VersionShape, uploaded, status=201)


class VersionView(_Governed):
    """One uploaded version."""

    scopes = {"GET": Scope.ADMIN}

    @documented("Read a framework version", VersionShape)
    def get(self, request: Request, version_id: int) -> Response:
        """Its ETag, which activating has to name, covers the effect that you read."""
        return self.show(VersionShape, self.version(version_id))


class TryVersionView(_Governed):
    """Trying a version out."""

    scopes = {"POST": Scope.ADMIN}

    @documented("Try out a framework version", JobShape, status=202)
    def post(self, request: Request, version_id: int) -> Response:
        """A job scores every project under it and keeps nothing but the effect."""
        job = frameworks.dry_run(actor=self.actor, version=self.version(version_id))
        return self.show(JobShape, job, status=202)


class ActivateVersionView(_Governed):
    """Letting a version count."""

    scopes = {"POST": Scope.ADMIN}

    @documented("Activate a framework version", VersionShape, takes=ReasonBody, conditional=True)
    @transaction.atomic
    def post(self, request: Request, version_id: int) -> Response:
        """In place of the version before; 409 without a dry run of today. Every project is scored again."""
        return self.change(version_id, frameworks.activate_framework)


class RetireVersionView(_Governed):
    """Ending a version."""

    scopes = {"POST": Scope.ADMIN}

    @documented("Retire a framework version", VersionShape, takes=ReasonBody, conditional=True)
    @transaction.atomic
    def post(self, request: Request, version_id: int) -> Response:
        """What ships counts again."""
        return self.change(version_id, frameworks.retire_framework)
