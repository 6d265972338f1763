"""Endpoints of the roadmap: plan a step, read, change and drop it. Only evidence says that one is done."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.api.assessment_shapes import Person, ReasonBody
from assessments.lifecycle import roadmap
from assessments.lifecycle.record import locked
from assessments.models import RoadmapStep
from assessments.models.planning import StepState
from assessments.selectors.roadmap import is_overdue, people, step_of
from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import authorise
from mlops_portal.api.bodies import Body
from mlops_portal.api.resource import Resource
from mlops_portal.api.schema import documented
from mlops_portal.api.scopes import Scope
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import Invalid
from mlops_portal.projects.models import Project


class StepShape(serializers.Serializer[Any]):
    """A criterion that was taken on. ``reason`` says what settled it; ``overdue`` that its day is over."""

    id = serializers.IntegerField()
    criterion = serializers.CharField()
    owner = Person(allow_null=True)
    due = serializers.DateField(allow_null=True)
    note = serializers.CharField()
    state = serializers.CharField()
    overdue = serializers.SerializerMethodField()
    planned_by = Person()
    planned_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    version = serializers.IntegerField()

    def get_overdue(self, step: RoadmapStep) -> bool:
        """Today."""
        return is_overdue(step, clock.now().date())


class StepFilter(Body):
    """Which steps a list has."""

    state = serializers.ChoiceField(required=False, choices=StepState.values)


class StepFields(Body):
    """Who does it until when: ``owner`` is the user name of a member who contributes."""

    owner = serializers.CharField(required=False, allow_null=True, max_length=150)
    due = serializers.DateField(required=False, allow_null=True)
    note = serializers.CharField(required=False, allow_blank=True, max_length=roadmap.LONGEST_NOTE)


class NewStep(StepFields):
    """The criterion to take on, and who does it until when."""

    criterion = serializers.CharField(max_length=40)


class _Of(Resource):
    def shown(self, slug: str) -> Project:
        """The project, for those who may read its history. Raises NotFound, NotAllowed."""
        project = self.project(slug)
        authorise(self.actor, "projects.view_history", project)
        return project

    def as_seen(self, slug: str, step_id: int) -> RoadmapStep:
        """The step, its project held, where it is what the request says it saw. Raises NotAllowed, PreconditionFailed.

        Whoever may not plan is told so, whatever they saw.
        """
        project = self.shown(slug)
        authorise(self.actor, "assessments.plan", project)
        found = step_of(locked(project), step_id)
        self.unchanged(StepShape, found)
        return found


class RoadmapView(_Of):
    """The roadmap of a project."""

    scopes = {"GET": Scope.READ, "POST": Scope.ASSESS}

    @documented("List the steps of a roadmap", StepShape, paged=True, parameters=[StepFilter])
    def get(self, request: Request, slug: str) -> Response:
        """The newest first, with those done and dropped; for members and governance."""
        rows = RoadmapStep.objects.filter(project=self.shown(slug), **self.query(StepFilter))
        return self.pages(StepShape, rows.select_related("owner", "planned_by"), "-id")

    @documented("Plan a step", StepShape, takes=NewStep, status=201)
    def post(self, request: Request, slug: str) -> Response:
        """Takes a criterion on that is not met; 409 when it is planned already."""
        project, wanted = self.shown(slug), self.body(NewStep)
        authorise(self.actor, "assessments.plan", project)
        step = roadmap.plan_step(actor=self.actor, project=project, **_with_owner(project, wanted))
        return self.show(StepShape, step, status=201)


class StepView(_Of):
    """One step of a roadmap."""

    scopes = {"GET": Scope.READ, "PATCH": Scope.ASSESS}

    @documented("Read a step", StepShape)
    def get(self, request: Request, slug: str, step_id: int) -> Response:
        """Its ETag is what a change has to name."""
        return self.show(StepShape, step_of(self.shown(slug), step_id))

    @documented("Change a step", StepShape, takes=StepFields, conditional=True)
    @transaction.atomic
    def patch(self, request: Request, slug: str, step_id: int) -> Response:
        """Only what is sent is changed; null takes owner or day away."""
        step = self.as_seen(slug, step_id)
        values = _with_owner(step.project, self.body(StepFields, partial=True))
        return self.show(StepShape, roadmap.change_step(actor=self.actor, step=step, version=step.version, **values))


class DropStepView(_Of):
    """Taking a step off the roadmap."""

    scopes = {"POST": Scope.ASSESS}

    @documented("Drop a step", StepShape, takes=ReasonBody, conditional=True)
    @transaction.atomic
    def post(self, request: Request, slug: str, step_id: int) -> Response:
        """With a reason; it stays readable, and can be planned anew."""
        step = self.as_seen(slug, step_id)
        return self.show(StepShape, roadmap.drop_step(actor=self.actor, step=step, **self.body(ReasonBody)))


def _with_owner(project: Project, values: dict[str, Any]) -> dict[str, Any]:
    """The values with the person in place of the user name."""
    return {**values, "owner": _owner(project, values["owner"])} if values.get("owner") is not None else values


def _owner(project: Project, username: str) -> User:
    found = next((person for person in people(project) if person.username == username), None)
    if found is None:
        what = f"Nobody called {username[:60]!r} works on {project.name}."
        raise Invalid(what, do="Choose one of its members.", field="owner")
    return found
