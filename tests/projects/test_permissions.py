"""Who may do what in a project: the whole table, and what nobody thought of is refused."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from mlops_portal.accounts.actors import actor_from_user
from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import PERMISSIONS, authorise, is_allowed, may
from mlops_portal.kernel.actor import Actor, Face
from mlops_portal.kernel.errors import NotAllowed
from mlops_portal.projects.actors import actor_from_token
from mlops_portal.projects.models import Membership, Project, ProjectToken, Role, Visibility

OWNER = {"view_project", "view_history", "change_project", "set_target", "manage_members", "manage_tokens", "collect",
         "push_evidence", "archive_project"}  # fmt: skip
WORKER = {"view_project", "view_history", "collect", "push_evidence"}
#: Project permissions that each sort of person has on a project that only members see.
TABLE: dict[str, set[str]] = {
    "owner": OWNER,
    "data-scientist": WORKER,
    "data-engineer": WORKER,
    "ml-engineer": WORKER,
    "software-engineer": WORKER,
    "viewer": {"view_project", "view_history"},
    "governance": OWNER | {"lower_risk", "set_profile"},
    "staff": {"view_project", "view_history"},
    "superuser": OWNER | {"lower_risk", "set_profile"},
    "outsider": set(),
    "switched off": set(),
    "anonymous": set(),
    "token": {"view_project", "collect", "push_evidence"},
    "foreign token": set(),
}


@pytest.fixture
def principals(flights: Project, charlie: User, dana: User) -> dict[str, Any]:
    """One of each sort."""
    other = Project.objects.create(slug="other", name="Other")
    found: dict[str, Any] = {"governance": dana, "outsider": charlie, "anonymous": AnonymousUser()}
    for role in Role.values:
        found[role] = User.objects.create_user(role)
        Membership.objects.create(project=flights, user=found[role], role=role)
    found["staff"] = User.objects.create_user("staff", is_staff=True)
    found["superuser"] = User.objects.create_superuser("root")
    found["switched off"] = User.objects.create_user("gone", is_active=False, is_superuser=True)
    Membership.objects.create(project=flights, user=found["switched off"], role=Role.OWNER)
    found["token"] = ProjectToken.objects.create(project=flights, name="ci", digest="a")
    found["foreign token"] = ProjectToken.objects.create(project=other, name="ci", digest="b")
    return found


@pytest.mark.parametrize("sort", TABLE)
def test_each_sort_of_person_may_do_exactly_this(sort: str, principals: dict[str, Any], flights: Project) -> None:
    on_projects = {name.removeprefix("projects.") for name, _ in PERMISSIONS if name.startswith("projects.")}
    asked = on_projects - {"create_project"}
    assert {name for name in asked if may(principals[sort], f"projects.{name}", flights)} == TABLE[sort]


@pytest.mark.parametrize(
    ("visibility", "seen_by"),
    [
        (Visibility.MEMBERS, {"token"}),
        (Visibility.ORGANISATION, {"token", "outsider"}),
        (Visibility.PUBLIC, {"token", "outsider", "anonymous", "foreign token"}),
    ],
)
def test_visibility_opens_reading_and_nothing_else(
    visibility: str, seen_by: set[str], principals: dict[str, Any], flights: Project
) -> None:
    flights.visibility = visibility
    strangers = ("token", "foreign token", "outsider", "anonymous")
    assert {sort for sort in strangers if may(principals[sort], "projects.view_project", flights)} == seen_by
    changing = OWNER - {"view_project", "collect", "push_evidence"}
    for sort, name in itertools.product(strangers, changing):
        assert not may(principals[sort], f"projects.{name}", flights)


@pytest.mark.parametrize(
    ("permission", "allowed"),
    [
        ("audit.view_audit", {"governance", "staff", "superuser"}),
        ("jobs.view_jobs", {"governance", "staff", "superuser"}),
        ("projects.create_project", {*Role.values, "governance", "staff", "superuser", "outsider"}),
    ],
)
def test_permissions_on_the_portal_itself(permission: str, allowed: set[str], principals: dict[str, Any]) -> None:
    assert {sort for sort, principal in principals.items() if may(principal, permission)} == allowed


def test_without_a_project_every_project_permission_is_refused(principals: dict[str, Any]) -> None:
    for sort, name in itertools.product(("owner", "token", "outsider"), OWNER):
        assert not may(principals[sort], f"projects.{name}", None)


def test_a_permission_nobody_declared_is_an_error_even_for_superusers(principals: dict[str, Any]) -> None:
    with pytest.raises(LookupError, match=r"No permission is called 'projects\.fly'"):
        may(principals["superuser"], "projects.fly")
    with pytest.raises(LookupError):
        is_allowed(Actor.system("tests"), "projects.fly")


def test_a_refusal_says_who_may_not_do_what(charlie: User, flights: Project) -> None:
    with pytest.raises(NotAllowed, match=r"Charlie Castro may not change the project \(Flights\)"):
        authorise(actor_from_user(charlie, face=Face.WEB), "projects.change_project", flights)


def test_nobody_is_refused(flights: Project) -> None:
    with pytest.raises(NotAllowed, match="Nobody is signed in"):
        authorise(None, "projects.view_project", flights)  # type: ignore[arg-type]


def test_a_token_acts_under_its_name_and_keeps_its_secret_to_itself(flights: Project) -> None:
    actor = actor_from_token(ProjectToken.objects.create(project=flights, name="ci", digest="d1g35t"))
    assert (actor.name, actor.face) == ("ci (token of Flights)", Face.API)
    assert "d1g35t" not in repr(actor)
