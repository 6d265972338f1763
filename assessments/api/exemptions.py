"""Endpoints of waivers and of what is not applicable: ask, read, withdraw, revoke, renew. Deciding is a review's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.api.assessment_shapes import Person, ReasonBody
from assessments.lifecycle import exempt
from assessments.models import Exemption
from assessments.models.exemption import ExemptionKind, ReasonCode
from assessments.selectors.exemptions import standing
from mlops_portal.accounts.permissions import authorise
from mlops_portal.api.bodies import Body
from mlops_portal.api.resource import Resource
from mlops_portal.api.schema import documented
from mlops_portal.api.scopes import Scope
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import Invalid, NotFound
from mlops_portal.projects.models import Project

CODES = [code for code in ReasonCode.values if code != ReasonCode.DOES_NOT_ARISE]


class ExemptionShape(serializers.Serializer[Any]):
    """One exception. ``standing`` tells by the clock whether what was granted is upcoming, active or ended."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    criterion = serializers.CharField()
    reason_code = serializers.CharField()
    text = serializers.CharField()
    link = serializers.CharField()
    starts = serializers.DateTimeField()
    expires = serializers.DateTimeField(allow_null=True)
    state = serializers.CharField()
    standing = serializers.SerializerMethodField()
    renewals = serializers.IntegerField()
    requested_by = Person()
    requested_at = serializers.DateTimeField()
    decided_by = Person(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)

    def get_standing(self, exemption: Exemption) -> str:
        """At this moment."""
        return standing(exemption, clock.now())


class NewExemption(Body):
    """What is asked for: a waiver with one of the reasons and an end, or that a criterion does not arise."""

    kind = serializers.ChoiceField(choices=ExemptionKind.values)
    criterion = serializers.CharField(max_length=40)
    text = serializers.CharField(max_length=10_000)
    link = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)
    reason_code = serializers.ChoiceField(required=False, choices=CODES)
    starts = serializers.DateTimeField(required=False)
    expires = serializers.DateTimeField(required=False)


class Renewal(Body):
    """Until when it is to last, and why."""

    text = serializers.CharField(max_length=10_000)
    expires = serializers.DateTimeField()


def _rows(project: Project) -> Any:
    return Exemption.objects.filter(project=project).select_related("project", "requested_by", "decided_by")


class _Of(Resource):
    def shown(self, slug: str) -> Project:
        """The project, for those who may read its history. Raises NotFound, NotAllowed."""
        project = self.project(slug)
        authorise(self.actor, "projects.view_history", project)
        return project

    def exemption(self, slug: str, exemption_id: int) -> Exemption:
        """The one of the address. Raises NotFound."""
        found: Exemption | None = _rows(self.shown(slug)).filter(pk=exemption_id).first()
        if found is None:
            raise NotFound("This project has no such exception.", do="Look at the list.")
        return found

    def change(self, slug: str, id: int, action: Callable[..., Exemption], shape: Any, status: int = 200) -> Response:
        """Let the action change what the request saw."""
        found = self.exemption(slug, id)
        self.unchanged(ExemptionShape, found)
        changed = action(actor=self.actor, exemption=found, **self.body(shape))
        return self.show(ExemptionShape, self.exemption(slug, changed.pk), status=status)


class ExemptionsView(_Of):
    """The exceptions of a project."""

    scopes = {"GET": Scope.READ, "POST": Scope.ASSESS}

    @documented("List waivers", ExemptionShape, paged=True)
    def get(self, request: Request, slug: str) -> Response:
        """The newest first, with those that do not apply; for members and governance."""
        return self.pages(ExemptionShape, _rows(self.shown(slug)), "-id")

    @documented("Ask for a waiver", ExemptionShape, takes=NewExemption, status=201)
    def post(self, request: Request, slug: str) -> Response:
        """Or that a criterion be left out; another person decides in a review."""
        wanted = self.body(NewExemption)
        asked = ASKING[wanted.pop("kind")](actor=self.actor, project=self.shown(slug), wanted=wanted)
        return self.show(ExemptionShape, asked, status=201)


def _waiver(*, wanted: dict[str, Any], **who: Any) -> Exemption:
    if lacking := [name for name in ("reason_code", "expires") if name not in wanted]:
        raise Invalid(f"A waiver needs {lacking[0]}.", do="See /api/docs/.", field=lacking[0])
    return exempt.request_waiver(**who, **wanted)


def _not_applicable(*, wanted: dict[str, Any], **who: Any) -> Exemption:
    if more := [name for name in ("reason_code", "starts", "expires") if name in wanted]:
        raise Invalid(f"What does not arise has no {more[0]}.", do="Leave it out.", field=more[0])
    return exempt.request_not_applicable(**who, **wanted)


ASKING = {ExemptionKind.WAIVER.value: _waiver, ExemptionKind.NOT_APPLICABLE.value: _not_applicable}


class ExemptionView(_Of):
    """One exception."""

    scopes = {"GET": Scope.READ}

    @documented("Read a waiver", ExemptionShape)
    def get(self, request: Request, slug: str, exemption_id: int) -> Response:
        """With who asked, who decided, and how it stands now."""
        return self.show(ExemptionShape, self.exemption(slug, exemption_id))


class WithdrawExemptionView(_Of):
    """Taking a request back."""

    scopes = {"POST": Scope.ASSESS}

    @documented("Withdraw a request for a waiver", ExemptionShape, takes=ReasonBody, conditional=True)
    @transaction.atomic
    def post(self, request: Request, slug: str, exemption_id: int) -> Response:
        """Before it is decided."""
        return self.change(slug, exemption_id, exempt.withdraw_exemption, ReasonBody)


class RevokeExemptionView(_Of):
    """Ending what was granted."""

    scopes = {"POST": Scope.REVIEW}

    @documented("Revoke a waiver", ExemptionShape, takes=ReasonBody, conditional=True)
    @transaction.atomic
    def post(self, request: Request, slug: str, exemption_id: int) -> Response:
        """Now, by an owner or governance."""
        return self.change(slug, exemption_id, exempt.revoke_exemption, ReasonBody)


class RenewExemptionView(_Of):
    """Asking for more time."""

    scopes = {"POST": Scope.ASSESS}

    @documented("Renew a waiver", ExemptionShape, takes=Renewal, status=201, conditional=True)
    @transaction.atomic
    def post(self, request: Request, slug: str, exemption_id: int) -> Response:
        """A new request that another person decides; renewals are counted."""
        return self.change(slug, exemption_id, exempt.renew_waiver, Renewal, status=201)
