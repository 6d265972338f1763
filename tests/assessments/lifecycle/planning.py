"""Steps of roadmaps for tests: planned by people, settled by evidence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from assessments.evidence import Evidence, Sight
from assessments.lifecycle.record import store_evidence
from assessments.lifecycle.rescore import rescore
from assessments.lifecycle.roadmap import plan_step
from assessments.models import RoadmapStep
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.assessments.lifecycle.granting import SYSTEM, by

#: A criterion that one answer meets.
ANSWERED = "P-3.1"


def day(days: int) -> date:
    """The day so many days from today."""
    return clock.now().date() + timedelta(days=days)


def planned(user: User, project: Project, criterion: str = ANSWERED, **values: Any) -> RoadmapStep:
    """A step that this person takes on."""
    return plan_step(actor=by(user), project=project, criterion=criterion, **values)


def answered(project: Project) -> None:
    """The repository's answers meet the criterion, and the project is scored again."""
    at = clock.now()
    answer = {"id": "HUM-03", "answer": "yes", "text": "", "link": "https://git.example.org/contract", "by": "bob"}
    answers = [answer | {"at": at.isoformat(), "expires": "", "line": 1}]
    payload = {"answers": answers, "errors": []}
    store_evidence(project, [Evidence("human.file", "repository", Sight.OK, at, at, payload)])
    rescore(actor=SYSTEM, project=project)
