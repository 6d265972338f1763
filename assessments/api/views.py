"""Endpoints: push evidence, read a scorecard, the badge."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments.lifecycle.push import push_evidence
from assessments.reports.badge import badge
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK, interval_of, is_fresh, live_scoring, published
from mlops_portal.api.authentication import BearerAuthentication
from mlops_portal.api.parsers import BoundedJSONParser
from mlops_portal.kernel.errors import Invalid
from mlops_portal.projects.actors import actor_from_api
from mlops_portal.projects.models import Project, ProjectToken, Visibility
from mlops_portal.projects.selectors import project_for


class EvidenceView(APIView):
    """``POST /api/v1/projects/{slug}/evidence/``: CI posts what it saw, with a project token."""

    authentication_classes = (BearerAuthentication, SessionAuthentication)
    permission_classes = (IsAuthenticated,)
    parser_classes = (BoundedJSONParser,)

    def post(self, request: Request, slug: str) -> Response:
        """201 with the topic and until when it stands; 422 names the field that is wrong."""
        if not isinstance(request.data, dict):
            raise Invalid("The body is not a JSON object.", do='Send {"topic": "pushed.ci", "payload": {…}}.')
        actor = actor_from_api(request)
        evidence = push_evidence(actor=actor, project=project_for(actor, slug), document=request.data)
        return Response({"topic": evidence.topic, "effective_at": evidence.effective_at.isoformat()}, status=201)


class ScorecardView(APIView):
    """``GET /api/v1/projects/{slug}/scorecard/?framework=``: the live scorecard in its published shape."""

    authentication_classes = (BearerAuthentication, SessionAuthentication)
    permission_classes = (AllowAny,)  # project_for answers 404 to whoever may not see the project

    def get(self, request: Request, slug: str) -> Response:
        """200 with the scorecard, 404 when there is none yet or it may not be seen."""
        project = project_for(request.auth or request.user, slug)
        framework = request.query_params.get("framework", DEFAULT_FRAMEWORK)
        return Response(published(project, framework, messages=_is_known(request, project)))


def _is_known(request: Request, project: Project) -> bool:
    """Somebody who signed in, or a token of this very project: messages of collectors speak of our machines."""
    if isinstance(request.auth, ProjectToken):
        return request.auth.project_id == project.pk
    return bool(request.user.is_authenticated)


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
