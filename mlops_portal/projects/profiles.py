"""The profiles a project may have: kinds of project for which some criteria do not arise. Features above register them.

What follows from another profile (scores change) is theirs too: they register what is to be done in that transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_portal.kernel.registry import Registry

if TYPE_CHECKING:
    from mlops_portal.kernel.actor import Actor
    from mlops_portal.projects.models import Project


@dataclass(frozen=True, slots=True)
class ProfileChoice:
    """One profile: its id, its name, and why something does not arise for such a project."""

    id: str
    title: str
    reason: str


PROFILES: Registry[ProfileChoice] = Registry("profile")

#: Called with the actor and the project after its profile changed, in the same transaction.
AFTER_PROFILE: Registry[Callable[[Actor, Project], object]] = Registry("consequence of a profile")
