"""Endpoint of the audit trail."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mlops_portal.accounts.permissions import authorise
from mlops_portal.api.bodies import Body
from mlops_portal.api.resource import Resource
from mlops_portal.api.schema import documented
from mlops_portal.api.scopes import Scope
from mlops_portal.audit.selectors import entries
from mlops_portal.kernel.actor import Face


class AuditShape(serializers.Serializer[Any]):
    """One entry of the trail."""

    sequence = serializers.IntegerField()
    at = serializers.DateTimeField()
    verb = serializers.CharField()
    sentence = serializers.CharField()
    actor_kind = serializers.CharField()
    actor_id = serializers.CharField()
    actor_name = serializers.CharField()
    face = serializers.CharField()
    gesture = serializers.CharField()
    subject_kind = serializers.CharField()
    subject_id = serializers.CharField()
    subject_label = serializers.CharField()
    project_id = serializers.IntegerField(allow_null=True)
    before = serializers.JSONField()
    after = serializers.JSONField()
    reason = serializers.CharField()
    previous_hash = serializers.CharField()
    hash = serializers.CharField()


class AuditFilter(Body):
    """Which entries a list has."""

    verb = serializers.CharField(required=False, max_length=80, help_text="Such as project.created.")
    actor_id = serializers.CharField(required=False, max_length=150)
    gesture = serializers.CharField(required=False, max_length=64)
    project = serializers.SlugField(required=False)
    face = serializers.ChoiceField(required=False, choices=[face.value for face in Face])


class AuditView(Resource):
    """Who changed what."""

    scopes = {"GET": Scope.READ}

    @documented("Read the audit trail", AuditShape, paged=True, parameters=[AuditFilter])
    def get(self, request: Request) -> Response:
        """The newest first, for governance and operators. Each entry carries the hash of the one before."""
        authorise(self.actor, "audit.view_audit")
        wanted = self.query(AuditFilter)
        face, slug = wanted.pop("face", ""), wanted.pop("project", "")
        found = entries(project=self.project(slug) if slug else None, **wanted)
        return self.pages(AuditShape, found.filter(face=face) if face else found, "-sequence")
