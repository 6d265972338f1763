"""Endpoints of frameworks: those in force, and one with its criteria."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from assessments.api import shapes
from assessments.selectors.frameworks import framework_in_force, frameworks_in_force
from mlops_portal.api.resource import Resource
from mlops_portal.api.schema import documented
from mlops_portal.api.scopes import Scope
from mlops_portal.kernel.errors import NotFound


class FrameworksView(Resource):
    """The frameworks that projects are scored under."""

    scopes = {"GET": Scope.READ}
    open_to_visitors = True

    @documented("List frameworks", shapes.FrameworkRow(many=True))
    def get(self, request: Request) -> Response:
        """The default first."""
        return Response(self.told_all(shapes.FrameworkRow, frameworks_in_force()))


class FrameworkView(Resource):
    """One framework."""

    scopes = {"GET": Scope.READ}
    open_to_visitors = True

    @documented("Read a framework", shapes.FrameworkShape)
    def get(self, request: Request, framework_id: str) -> Response:
        """With its levels, dimensions and criteria."""
        try:
            found = framework_in_force(framework_id)
        except LookupError:
            raise NotFound("There is no such framework.", do="Look at the list of frameworks.") from None
        return self.show(shapes.FrameworkShape, found)
