"""Making actors of the people and commands that come in."""

from __future__ import annotations

import getpass

from django.http import HttpRequest

from mlops_portal.accounts.models import User
from mlops_portal.kernel.actor import Actor, ActorKind, Face, new_gesture
from mlops_portal.kernel.errors import NotAllowed


def actor_from_user(user: object, *, face: Face, gesture: str = "") -> Actor:
    """The actor for a person. Raises NotAllowed for the anonymous and for accounts that are switched off."""
    if not isinstance(user, User) or not user.is_active:
        raise NotAllowed("Nobody is signed in.", do="Sign in first.")
    gesture = gesture or new_gesture()
    return Actor(ActorKind.PERSON, str(user.pk), user.display_name, face, gesture=gesture, principal=user)


def actor_from_request(request: HttpRequest, *, face: Face = Face.WEB) -> Actor:
    """The actor behind a request of a signed-in person; one request is one gesture. Raises NotAllowed."""
    gesture = getattr(request, "gesture", "") or new_gesture()
    request.gesture = gesture  # type: ignore[attr-defined]
    return actor_from_user(request.user, face=face, gesture=gesture)


def actor_from_command(command: str) -> Actor:
    """The actor of a management command: the operator whose shell it is, and the command."""
    try:
        operator = getpass.getuser()
    except (KeyError, OSError):  # a container may run under a user id without a name
        operator = "operator"
    return Actor.system(f"{operator} ({command})", face=Face.COMMAND)
