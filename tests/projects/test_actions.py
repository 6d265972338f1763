"""Projects are changed through actions: authorised, checked, recorded; and what is refused changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Conflict, Invalid, InvalidTransition, NotAllowed
from mlops_portal.projects import actions
from mlops_portal.projects.models import Project, ProjectToken, Role
from mlops_portal.projects.selectors import members_of, roles_of

Acting = Callable[[User], Actor]


def newest() -> AuditEntry:
    """The last entry of the trail."""
    return AuditEntry.objects.order_by("-sequence")[0]


def test_who_creates_a_project_owns_it_and_the_trail_says_so(charlie: User, acting: Acting) -> None:
    project = actions.create_project(actor=acting(charlie), slug="churn", name=" Churn ", experiments=["churn"])
    assert (project.name, roles_of(charlie, project)) == ("Churn", ["owner"])
    assert (newest().verb, newest().project_id, newest().after["experiments"]) == (
        "project.created",
        project.pk,
        ["churn"],
    )


def test_a_project_that_the_portal_creates_has_no_owner_yet(db: None) -> None:
    project = actions.create_project(actor=Actor.system("demo"), slug="churn", name="Churn")
    assert not members_of(project).exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"slug": "flights"}, "slug"),
        ({"slug": "not a slug"}, "slug"),
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"risk_tier": "none"}, "risk_tier"),
        ({"visibility": "everybody"}, "visibility"),
        ({"slack_channel": "general"}, "slack_channel"),
        ({"repository": "http://git.example.org/x.git"}, "repository"),
        ({"subpath": "../elsewhere"}, "subpath"),
        ({"experiments": "one"}, "experiments"),
        ({"model_names": ["a/b"]}, "model_names"),
    ],
)
def test_wrong_values_are_refused_by_field(
    flights: Project, acting: Acting, values: dict[str, Any], field: str
) -> None:
    actor = acting(User.objects.get(username="alice"))
    with pytest.raises(Invalid) as refused:
        actions.create_project(actor=actor, **{"slug": "churn", "name": "Churn", **values})
    assert refused.value.field == field
    assert Project.objects.count() == 1
    assert not AuditEntry.objects.exists()


def test_a_change_is_recorded_with_what_it_was_and_what_it_became(
    alice: User, flights: Project, acting: Acting
) -> None:
    actions.update_project(actor=acting(alice), project=flights, name="Flights", description="Delays")
    entry = newest()
    assert (entry.verb, entry.before, entry.after) == (
        "project.changed",
        {"description": "Arrival delay of flights"},
        {"description": "Delays"},
    )
    assert Project.objects.get().description == "Delays"


def test_a_change_without_a_difference_leaves_no_trace(alice: User, flights: Project, acting: Acting) -> None:
    actions.update_project(actor=acting(alice), project=flights, name="Flights")
    assert not AuditEntry.objects.exists()


def test_a_repository_may_be_a_path_only_below_the_opened_folders(
    alice: User, flights: Project, acting: Acting, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "open" / "flights").mkdir(parents=True)
    settings.REPOSITORY_ROOTS = [str(tmp_path / "open")]
    path = str(tmp_path / "open" / "flights")
    assert actions.update_project(actor=acting(alice), project=flights, repository=path).repository == path
    with pytest.raises(Invalid, match="not below a folder"):
        actions.update_project(actor=acting(alice), project=flights, repository=str(tmp_path / "else"))


@pytest.mark.parametrize(
    "act",
    [
        lambda actor, project: actions.update_project(actor=actor, project=project, name="Mine"),
        lambda actor, project: actions.set_target(actor=actor, project=project, level=0, reason="because"),
        lambda actor, project: actions.set_member(actor=actor, project=project, user=actor.principal, roles=["owner"]),
        lambda actor, project: actions.remove_member(actor=actor, project=project, user=actor.principal),
        lambda actor, project: actions.issue_token(actor=actor, project=project, name="ci"),
        lambda actor, project: actions.revoke_token(actor=actor, token=project.tokens.get()),
    ],
    ids=["update", "target", "member", "remove", "issue", "revoke"],
)
@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_only_owners_and_governance_steer_a_project(
    who: str, act: Callable[[Actor, Project], object], charlie: User, flights: Project, acting: Acting
) -> None:
    token = ProjectToken.objects.create(project=flights, name="ci", digest="d")
    with pytest.raises(NotAllowed):
        act(acting(User.objects.get(username=who)), flights)
    token.refresh_from_db()
    assert token.revoked_at is None
    assert not AuditEntry.objects.exists()


def test_a_target_has_a_level_and_a_reason(alice: User, flights: Project, acting: Acting) -> None:
    project = actions.set_target(actor=acting(alice), project=flights, level=3, reason="it flies people")
    assert (project.target_level, project.target_reason) == (3, "it flies people")
    assert (newest().reason, newest().after["target_level"]) == ("it flies people", 3)
    with pytest.raises(Invalid, match="needs a reason"):
        actions.set_target(actor=acting(alice), project=flights, level=2, reason=" ")
    with pytest.raises(Invalid):
        actions.set_target(actor=acting(alice), project=flights, level=5, reason="more")
    assert Project.objects.get().target_level == 3


def test_a_target_can_be_taken_back(alice: User, flights: Project, acting: Acting) -> None:
    actions.set_target(actor=acting(alice), project=flights, level=3, reason="it flies people")
    project = actions.set_target(actor=acting(alice), project=flights, level=None, reason="retired")
    assert (project.target_level, project.target_reason, newest().reason) == (None, "", "retired")


def test_a_member_holds_exactly_the_roles_that_were_given(
    alice: User, bob: User, flights: Project, acting: Acting
) -> None:
    actions.set_member(actor=acting(alice), project=flights, user=bob, roles=["viewer", "data-engineer"])
    assert roles_of(bob, flights) == ["data-engineer", "viewer"]
    assert newest().before == {"member": "bob", "roles": ["ml-engineer"]}
    actions.remove_member(actor=acting(alice), project=flights, user=bob)
    assert roles_of(bob, flights) == []
    assert newest().verb == "member.removed"


@pytest.mark.parametrize("roles", [[], ["boss"], ["owner", ""]])
def test_roles_that_do_not_exist_are_refused(roles: list[str], alice: User, flights: Project, acting: Acting) -> None:
    with pytest.raises(Invalid, match="one or more roles"):
        actions.set_member(actor=acting(alice), project=flights, user=alice, roles=roles)


def test_the_last_owner_stays(alice: User, bob: User, flights: Project, acting: Acting) -> None:
    with pytest.raises(Conflict, match="last owner"):
        actions.remove_member(actor=acting(alice), project=flights, user=alice)
    with pytest.raises(Conflict, match="last owner"):
        actions.set_member(actor=acting(alice), project=flights, user=alice, roles=["viewer"])
    actions.set_member(actor=acting(alice), project=flights, user=bob, roles=[Role.OWNER])
    actions.remove_member(actor=acting(bob), project=flights, user=alice)
    assert roles_of(alice, flights) == []


def test_the_secret_of_a_token_is_shown_once_and_kept_nowhere(alice: User, flights: Project, acting: Acting) -> None:
    token, secret = actions.issue_token(actor=acting(alice), project=flights, name="ci")
    assert secret.startswith("mlp_")
    stored = [str(row) for row in (*ProjectToken.objects.values(), *AuditEntry.objects.values())]
    assert not any(secret in row for row in stored)
    assert token.digest not in str(list(AuditEntry.objects.values()))


def test_a_token_that_would_be_expired_is_not_issued(alice: User, flights: Project, acting: Acting) -> None:
    with pytest.raises(Invalid, match="before it exists"):
        actions.issue_token(actor=acting(alice), project=flights, name="ci", expires_at=clock.now())
    later = clock.now() + timedelta(days=1)
    assert actions.issue_token(actor=acting(alice), project=flights, name="ci", expires_at=later)[0].expires_at == later


def test_a_token_is_revoked_once(alice: User, flights: Project, acting: Acting) -> None:
    token, _ = actions.issue_token(actor=acting(alice), project=flights, name="ci")
    actions.revoke_token(actor=acting(alice), token=token, reason="leaked")
    assert (newest().verb, newest().reason) == ("token.revoked", "leaked")
    with pytest.raises(InvalidTransition):
        actions.revoke_token(actor=acting(alice), token=token)


def test_a_field_that_is_not_settable_is_a_programming_error(alice: User, flights: Project, acting: Acting) -> None:
    with pytest.raises(TypeError, match="target_level"):
        actions.update_project(actor=acting(alice), project=flights, target_level=4)


def test_an_owner_raises_the_risk_tier_and_governance_alone_lowers_it(
    alice: User, dana: User, flights: Project, acting: Acting
) -> None:
    project = actions.update_project(actor=acting(alice), project=flights, risk_tier="high")
    with pytest.raises(Invalid, match="only governance lowers it") as refused:
        actions.update_project(actor=acting(alice), project=project, risk_tier="low", name="Not renamed either")
    assert refused.value.field == "risk_tier"
    flights.refresh_from_db()
    assert (flights.risk_tier, flights.name) == ("high", "Flights")
    assert actions.update_project(actor=acting(dana), project=flights, risk_tier="low").risk_tier == "low"
