"""Making actors of whoever comes in through a request or with a token."""

from __future__ import annotations

from typing import Any

from mlops_portal.accounts.actors import actor_from_command, actor_from_request, actor_from_user
from mlops_portal.kernel.actor import Actor, ActorKind, Face, new_gesture
from mlops_portal.projects.models import ProjectToken

__all__ = ["actor_from_api", "actor_from_command", "actor_from_request", "actor_from_token", "actor_from_user"]


def actor_from_token(token: ProjectToken, *, gesture: str = "") -> Actor:
    """The actor for a machine that showed a token (``authenticate_token`` has judged it)."""
    name = f"{token.name} (token of {token.project.name})"
    return Actor(ActorKind.TOKEN, str(token.pk), name, Face.API, gesture=gesture or new_gesture(), principal=token)


def actor_from_api(request: Any) -> Actor:
    """The actor behind a REST request: the token in ``request.auth``, else the person. Raises NotAllowed."""
    if isinstance(request.auth, ProjectToken):
        return actor_from_token(request.auth)
    return actor_from_user(request.user, face=Face.API)
