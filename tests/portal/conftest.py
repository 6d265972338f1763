"""What tests of pages share: people as clients, projects of every visibility, one page's text without its markup."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.test import Client

from mlops_portal.accounts.models import User
from mlops_portal.projects.models import Project

Clients = Mapping[str, Client]


@pytest.fixture
def clients(alice: User, bob: User, charlie: User, dana: User) -> Clients:
    """A visitor and the four people, each with a browser of their own."""
    made = {"visitor": Client(), "alice": Client(), "bob": Client(), "charlie": Client(), "dana": Client()}
    for user in (alice, bob, charlie, dana):
        made[user.username].force_login(user)
    return made


@pytest.fixture
def public(db: None) -> Project:
    """A project that everybody may see."""
    return Project.objects.create(slug="postcodes", name="Postcodes", visibility="public")


@pytest.fixture
def internal(db: None) -> Project:
    """A project that everybody of the organisation may see."""
    return Project.objects.create(slug="churn", name="Churn", visibility="organisation")


@pytest.fixture
def queries(django_assert_max_num_queries: Any) -> Callable[[Client, str], int]:
    """How many queries one page takes; no page may take more than twelve."""

    def count(client: Client, path: str) -> int:
        with django_assert_max_num_queries(12) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    return count
