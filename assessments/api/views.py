"""Endpoints of what machines see: push evidence, scorecards, scorings, next steps, the gate, the badge."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.api import shapes
from assessments.lifecycle.push import push_evidence
from assessments.models import EvidenceRecord, Scoring
from assessments.reports.badge import badge
from assessments.scoring.gate import GateResult, gate
from assessments.scoring.published import from_json, interval_json
from assessments.scoring.scorecard import Scorecard
from assessments.scoring.what_if import what_if
from assessments.selectors.frameworks import framework_in_force
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK, interval_of, is_fresh, live_scoring, published
from mlops_portal.accounts.permissions import authorise
from mlops_portal.api.resource import Resource
from mlops_portal.api.schema import documented
from mlops_portal.api.scopes import Scope
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import Conflict, Invalid
from mlops_portal.projects.models import Project, ProjectToken, Visibility
from mlops_portal.projects.selectors import project_for


class EvidenceView(Resource):
    """What was seen of a project."""

    scopes = {"GET": Scope.READ, "POST": Scope.EVIDENCE}

    @documented("List evidence", shapes.EvidenceShape, paged=True, parameters=[shapes.EvidenceFilter])
    def get(self, request: Request, slug: str) -> Response:
        """The newest first, without payloads; for members and governance."""
        project = self.project(slug)
        authorise(self.actor, "projects.view_history", project)
        wanted = self.query(shapes.EvidenceFilter)
        rows = EvidenceRecord.objects.filter(project=project).defer("payload")
        rows = rows.filter(topic=wanted["topic"]) if "topic" in wanted else rows
        return self.pages(shapes.EvidenceShape, rows.filter(standing=True) if wanted["standing"] else rows, "-id")

    @documented("Push evidence", shapes.TakenEvidence, takes=shapes.PushedEvidence, status=201)
    def post(self, request: Request, slug: str) -> Response:
        """What CI saw, with a project token. Posting the same again changes nothing but its time."""
        if not isinstance(request.data, dict):
            raise Invalid("The body is not a JSON object.", do='Send {"topic": "pushed.ci", "payload": {…}}.')
        evidence = push_evidence(actor=self.actor, project=self.project(slug), document=request.data)
        return Response({"topic": evidence.topic, "effective_at": evidence.effective_at.isoformat()}, status=201)


class ScorecardView(Resource):
    """The live scorecard of a project."""

    scopes = {"GET": Scope.READ}
    open_to_visitors = True

    @documented("Read the scorecard", shapes.SCORECARD, parameters=[shapes.FrameworkChoice])
    def get(self, request: Request, slug: str) -> Response:
        """In its published shape; 404 where there is none yet."""
        project = self.project(slug)
        framework = self.query(shapes.FrameworkChoice)["framework"]
        return Response(published(project, framework, messages=self._is_known(project)))

    def _is_known(self, project: Project) -> bool:
        """Somebody who signed in, or a token of this very project: messages of collectors speak of our machines."""
        if isinstance(self.request.auth, ProjectToken):
            return bool(self.request.auth.project_id == project.pk)
        return self.viewer is not None


class ScoringsView(Resource):
    """How the level of a project moved."""

    scopes = {"GET": Scope.READ}
    open_to_visitors = True

    @documented("List scorings", shapes.ScoringShape, paged=True, parameters=[shapes.FrameworkChoice])
    def get(self, request: Request, slug: str) -> Response:
        """The newest first, each with what changed and why."""
        rows = Scoring.objects.filter(project=self.project(slug), **self.query(shapes.FrameworkChoice))
        return self.pages(shapes.ScoringShape, rows.defer("scorecard", "summary", "evidence"), "-id")


def _live(project: Project, framework: str) -> tuple[Scoring, Scorecard]:
    """The live scoring and its scorecard. Raises NotFound; Conflict for one in the form of an older release."""
    published(project, framework, messages=False)
    live = live_scoring(project, framework)
    try:
        return live, from_json(live.scorecard)  # type: ignore[return-value, union-attr]
    except (KeyError, ValueError, TypeError):
        what = f"The scorecard of {project.name} is in the form of an older release."
        raise Conflict(what, do="Collect its evidence again.") from None


class NextStepsView(Resource):
    """What to do next."""

    scopes = {"GET": Scope.READ}
    open_to_visitors = True

    @documented("Read the next steps", shapes.StepsShape, parameters=[shapes.StepsQuestion])
    def get(self, request: Request, slug: str) -> Response:
        """The cheapest path to the next level. ``finish`` asks what the level would be with these criteria met."""
        wanted = self.query(shapes.StepsQuestion)
        live, scorecard = _live(self.project(slug), wanted["framework"])
        told = {
            "framework": scorecard.framework,
            "overall": interval_json(scorecard.overall),
            **live.scorecard["path"],
            "steps": live.scorecard["next_steps"],
            "what_if": _what_if(scorecard, wanted.get("finish", [])),
        }
        return self.show(shapes.StepsShape, told)


def _what_if(scorecard: Scorecard, finished: list[str]) -> dict[str, Any] | None:
    if not finished:
        return None
    try:
        reached = what_if(scorecard, framework_in_force(scorecard.framework), finished)
    except ValueError as error:
        raise Invalid(str(error), do="Name criteria of this framework.", field="finish") from error
    return {"finished": finished, "leads_to": interval_json(reached)}


class GateView(Resource):
    """Whether a project reaches a level."""

    scopes = {"GET": Scope.READ}
    open_to_visitors = True

    @documented("Ask the gate", shapes.GateShape, parameters=[shapes.GateQuestion])
    def get(self, request: Request, slug: str) -> Response:
        """Passes, below or inconclusive, for ``min-level`` and any number of ``dimension=KEY:LEVEL``."""
        wanted = self.query(shapes.GateQuestion)
        if "min-level" not in wanted and not wanted.get("dimension"):
            raise Invalid("No level is asked for.", do="Give min-level=2 or dimension=model-release:3.")
        live, scorecard = _live(self.project(slug), wanted["framework"])
        return self.show(shapes.GateShape, _told(_decided(scorecard, wanted), live))


def _decided(scorecard: Scorecard, wanted: dict[str, Any]) -> GateResult:
    demands, at = wanted.get("dimension", []), clock.now()
    strict, waived = wanted["strict"], wanted["waived"]
    try:
        return gate(scorecard, wanted.get("min-level"), demands, strict=strict, waived=waived, at=at)
    except LookupError as error:
        raise Invalid(str(error), do="Name a dimension of the framework.", field="dimension") from error


def _told(result: GateResult, live: Scoring) -> dict[str, Any]:
    return {
        "decision": result.decision.value,
        "sentence": result.sentence,
        "framework": live.framework,
        "checked_at": live.checked_at,
        "fresh": is_fresh(live),
        "open_until": result.open_until,
        "openings": [{"criterion": opening.criterion, "until": opening.until} for opening in result.openings],
        "findings": [finding.as_json() for finding in result.findings],
    }


def badge_view(request: HttpRequest, slug: str, **_: Any) -> HttpResponse:
    """``GET /badge/{slug}.svg`` for READMEs anywhere, of public projects; others for whoever may see them, else 404."""
    project = project_for(request.user, slug)
    live = live_scoring(project, DEFAULT_FRAMEWORK)
    drawn = badge(interval_of(live), fresh=is_fresh(live))
    response = HttpResponse(drawn, content_type="image/svg+xml; charset=utf-8")
    if project.visibility == Visibility.PUBLIC:
        patch_cache_control(response, public=True, max_age=300)
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
