"""Endpoints of assessments by people: start, answer, submit, withdraw, publish, compare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.api import assessment_shapes as shapes
from assessments.api.shapes import SCORECARD
from assessments.lifecycle import answering, assess
from assessments.lifecycle.progress import held_review
from assessments.models import Answer, Assessment
from assessments.scoring.changes import Change
from assessments.scoring.difference import difference
from assessments.scoring.published import to_json
from assessments.scoring.scorecard import Scorecard
from assessments.selectors.assessments import assessment_for, assessments_of, preview
from assessments.selectors.questionnaire import questionnaire
from assessments.selectors.scorecards import published
from mlops_portal.accounts.permissions import authorise
from mlops_portal.api.resource import Resource, locked
from mlops_portal.api.schema import documented
from mlops_portal.api.scopes import Scope
from mlops_portal.kernel.errors import Conflict, Invalid, NotFound


class AssessmentsView(Resource):
    """The assessments of a project."""

    scopes = {"GET": Scope.READ, "POST": Scope.ASSESS}
    open_to_visitors = True

    @documented("List assessments", shapes.AssessmentRow, paged=True)
    def get(self, request: Request, slug: str) -> Response:
        """The newest first; drafts for whoever may work on them."""
        return self.pages(shapes.AssessmentRow, assessments_of(self.viewer, self.project(slug)), "-id")

    @documented("Start an assessment", shapes.AssessmentShape, takes=shapes.NewAssessment, status=201)
    def post(self, request: Request, slug: str) -> Response:
        """With the answers that still stand; 409 while one is open."""
        project = self.project(slug)
        started = assess.start_assessment(actor=self.actor, project=project, **self.body(shapes.NewAssessment))
        return self.show(shapes.AssessmentShape, started, status=201)


class _One(Resource):
    def assessment(self, assessment_id: int) -> Assessment:
        """The assessment of the address. Raises NotFound."""
        return assessment_for(self.viewer, assessment_id)

    def as_seen(self, assessment_id: int) -> Assessment:
        """The same, held, where it is what the request says it saw. Raises PreconditionRequired, PreconditionFailed."""
        found = self.assessment(assessment_id)
        held_review(found)  # a decision holds the review first, so everybody does
        found = locked(found)
        self.unchanged(shapes.AssessmentShape, found)
        return found  # type: ignore[no-any-return]

    def change(self, assessment_id: int, action: Callable[..., Assessment], **values: Any) -> Response:
        """Let the action change what the request saw."""
        changed = action(actor=self.actor, assessment=self.as_seen(assessment_id), **values)
        return self.show(shapes.AssessmentShape, self.assessment(changed.pk))


class AssessmentView(_One):
    """One assessment."""

    scopes = {"GET": Scope.READ}
    open_to_visitors = True

    @documented("Read an assessment", shapes.AssessmentShape)
    def get(self, request: Request, assessment_id: int) -> Response:
        """Its ETag is what submitting, withdrawing and publishing have to name."""
        return self.show(shapes.AssessmentShape, self.assessment(assessment_id))


class AssessmentScorecardView(_One):
    """The scorecard of an assessment."""

    scopes = {"GET": Scope.READ}
    open_to_visitors = True

    @documented("Read an assessment's scorecard", SCORECARD)
    def get(self, request: Request, assessment_id: int) -> Response:
        """As it was frozen; of a draft, with the answers as they are now."""
        return Response(to_json(preview(self.assessment(assessment_id))))


class QuestionnaireView(_One):
    """The questions of an assessment."""

    scopes = {"GET": Scope.READ}

    @documented("Read the questions", shapes.QuestionnaireShape)
    def get(self, request: Request, assessment_id: int) -> Response:
        """By dimension: what machines saw, what is answered, where the two contradict each other."""
        assessment = self.assessment(assessment_id)
        authorise(self.actor, "assessments.view_draft", assessment.project)
        return self.show(shapes.QuestionnaireShape, questionnaire(assessment))


class AnswerView(_One):
    """One answer of an open assessment."""

    scopes = {"GET": Scope.READ, "PUT": Scope.ASSESS, "DELETE": Scope.ASSESS}

    @documented("Read an answer", shapes.AnswerShape)
    def get(self, request: Request, assessment_id: int, item: str) -> Response:
        """404 while there is none."""
        assessment = self.assessment(assessment_id)
        authorise(self.actor, "assessments.view_draft", assessment.project)
        if (found := _answer(assessment, item)) is None:
            raise NotFound(f"{item[:40]} is not answered.", do="Look at the questionnaire.")
        return self.show(shapes.AnswerShape, found)

    @documented("Answer a question", shapes.AnswerShape, takes=shapes.NewAnswer, creates=True)
    @transaction.atomic
    def put(self, request: Request, assessment_id: int, item: str) -> Response:
        """If-Match with the ETag of the answer that you saw; If-None-Match: * where you saw none."""
        assessment, version = self._as_seen(assessment_id, item)
        values = {**self.body(shapes.NewAnswer), "version": version}
        given = answering.answer_item(actor=self.actor, assessment=assessment, item=item, **values)
        return self.show(shapes.AnswerShape, given)

    @documented("Take an answer back", status=204, conditional=True)
    @transaction.atomic
    def delete(self, request: Request, assessment_id: int, item: str) -> Response:
        """Takes the ETag of the answer that you saw."""
        assessment, version = self._as_seen(assessment_id, item)
        answering.clear_answer(actor=self.actor, assessment=assessment, item=item, version=version)
        return Response(status=204)

    def _as_seen(self, assessment_id: int, item: str) -> tuple[Assessment, int]:
        assessment = self.assessment(assessment_id)
        authorise(self.actor, "assessments.answer", assessment.project)
        before = _answer(locked(assessment), item)
        self.unchanged_or_new(shapes.AnswerShape, before)
        return assessment, before.version if before else 0


def _answer(assessment: Assessment, item: str) -> Answer | None:
    return Answer.objects.select_related("by").filter(assessment=assessment, item=item).first()


class AgreementsView(_One):
    """What the project's people agreed on."""

    scopes = {"PUT": Scope.ASSESS}

    @documented("Say what was agreed", shapes.AssessmentShape, takes=shapes.Agreements, conditional=True)
    @transaction.atomic
    def put(self, request: Request, assessment_id: int) -> Response:
        """As the whole of it."""
        return self.change(assessment_id, answering.set_agreements, **self.body(shapes.Agreements))


class SubmitView(_One):
    """Handing an assessment in."""

    scopes = {"POST": Scope.ASSESS}

    @documented("Submit an assessment", shapes.AssessmentShape, conditional=True)
    @transaction.atomic
    def post(self, request: Request, assessment_id: int) -> Response:
        """Freezes answers and scorecard and asks somebody else to review both; ``review`` is the review's id."""
        return self.change(assessment_id, assess.submit_assessment)


class TakeUpView(_One):
    """Saying that you are reviewing an assessment."""

    scopes = {"POST": Scope.REVIEW}

    @documented("Take an assessment up for review", shapes.AssessmentShape, conditional=True)
    @transaction.atomic
    def post(self, request: Request, assessment_id: int) -> Response:
        """By somebody who may decide on it; its people see that it is in review."""
        return self.change(assessment_id, assess.take_up)


class WithdrawView(_One):
    """Ending an assessment."""

    scopes = {"POST": Scope.ASSESS}

    @documented("Withdraw an assessment", shapes.AssessmentShape, takes=shapes.ReasonBody, conditional=True)
    @transaction.atomic
    def post(self, request: Request, assessment_id: int) -> Response:
        """For good, with a reason; its answers stay readable."""
        return self.change(assessment_id, assess.withdraw_assessment, **self.body(shapes.ReasonBody))


class PublishView(_One):
    """Showing an accepted assessment."""

    scopes = {"POST": Scope.ASSESS}

    @documented("Publish an assessment", shapes.AssessmentShape, conditional=True)
    @transaction.atomic
    def post(self, request: Request, assessment_id: int) -> Response:
        """Whoever may see the project may read it from then on."""
        return self.change(assessment_id, assess.publish_assessment)


class CompareView(_One):
    """What is different in an assessment."""

    scopes = {"GET": Scope.READ}
    open_to_visitors = True

    @documented("Compare assessments", shapes.ComparisonShape, parameters=[shapes.Against])
    def get(self, request: Request, assessment_id: int) -> Response:
        """With another assessment of the project, or with its live scorecard; each difference with its cause."""
        assessment, other = self.assessment(assessment_id), self.query(shapes.Against).get("with")
        before = (
            published(assessment.project, assessment.framework) if other is None else self._other(assessment, other)
        )
        told = {"before": str(other or "live"), "after": str(assessment.pk), "changes": _changes(before, assessment)}
        return self.show(shapes.ComparisonShape, told)

    def _other(self, assessment: Assessment, id: int) -> Scorecard:
        other = self.assessment(id)
        if (other.project_id, other.framework) != (assessment.project_id, assessment.framework):
            raise Invalid("They are not of the same project and framework.", do="Choose another.", field="with")
        return preview(other)


def _changes(before: Any, assessment: Assessment) -> list[dict[str, Any]]:
    try:
        found: tuple[Change, ...] = difference(before, preview(assessment))
    except (KeyError, ValueError, TypeError):
        raise Conflict("One of them is in the form of an older release.", do="Collect evidence again.") from None
    return [change.as_json() for change in found]
