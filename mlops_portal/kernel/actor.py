"""Who acts. Every action takes an Actor; there is no anonymous change."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ActorKind(StrEnum):
    """What sort of actor it is."""

    PERSON = "person"
    TOKEN = "token"  # noqa: S105 – the word itself, no secret
    SYSTEM = "system"


class Face(StrEnum):
    """Through which face of the product the actor came."""

    WEB = "web"
    API = "api"
    ADMIN = "admin"
    SLACK = "slack"
    COMMAND = "command"
    JOB = "job"


def new_gesture() -> str:
    """A new id for one gesture of a person (one click, one command); all its audit entries carry it."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, through which face, in which gesture.

    ``principal`` is the object that permissions are asked of (a user or a token); it takes no part in comparison,
    representation or storage.
    """

    kind: ActorKind
    id: str
    name: str
    face: Face
    gesture: str = field(default_factory=new_gesture)
    principal: Any = field(default=None, compare=False, repr=False)

    @classmethod
    def system(cls, name: str, *, face: Face = Face.JOB) -> Actor:
        """An actor for work nobody clicked for: it always has a name that says what it is."""
        if not name:
            raise ValueError("A system actor needs a name that says what it is, for example 'schedule: re-score'.")
        return cls(kind=ActorKind.SYSTEM, id=name, name=name, face=face)
