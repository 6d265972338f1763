"""Some things only people do: answer, ask, attest."""

from __future__ import annotations

from mlops_portal.accounts.models import User
from mlops_portal.kernel.actor import Actor, ActorKind
from mlops_portal.kernel.errors import NotAllowed


def person_of(actor: Actor) -> User:
    """The person who acts. Raises NotAllowed for tokens and the portal itself."""
    if actor.kind is not ActorKind.PERSON or not isinstance(actor.principal, User):
        raise NotAllowed(f"{actor.name} is no person; only people answer for a project.", do="Sign in as a person.")
    return actor.principal
