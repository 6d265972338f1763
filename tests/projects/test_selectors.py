"""Everybody sees exactly the projects they may see, in one query however many there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import may
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import NotFound
from mlops_portal.projects.models import Project, ProjectToken
from mlops_portal.projects.selectors import project_for, visible_projects

Acting = Callable[[User], Actor]


@pytest.fixture(autouse=True)
def projects(flights: Project) -> None:
    """One project of each visibility, and an archived one."""
    for slug, visibility in (("open", "public"), ("house", "organisation"), ("closed", "members")):
        Project.objects.create(slug=slug, name=slug, visibility=visibility)
    Project.objects.create(slug="old", name="old", visibility="public", archived_at=clock.now())


def slugs(viewer: Any) -> set[str]:
    """What somebody sees."""
    return {project.slug for project in visible_projects(viewer)}


def test_somebody_who_did_not_sign_in_sees_public_projects() -> None:
    assert slugs(None) == slugs(AnonymousUser()) == {"open"}


def test_a_member_sees_their_own_and_what_is_open(alice: User, acting: Acting) -> None:
    assert slugs(alice) == slugs(acting(alice)) == {"open", "house", "flights"}


def test_an_outsider_does_not_see_what_is_for_members(charlie: User) -> None:
    assert slugs(charlie) == {"open", "house"}


def test_governance_and_the_portal_itself_see_all(dana: User) -> None:
    assert slugs(dana) == slugs(Actor.system("tests")) == {"open", "house", "closed", "flights"}


def test_a_token_sees_its_own_project_and_public_ones(flights: Project) -> None:
    token = ProjectToken.objects.create(project=flights, name="ci", digest="d")
    assert slugs(token) == {"open", "flights"}


def test_somebody_whose_account_is_switched_off_sees_what_strangers_see(alice: User) -> None:
    alice.is_active = False
    assert slugs(alice) == {"open"}


def test_the_list_agrees_with_the_permission_for_everybody(alice: User, charlie: User, dana: User) -> None:
    for viewer in (alice, charlie, dana, AnonymousUser(), User.objects.create_superuser("root")):
        permitted = {
            p.slug for p in Project.objects.filter(archived_at=None) if may(viewer, "projects.view_project", p)
        }
        assert slugs(viewer) == permitted


def test_what_may_not_be_seen_is_refused_with_the_same_words_as_what_is_not_there(charlie: User) -> None:
    said = []
    for slug in ("flights", "nowhere"):
        with pytest.raises(NotFound) as refused:
            project_for(charlie, slug)
        said.append(str(refused.value).replace(slug, "…"))
    assert said[0] == said[1]


def test_an_archived_project_can_still_be_opened(charlie: User) -> None:
    assert project_for(charlie, "old").slug == "old"
