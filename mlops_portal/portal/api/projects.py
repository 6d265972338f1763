"""Endpoints of projects: list, register, read, change, target, members, tokens, collect."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.lifecycle.collect import request_collection
from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import authorise
from mlops_portal.api.job_shape import JobShape
from mlops_portal.api.resource import Resource, locked
from mlops_portal.api.schema import documented
from mlops_portal.api.scopes import Scope
from mlops_portal.kernel.errors import NotFound
from mlops_portal.portal.api import shapes
from mlops_portal.projects import actions
from mlops_portal.projects.models import Membership, Project, ProjectToken
from mlops_portal.projects.selectors import members_of, visible_projects


class ProjectsView(Resource):
    """The projects that you may see."""

    scopes = {"GET": Scope.READ, "POST": Scope.ADMIN}
    open_to_visitors = True

    @documented("List projects", shapes.ProjectShape, paged=True, parameters=[shapes.ProjectFilter])
    def get(self, request: Request) -> Response:
        """By slug; visitors see the public ones."""
        wanted = self.query(shapes.ProjectFilter)
        rows = visible_projects(self.viewer, archived=wanted["archived"])
        if text := wanted.get("q"):
            rows = rows.filter(Q(name__icontains=text) | Q(slug__icontains=text))
        return self.pages(shapes.ProjectShape, rows, "slug")

    @documented("Register a project", shapes.ProjectShape, takes=shapes.ProjectFields, status=201)
    def post(self, request: Request) -> Response:
        """Whoever registers it becomes its owner."""
        project = actions.create_project(actor=self.actor, **self.body(shapes.ProjectFields))
        return self.show(shapes.ProjectShape, project, status=201)


class ProjectView(Resource):
    """One project."""

    scopes = {"GET": Scope.READ, "PATCH": Scope.ADMIN}
    open_to_visitors = True

    @documented("Read a project", shapes.ProjectShape)
    def get(self, request: Request, slug: str) -> Response:
        """Its ETag is what a change has to name."""
        return self.show(shapes.ProjectShape, self.project(slug))

    @documented("Change a project", shapes.ProjectShape, takes=shapes.ProjectFields, conditional=True)
    @transaction.atomic
    def patch(self, request: Request, slug: str) -> Response:
        """Only what is sent is changed."""
        project = locked(self.project(slug))
        self.unchanged(shapes.ProjectShape, project)
        values = self.body(shapes.ProjectFields, partial=True)
        return self.show(shapes.ProjectShape, actions.update_project(actor=self.actor, project=project, **values))


class _Settings(Resource):
    def change(self, slug: str, action: Callable[..., Project], shape: Any) -> Response:
        """Let the action change the project that the request saw; the ETag is the project's."""
        project = locked(self.project(slug))
        self.unchanged(shapes.ProjectShape, project)
        changed = action(actor=self.actor, project=project, **self.body(shape))
        return self.show(shapes.ProjectShape, changed)


class TargetView(_Settings):
    """The level that is asked of a project."""

    scopes = {"PUT": Scope.ADMIN}

    @documented("Set the target of a project", shapes.ProjectShape, takes=shapes.Target, conditional=True)
    @transaction.atomic
    def put(self, request: Request, slug: str) -> Response:
        """With the reason; the ETag is the project's."""
        return self.change(slug, actions.set_target, shapes.Target)


class ProfileView(_Settings):
    """What kind of project it is."""

    scopes = {"PUT": Scope.ADMIN}

    @documented("Set the profile of a project", shapes.ProjectShape, takes=shapes.ProfileChoice, conditional=True)
    @transaction.atomic
    def put(self, request: Request, slug: str) -> Response:
        """Scores follow at once; the ETag is the project's."""
        return self.change(slug, actions.set_profile, shapes.ProfileChoice)


class CadenceView(_Settings):
    """How often a project is assessed."""

    scopes = {"PUT": Scope.ADMIN}

    @documented("Set the cadence of a project", shapes.ProjectShape, takes=shapes.Cadence, conditional=True)
    @transaction.atomic
    def put(self, request: Request, slug: str) -> Response:
        """In days; the ETag is the project's."""
        return self.change(slug, _set_cadence, shapes.Cadence)


def _set_cadence(*, cadence_days: int | None, **who: Any) -> Project:
    return actions.set_cadence(days=cadence_days, **who)


def _members(project: Project) -> list[dict[str, Any]]:
    rows = groupby(members_of(project), key=lambda membership: membership.user)
    return [_member(user, memberships) for user, memberships in rows]


def _member(user: User, memberships: Any) -> dict[str, Any]:
    return {"username": user.username, "name": user.display_name, "roles": [row.role for row in memberships]}


class MembersView(Resource):
    """Who is in a project."""

    scopes = {"GET": Scope.READ}

    @documented("List the members of a project", shapes.MemberShape(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """By user name."""
        return Response(self.told_all(shapes.MemberShape, _members(self.project(slug))))


class MemberView(Resource):
    """One member and their roles. The ETag is that of the member's row in the list, or of a person without roles."""

    scopes = {"GET": Scope.READ, "PUT": Scope.ADMIN, "DELETE": Scope.ADMIN}

    @documented("Read a member's roles", shapes.MemberShape)
    def get(self, request: Request, slug: str, username: str) -> Response:
        """404 for somebody who holds none, as for nobody."""
        return self.show(shapes.MemberShape, self._found(self.project(slug), username))

    @documented("Give a member exactly these roles", shapes.MemberShape, takes=shapes.Roles)
    @transaction.atomic
    def put(self, request: Request, slug: str, username: str) -> Response:
        """Also makes somebody a member; who is one already can be named by its ETag, and then must not have changed."""
        project = locked(self.project(slug))
        authorise(self.actor, "projects.manage_members", project)
        self._as_seen(project, username)
        user = self._user(username)
        actions.set_member(actor=self.actor, project=project, user=user, **self.body(shapes.Roles))
        return self.show(shapes.MemberShape, self._found(project, username))

    @documented("Remove a member", status=204)
    def delete(self, request: Request, slug: str, username: str) -> Response:
        """Takes every role; 409 for the last owner."""
        project = self.project(slug)
        authorise(self.actor, "projects.manage_members", project)
        actions.remove_member(actor=self.actor, project=project, user=self._user(username))
        return Response(status=204)

    def _as_seen(self, project: Project, username: str) -> None:
        if "If-Match" in self.request.headers:
            self.unchanged(shapes.MemberShape, self._found(project, username))

    def _found(self, project: Project, username: str) -> dict[str, Any]:
        rows = list(
            Membership.objects.filter(project=project, user__username=username).select_related("user").order_by("role")
        )
        if not rows:
            raise NotFound("There is no such member.", do="Look at the list of members.")
        return _member(rows[0].user, rows)

    def _user(self, username: str) -> User:
        found = User.objects.filter(username=username, is_active=True).first()
        if found is None:
            raise NotFound("There is no such person.", do="Check the user name.")
        return found


class ProjectTokensView(Resource):
    """The tokens of a project, for CI."""

    scopes = {"GET": Scope.ADMIN, "POST": Scope.ADMIN}
    shown_once = ("secret",)

    @documented("List a project's tokens", shapes.ProjectTokenShape, paged=True)
    def get(self, request: Request, slug: str) -> Response:
        """Without their secrets; for whoever may issue them."""
        project = self.project(slug)
        authorise(self.actor, "projects.manage_tokens", project)
        return self.pages(shapes.ProjectTokenShape, ProjectToken.objects.filter(project=project), "-id")

    @documented("Issue a token of a project", shapes.IssuedProjectToken, takes=shapes.NewProjectToken, status=201)
    def post(self, request: Request, slug: str) -> Response:
        """The secret is shown this once, also where the request is repeated under its Idempotency-Key."""
        token, secret = actions.issue_token(
            actor=self.actor, project=self.project(slug), **self.body(shapes.NewProjectToken)
        )
        return Response({**self.told(shapes.ProjectTokenShape, token), "secret": secret}, status=201)


class ProjectTokenView(Resource):
    """One token of a project."""

    scopes = {"DELETE": Scope.ADMIN}

    @documented("Revoke a token of a project", status=204)
    def delete(self, request: Request, slug: str, token_id: int) -> Response:
        """At once and for good."""
        project = self.project(slug)
        authorise(self.actor, "projects.manage_tokens", project)
        token = ProjectToken.objects.select_related("project").filter(project=project, pk=token_id).first()
        if token is None:
            raise NotFound("This project has no such token.", do="Look at the list of its tokens.")
        actions.revoke_token(actor=self.actor, token=token)
        return Response(status=204)


class CollectView(Resource):
    """Looking at a project's sources."""

    scopes = {"POST": Scope.EVIDENCE}

    @documented("Collect evidence now", JobShape(many=True), status=202)
    def post(self, request: Request, slug: str) -> Response:
        """The jobs that look, one for each source that is connected."""
        jobs = request_collection(actor=self.actor, project=self.project(slug))
        return Response(self.told_all(JobShape, jobs), status=202)
