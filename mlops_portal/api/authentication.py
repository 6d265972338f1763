"""How machines sign in: a project token as a bearer token."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from mlops_portal.projects.models import ProjectToken
from mlops_portal.projects.tokens import authenticate_token


class TokenUser:
    """Stands in ``request.user`` for a project token; it is signed in and holds no permission of its own."""

    is_authenticated = True
    is_anonymous = False
    is_active = True
    is_staff = False
    pk = None

    def __init__(self, token: ProjectToken) -> None:
        self.token = token


class ProjectTokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer mlp_…``. A wrong, expired or revoked token is 401, whatever session there is."""

    def authenticate(self, request: Request) -> tuple[Any, ProjectToken] | None:
        """The token's stand-in user and the token, None without a bearer header. Raises AuthenticationFailed."""
        scheme, _, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = authenticate_token(secret.strip())
        if token is None:
            raise AuthenticationFailed(
                "This token is unknown, expired or revoked; issue a new one on the project's page."
            )
        return TokenUser(token), token

    def authenticate_header(self, request: Request) -> str:
        """Tells the client how to sign in, and makes refusals 401 instead of 403."""
        return 'Bearer realm="project token"'
