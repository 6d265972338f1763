"""What tests of projects share: actors for the people."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mlops_portal.accounts.actors import actor_from_user
from mlops_portal.accounts.models import User
from mlops_portal.kernel.actor import Actor, Face


@pytest.fixture
def acting() -> Callable[[User], Actor]:
    """A person as an actor on the web."""
    return lambda user: actor_from_user(user, face=Face.WEB)
