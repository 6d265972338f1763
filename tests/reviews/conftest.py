"""What tests of reviews share: a kind of review for things, people as actors, a review of Alice's that is open."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from mlops_portal.accounts.actors import actor_from_user
from mlops_portal.accounts.models import User
from mlops_portal.kernel.actor import Actor, Face
from mlops_portal.projects.models import Project
from mlops_portal.reviews.kinds import KINDS
from mlops_portal.reviews.models import Review
from tests.reviews.things import Things


def as_actor(person: User) -> Actor:
    """A person on the web."""
    return actor_from_user(person, face=Face.WEB)


@pytest.fixture
def things(monkeypatch: pytest.MonkeyPatch) -> Things:
    """The kind of review "thing", known for as long as the test runs."""
    kind = Things()
    monkeypatch.setitem(KINDS._items, kind.key, kind)
    return kind


@pytest.fixture
def acting() -> Callable[[User], Actor]:
    """A person as an actor on the web."""
    return as_actor


@pytest.fixture
def ask(things: Things, alice: User, flights: Project) -> Callable[..., Review]:
    """Ask, as Alice, for a review of a thing of flights."""
    return partial(things.ask, alice, project=flights)


@pytest.fixture
def review(ask: Callable[..., Review]) -> Review:
    """A review of the model, asked for by Alice; one approval is enough."""
    return ask()
