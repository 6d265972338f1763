"""Reading assessments: one, those of a project, the open and the accepted one, and how one would score now."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from assessments.frameworks.framework import Framework
from assessments.models import Assessment, Scoring
from assessments.scoring.changes import Change
from assessments.scoring.difference import difference
from assessments.scoring.published import from_json
from assessments.scoring.scorecard import Scorecard
from assessments.selectors.due import due_on
from assessments.selectors.form import drafted, evidence_with, payload_of
from assessments.selectors.frameworks import framework_in_force
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK, live_scoring
from assessments.selectors.scoring import score_project
from assessments.transitions import ANSWERABLE, OPEN, State
from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import may
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor, ActorKind
from mlops_portal.kernel.errors import NotFound
from mlops_portal.projects.models import Project

__all__ = [
    "accepted_assessment",
    "assessment_for",
    "assessments_of",
    "due_on",
    "effect",
    "framework_of",
    "open_assessment",
    "preview",
]

Viewer = Actor | User | None

#: What only those who may work on it read, unless it is published: everything before it is submitted, or taken back.
DRAFTS = frozenset({*ANSWERABLE, State.WITHDRAWN})

PEOPLE = ("started_by", "submitted_by", "decided_by", "published_by")


def _shown(viewer: Viewer, project: Project) -> Q:
    """Which assessments of a project somebody may read: all, the submitted, the published ones, or none."""
    if isinstance(viewer, Actor) and viewer.kind is ActorKind.SYSTEM:
        return Q()
    person = viewer.principal if isinstance(viewer, Actor) else viewer
    if may(person, "assessments.view_draft", project):
        return Q()
    if may(person, "projects.view_history", project):
        return ~Q(state__in=DRAFTS)
    return Q(published_at__isnull=False) if may(person, "projects.view_project", project) else Q(pk__in=())


def assessment_for(viewer: Viewer, id: int | str) -> Assessment:
    """One assessment with its project and people. Raises NotFound, in the same words for a hidden one as for none."""
    rows = Assessment.objects.select_related("project", *PEOPLE)
    found = rows.filter(pk=id).first() if str(id).isdecimal() else None
    if found is None or not rows.filter(_shown(viewer, found.project), pk=found.pk).exists():
        raise NotFound("There is no such assessment, or you may not see it.", do="Look at the project's assessments.")
    return found


def assessments_of(viewer: Viewer, project: Project) -> QuerySet[Assessment]:
    """The assessments of a project that somebody may read, the newest first, without their scorecards."""
    rows = Assessment.objects.filter(_shown(viewer, project), project=project).select_related("project", *PEOPLE)
    return rows.defer("answers", "scorecard", "evidence")


def open_assessment(project: Project, framework: str = DEFAULT_FRAMEWORK) -> Assessment | None:
    """The one that is being worked on or reviewed under a framework, if there is one; one query."""
    rows = Assessment.objects.select_related("project", *PEOPLE)
    return rows.filter(project=project, framework=framework, state__in=OPEN).first()


def accepted_assessment(project: Project, framework: str = DEFAULT_FRAMEWORK) -> Assessment | None:
    """The last one that was accepted under a framework, if there is one; one query."""
    rows = Assessment.objects.select_related("project", *PEOPLE)
    return rows.filter(project=project, framework=framework, state=State.ACCEPTED).first()


def framework_of(assessment: Assessment) -> Framework:
    """The framework that the assessment is scored under now. Raises NotFound when it is in force no longer."""
    try:
        return framework_in_force(assessment.framework)
    except LookupError as error:
        raise NotFound(
            f"The framework {assessment.framework} is in force no longer.", do="Start another one."
        ) from error


def preview(assessment: Assessment, at: datetime | None = None) -> Scorecard:
    """How the assessment scores: with the answers as they are now, or as it was frozen when it was submitted."""
    if assessment.scorecard is not None and assessment.state not in ANSWERABLE:
        return from_json(assessment.scorecard)
    at = at or clock.now()
    evidence = evidence_with(assessment, payload_of(assessment, drafted(assessment)), at)
    return score_project(assessment.project, evidence, framework_of(assessment), at)


def effect(assessment: Assessment, scorecard: Scorecard, live: Scoring | None = None) -> tuple[Change, ...]:
    """What is different in ``scorecard`` from the project's live one; everything unknown makes no difference."""
    live = live or live_scoring(assessment.project, assessment.framework)
    try:
        return difference(live.scorecard, scorecard) if live else ()
    except (KeyError, ValueError, TypeError):  # a live scorecard in the form of an older release
        return ()
