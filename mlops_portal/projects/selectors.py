"""Reading projects: who may see which."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet

from mlops_portal.accounts.addresses import claimed_only
from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import is_governance, is_operator
from mlops_portal.kernel.actor import Actor, ActorKind
from mlops_portal.kernel.errors import Invalid, NotFound
from mlops_portal.projects.models import Membership, Project, ProjectToken, Visibility


def visible_projects(viewer: Actor | User | ProjectToken | Any | None, *, archived: bool = False) -> QuerySet[Project]:
    """The projects that an actor, a user or a token may see, by name; None is somebody who did not sign in.

    Archived projects are left out unless asked for.
    """
    projects = Project.objects.all() if archived else Project.objects.filter(archived_at=None)
    if isinstance(viewer, Actor) and viewer.kind is ActorKind.SYSTEM:
        return projects
    return projects.filter(_seen_by(viewer.principal if isinstance(viewer, Actor) else viewer))


def _seen_by(principal: object) -> Q:
    public = Q(visibility=Visibility.PUBLIC)
    if isinstance(principal, ProjectToken):
        return public | Q(pk=principal.project_id)
    if not isinstance(principal, User) or not principal.is_active:
        return public
    if principal.is_superuser or is_operator(principal) or is_governance(principal):
        return Q()
    own = Membership.objects.filter(user=principal).values("project")
    return public | Q(visibility=Visibility.ORGANISATION) | Q(pk__in=own)


def project_for(viewer: Actor | User | ProjectToken | Any | None, slug: str) -> Project:
    """The project called ``slug``. Raises NotFound, with the same words whether it is not there or not to be seen."""
    project = visible_projects(viewer, archived=True).filter(slug=slug).first()
    if project is None:
        raise NotFound(f"There is no project {slug!r}, or you may not see it.", do="Ask one of its owners.")
    return project


def roles_of(user: User, project: Project) -> list[str]:
    """The roles a person holds in a project, in alphabetical order."""
    return sorted(Membership.objects.filter(user=user, project=project).values_list("role", flat=True))


def members_of(project: Project) -> QuerySet[Membership]:
    """The memberships of a project with their people, by user name and role."""
    return Membership.objects.filter(project=project).select_related("user").order_by("user__username", "role")


def find_person(name: str) -> User:
    """The active person with this user name or e-mail address, whatever the case. Raises Invalid (field "person").

    An address that somebody claimed and never proved finds nobody: it may be another person's.
    """
    wanted = name.strip()
    by_address = Q(email__iexact=wanted) & ~Q(pk__in=claimed_only())
    people = User.objects.filter(Q(username__iexact=wanted) | by_address, is_active=True)
    found = list(people[:2]) if wanted else []
    if len(found) != 1:
        what = f"Nobody is known as {wanted[:80]!r}." if not found else f"Several people are known as {wanted[:80]!r}."
        raise Invalid(what, do="Write their user name as they sign in with it.", field="person")
    return found[0]


def tokens_of(project: Project) -> QuerySet[ProjectToken]:
    """The tokens of a project, those that still open something first, then the newest."""
    return ProjectToken.objects.filter(project=project).order_by(F("revoked_at").asc(nulls_first=True), "-created_at")
