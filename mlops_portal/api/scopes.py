"""What a token may be used for. A token without the scope of an endpoint is refused, whoever it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from mlops_portal.api.models import PersonalToken
from mlops_portal.kernel.errors import NotAllowed
from mlops_portal.projects.models import ProjectToken


class Scope(StrEnum):
    """One use of the API. None includes another."""

    READ = "read"
    EVIDENCE = "evidence"
    ASSESS = "assess"
    REVIEW = "review"
    ADMIN = "admin"


#: What every project token may be used for, in its own project.
PROJECT_TOKEN_SCOPES = frozenset({Scope.READ, Scope.EVIDENCE})


def scopes_of(auth: object) -> frozenset[str] | None:
    """The scopes of a token; None for a session, which is the person themselves. A kind nobody knows has none."""
    if auth is None:
        return None
    if isinstance(auth, ProjectToken):
        return frozenset(PROJECT_TOKEN_SCOPES)
    return frozenset(auth.scopes) if isinstance(auth, PersonalToken) else frozenset()


def scope_for(view: object, method: str) -> Scope | None:
    """The scope that an endpoint declares for a method; None when it declares none."""
    declared: Mapping[str, Scope] = getattr(view, "scopes", {})
    return declared.get("GET" if method in ("HEAD", "OPTIONS") else method)


class TokenHasScope(BasePermission):
    """Refuses tokens without the declared scope; an endpoint that declares none refuses every token."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Pass, or raise NotAllowed with the scope that is lacking."""
        held, asked = scopes_of(request.auth), scope_for(view, str(request.method))
        if held is None or (asked is not None and asked in held):
            return True
        named = f"scope {asked.value!r}" if asked else "use"
        raise NotAllowed(f"This token does not have the {named} that this takes.", do="Issue one that has it.")


class SignedInToChange(BasePermission):
    """Anybody may ask to read where the endpoint says so (``open_to_visitors``); everything else takes an account."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether this request is that of somebody, or reads what visitors may ask for."""
        reads = request.method in ("GET", "HEAD", "OPTIONS")
        return bool(request.user and request.user.is_authenticated) or (
            reads and getattr(view, "open_to_visitors", False)
        )
