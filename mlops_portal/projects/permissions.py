"""What people and tokens may do in a project: by visibility for reading, by membership for everything else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from mlops_portal.accounts.memory import remembered
from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import (
    authorise,
    is_allowed,
    is_governance,
    is_operator,
    is_person,
    may,
    permit,
    predicate,
)
from mlops_portal.projects.models import Project, ProjectToken, Role, Visibility

__all__ = ["authorise", "is_allowed", "may"]


def _holds(principal: object, project: Project | None, *but: Role) -> bool:
    """Whether the person holds any role in the project other than ``but``."""
    if not isinstance(principal, User) or not isinstance(project, Project):
        return False
    held = project.memberships.filter(user=principal).values_list("role", flat=True)
    roles = remembered(("roles", principal.pk, project.pk), lambda: frozenset(held.all()))
    return bool(roles - {role.value for role in but})


def remember_roles(person: User, roles: Mapping[int, Iterable[str]]) -> None:
    """Keep the roles just read of a person, by project id, where something is being remembered."""
    for project_id, held in roles.items():
        remembered(("roles", person.pk, project_id), partial(frozenset, held))


@predicate
def is_visible(principal: object, project: Project | None) -> bool:
    """A public project, or one open to the organisation and somebody of the organisation."""
    if not isinstance(project, Project):
        return False
    return project.visibility == Visibility.PUBLIC or (
        project.visibility == Visibility.ORGANISATION and is_person(principal)
    )


@predicate
def is_member(principal: object, project: Project | None) -> bool:
    """Any role in the project."""
    return _holds(principal, project)


@predicate
def is_contributor(principal: object, project: Project | None) -> bool:
    """Any role but viewer."""
    return _holds(principal, project, Role.VIEWER)


@predicate
def is_owner(principal: object, project: Project | None) -> bool:
    """The role owner."""
    return _holds(principal, project, *(role for role in Role if role != Role.OWNER))


@predicate
def is_own_token(principal: object, project: Project | None) -> bool:
    """A token of this very project."""
    return isinstance(principal, ProjectToken) and isinstance(project, Project) and principal.project_id == project.pk


_steers = is_owner | is_governance
_works = is_contributor | is_governance

permit("projects.create_project", is_person, "create a project")
permit(
    "projects.view_project",
    is_visible | is_member | is_own_token | is_governance | is_operator,
    "see the project",
)
permit("projects.view_history", is_member | is_governance | is_operator, "read the project's history")
permit("projects.change_project", _steers, "change the project")
permit("projects.lower_risk", is_governance, "lower the project's risk tier")
permit("projects.archive_project", _steers, "archive the project or take it back")
permit("projects.set_profile", is_governance, "say that a profile takes criteria out")
permit("projects.set_target", _steers, "set the project's target")
permit("projects.manage_members", _steers, "say who is a member of the project")
permit("projects.manage_tokens", _steers, "issue or revoke the project's tokens")
permit("projects.collect", _works | is_own_token, "collect evidence of the project")
permit("projects.push_evidence", _works | is_own_token, "push evidence to the project")
