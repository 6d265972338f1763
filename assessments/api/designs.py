"""Endpoints of a project's design: begin, save, submit, withdraw. Deciding is a review's."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.api.assessment_shapes import Person, ReasonBody
from assessments.lifecycle import design as lifecycle
from assessments.lifecycle.design_reviews import KIND
from assessments.models import DesignReview
from assessments.models.planning import Needed
from mlops_portal.accounts.permissions import authorise
from mlops_portal.api.bodies import Body
from mlops_portal.api.resource import Resource, locked
from mlops_portal.api.schema import documented
from mlops_portal.api.scopes import Scope
from mlops_portal.kernel.errors import NotFound
from mlops_portal.projects.models import Project
from mlops_portal.reviews.selectors import open_review_of


class DesignRow(serializers.Serializer[Any]):
    """A design. ``digest`` is that of what was submitted; ``version`` counts every change."""

    id = serializers.IntegerField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    problem = serializers.CharField()
    metric = serializers.CharField()
    baseline = serializers.CharField()
    needed = serializers.CharField()
    needed_reason = serializers.CharField()
    digest = serializers.CharField()
    started_by = Person()
    started_at = serializers.DateTimeField()
    submitted_by = Person(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_by = Person(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class DesignShape(DesignRow):
    """A design; ``review`` is the review that waits for a decision."""

    review = serializers.SerializerMethodField()

    def get_review(self, design: DesignReview) -> int | None:
        """Its id."""
        found = open_review_of(KIND, str(design.pk))
        return found.pk if found else None


class DesignFields(Body):
    """The texts of a design; any may be empty until it is submitted."""

    problem = serializers.CharField(required=False, allow_blank=True, max_length=lifecycle.LONGEST_TEXT)
    metric = serializers.CharField(required=False, allow_blank=True, max_length=lifecycle.LONGEST_TEXT)
    baseline = serializers.CharField(required=False, allow_blank=True, max_length=lifecycle.LONGEST_TEXT)
    needed = serializers.ChoiceField(required=False, allow_blank=True, choices=Needed.values)
    needed_reason = serializers.CharField(required=False, allow_blank=True, max_length=lifecycle.LONGEST_TEXT)


def _rows(project: Project) -> Any:
    rows = DesignReview.objects.filter(project=project)
    return rows.select_related("project", "started_by", "submitted_by", "decided_by")


class _Of(Resource):
    def shown(self, slug: str) -> Project:
        """The project, for those who may read its history. Raises NotFound, NotAllowed."""
        project = self.project(slug)
        authorise(self.actor, "projects.view_history", project)
        return project

    def design(self, slug: str, design_id: int) -> DesignReview:
        """The one of the address. Raises NotFound."""
        found: DesignReview | None = _rows(self.shown(slug)).filter(pk=design_id).first()
        if found is None:
            raise NotFound("This project has no such design.", do="Look at the list.")
        return found

    def as_seen(self, slug: str, design_id: int) -> DesignReview:
        """The same, held, where it is what the request says it saw. Raises PreconditionRequired, PreconditionFailed."""
        found = self.design(slug, design_id)
        authorise(self.actor, "assessments.plan", found.project)
        if review := open_review_of(KIND, str(found.pk)):  # a decision holds the review first, so everybody does
            locked(review)
        found = locked(found)
        self.unchanged(DesignShape, found)
        return found  # type: ignore[no-any-return]


class DesignsView(_Of):
    """The designs of a project."""

    scopes = {"GET": Scope.READ, "POST": Scope.ASSESS}

    @documented("List designs", DesignRow, paged=True)
    def get(self, request: Request, slug: str) -> Response:
        """The newest first; for members and governance."""
        return self.pages(DesignRow, _rows(self.shown(slug)), "-id")

    @documented("Begin a design", DesignShape, status=201)
    def post(self, request: Request, slug: str) -> Response:
        """With the texts of the accepted one; 409 while one is open."""
        return self.show(DesignShape, lifecycle.start_design(actor=self.actor, project=self.shown(slug)), status=201)


class DesignView(_Of):
    """One design."""

    scopes = {"GET": Scope.READ, "PATCH": Scope.ASSESS}

    @documented("Read a design", DesignShape)
    def get(self, request: Request, slug: str, design_id: int) -> Response:
        """Its ETag is what saving, submitting and withdrawing have to name."""
        return self.show(DesignShape, self.design(slug, design_id))

    @documented("Save a design", DesignShape, takes=DesignFields, conditional=True)
    @transaction.atomic
    def patch(self, request: Request, slug: str, design_id: int) -> Response:
        """Only what is sent is changed; 409 while or after it is decided."""
        found = self.as_seen(slug, design_id)
        values = self.body(DesignFields, partial=True)
        saved = lifecycle.save_design(actor=self.actor, design=found, version=found.version, **values)
        return self.show(DesignShape, saved)


class SubmitDesignView(_Of):
    """Handing a design in."""

    scopes = {"POST": Scope.ASSESS}

    @documented("Submit a design", DesignShape, conditional=True)
    @transaction.atomic
    def post(self, request: Request, slug: str, design_id: int) -> Response:
        """Asks somebody who wrote none of it to decide; ``review`` is the review's id."""
        found = self.as_seen(slug, design_id)
        return self.show(DesignShape, lifecycle.submit_design(actor=self.actor, design=found, version=found.version))


class WithdrawDesignView(_Of):
    """Ending a design."""

    scopes = {"POST": Scope.ASSESS}

    @documented("Withdraw a design", DesignShape, takes=ReasonBody, conditional=True)
    @transaction.atomic
    def post(self, request: Request, slug: str, design_id: int) -> Response:
        """For good, with a reason; its texts stay readable."""
        found = self.as_seen(slug, design_id)
        ended = lifecycle.withdraw_design(actor=self.actor, design=found, **self.body(ReasonBody))
        return self.show(DesignShape, ended)
