"""Endpoint of the audit trail."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from mlops_portal.accounts.permissions import authorise
from mlops_portal.api.resource import Resource
from mlops_portal.api.schema import documented
from mlops_portal.api.scopes import Scope
from mlops_portal.audit.selectors import entries
from mlops_portal.portal.api import shapes


class AuditView(Resource):
    """Who changed what."""

    scopes = {"GET": Scope.READ}

    @documented("Read the audit trail", shapes.AuditShape, paged=True, parameters=[shapes.AuditFilter])
    def get(self, request: Request) -> Response:
        """The newest first, for governance and operators. Each entry carries the hash of the one before."""
        authorise(self.actor, "audit.view_audit")
        wanted = self.query(shapes.AuditFilter)
        face, slug = wanted.pop("face", ""), wanted.pop("project", "")
        found = entries(project=self.project(slug) if slug else None, **wanted)
        return self.pages(shapes.AuditShape, found.filter(face=face) if face else found, "-sequence")
