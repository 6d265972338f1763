"""How programs sign in: a project token (``mlp_…``) or a personal token (``mlu_…``) as a bearer token."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from mlops_portal.accounts.second_factor import NEEDED, lacks_one
from mlops_portal.api.models import PersonalToken
from mlops_portal.api.tokens import SHAPE, is_live
from mlops_portal.kernel.errors import NotAllowed
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


class _Personal(TokenAuthentication):  # type: ignore[misc]
    """Knox finds the token by its secret. Ended tokens are kept, so that their owner sees what became of them."""

    def _cleanup_token(self, auth_token: PersonalToken) -> bool:
        return not is_live(auth_token)


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer …``. A wrong, expired or revoked token is 401, whatever session there is."""

    def authenticate(self, request: Request) -> tuple[Any, ProjectToken | PersonalToken] | None:
        """Who it stands for and the token, None without a bearer header. Raises AuthenticationFailed."""
        scheme, _, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        secret = secret.strip()
        if SHAPE.fullmatch(secret):
            return self._personal(secret)
        token = authenticate_token(secret)
        return (TokenUser(token), token) if token is not None else self._refuse()

    def authenticate_header(self, request: Request) -> str:
        """Tells the client how to sign in, and makes refusals 401 instead of 403."""
        return 'Bearer realm="portal"'

    def _personal(self, secret: str) -> tuple[Any, PersonalToken]:
        try:
            user, token = _Personal().authenticate_credentials(secret.encode())
        except AuthenticationFailed:
            self._refuse()
        if lacks_one(user):  # a session is led to set one up; a token must not be the way round
            raise NotAllowed("Second factor needed.", do=f"{NEEDED} under /accounts/2fa/.")
        return user, token

    def _refuse(self) -> Any:
        raise AuthenticationFailed("This token is unknown, expired or revoked; issue a new one.") from None


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names it."""

    target_class = BearerAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """An HTTP bearer token."""
        what = "A project token (mlp_…, scopes read and evidence in its own project) or a personal token (mlu_…)."
        return {"type": "http", "scheme": "bearer", "description": what}
