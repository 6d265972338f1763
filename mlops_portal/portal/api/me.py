"""Endpoints of whoever is asking: who that is, and their personal tokens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import is_governance
from mlops_portal.api import tokens
from mlops_portal.api.models import PersonalToken
from mlops_portal.api.resource import Resource
from mlops_portal.api.schema import documented
from mlops_portal.api.scopes import Scope, scopes_of
from mlops_portal.portal.api import shapes
from mlops_portal.projects.models import ProjectToken
from mlops_portal.reviews.selectors import waiting_for


class MeView(Resource):
    """You."""

    scopes = {"GET": Scope.READ}

    @documented("Who am I?", shapes.MeShape)
    def get(self, request: Request) -> Response:
        """The person or the project's token behind the request."""
        held = scopes_of(request.auth)
        who = _person(self.viewer) if isinstance(self.viewer, User) else _token(self.viewer)
        return self.show(shapes.MeShape, {**who, "scopes": None if held is None else sorted(held)})


def _person(user: User) -> dict[str, Any]:
    return {
        "kind": "person",
        "name": user.display_name,
        "username": user.username,
        "governance": is_governance(user),
        "project": None,
        "reviews_waiting": waiting_for(user).count(),
    }


def _token(token: ProjectToken) -> dict[str, Any]:
    none = {"username": None, "governance": False, "reviews_waiting": 0}
    return {"kind": "token", "name": token.name, "project": token.project.slug, **none}


class TokensView(Resource):
    """Your personal tokens."""

    scopes = {"GET": Scope.ADMIN, "POST": Scope.ADMIN}
    shown_once = ("secret",)

    @documented("List your tokens", shapes.PersonalTokenShape, paged=True)
    def get(self, request: Request) -> Response:
        """Also those that ended, without their secrets."""
        rows = PersonalToken.objects.filter(user=self.person)
        return self.pages(shapes.PersonalTokenShape, rows, "-created")

    @documented("Issue a token of yours", shapes.IssuedPersonalToken, takes=shapes.NewPersonalToken, status=201)
    def post(self, request: Request) -> Response:
        """The secret is shown this once. A token can hand on its own scopes and its own life, no more."""
        asking = request.auth if isinstance(request.auth, PersonalToken) else None
        wanted = self.body(shapes.NewPersonalToken)
        token, secret = tokens.issue_personal_token(actor=self.actor, within=asking, **wanted)
        return Response({**self.told(shapes.PersonalTokenShape, token), "secret": secret}, status=201)


class TokenView(Resource):
    """One of your personal tokens."""

    scopes = {"DELETE": Scope.ADMIN}

    @documented("Revoke a token of yours", status=204)
    def delete(self, request: Request, token_id: UUID) -> Response:
        """At once and for good."""
        tokens.revoke_personal_token(actor=self.actor, token=tokens.personal_token(self.person, token_id))
        return Response(status=204)
