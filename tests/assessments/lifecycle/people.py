"""What tests of assessments share: actors of people, answers by the dozen, one assessment in each state."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from assessments.evidence import Evidence, Sight
from assessments.lifecycle.answering import answer_item
from assessments.lifecycle.assess import start_assessment, submit_assessment
from assessments.lifecycle.record import store_evidence
from assessments.lifecycle.rescore import rescore
from assessments.models import Assessment
from assessments.selectors.scorecards import live_scoring
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor, Face
from mlops_portal.projects.actors import actor_from_user
from mlops_portal.projects.models import Project
from mlops_portal.reviews.actions import decide
from mlops_portal.reviews.models import Review
from mlops_portal.reviews.selectors import open_review_of
from tests.assessments.collectors.git.ci.trees import look, workflow

SYSTEM = Actor.system("test")
PROOF = "https://git.example.org/flights/proof"


def by(user: User) -> Actor:
    """The actor for a person on the web."""
    return actor_from_user(user, face=Face.WEB)


def in_days(days: int) -> date:
    """The day so many days from today."""
    return (clock.now() + timedelta(days=days)).date()


def say(user: User, assessment: Assessment, item: str = "HUM-03", answer: str = "yes", **more: Any) -> None:
    """Answer one item, with a link."""
    answer_item(actor=by(user), assessment=assessment, item=item, answer=answer, **{"link": PROOF, **more})


def attest(user: User, assessment: Assessment, criterion: str, answer: str = "yes") -> None:
    """Attest a criterion for 90 days, with a link."""
    say(user, assessment, criterion, answer, expires=in_days(90))


def submitted(user: User, project: Project) -> Assessment:
    """An assessment with one answer, submitted."""
    draft = start_assessment(actor=by(user), project=project)
    say(user, draft)
    return submit_assessment(actor=by(user), assessment=draft)


def review_of(assessment: Assessment) -> Review:
    """The open review of an assessment."""
    found = open_review_of("assessment", str(assessment.pk))
    assert found is not None
    return found


def accept(user: User, assessment: Assessment) -> Assessment:
    """Say yes to an assessment."""
    review = review_of(assessment)
    decide(actor=by(user), review=review, answer="approve", reason="I looked at it.", digest=review.digest)
    return Assessment.objects.get(pk=assessment.pk)


def give_back(user: User, assessment: Assessment, **details: str) -> Assessment:
    """Return an assessment, with reasons per criterion (``MR_2_1`` is MR-2.1)."""
    review = review_of(assessment)
    named = {key.replace("_", "-", 1).replace("_", "."): text for key, text in details.items()}
    reason = "Look at it again."
    decide(actor=by(user), review=review, answer="return", reason=reason, digest=review.digest, details=named)
    return Assessment.objects.get(pk=assessment.pk)


def seen(topic: str, *, at: datetime | None = None, **payload: Any) -> Evidence:
    """Evidence as a collector brings it."""
    moment = at or clock.now()
    return Evidence(topic, "somewhere", Sight.OK, moment, moment, payload=payload)


def machines_saw(project: Project, *evidence: Evidence) -> None:
    """Keep evidence of machines and score with it."""
    with transaction.atomic():
        store_evidence(project, evidence)
        rescore(actor=SYSTEM, project=project)


def level(project: Project) -> tuple[int, int]:
    """The live level under the default framework."""
    live = live_scoring(project, "mlops-levels")
    assert live is not None
    return live.confirmed, live.possible


def verdict(document: Any, criterion: str) -> str:
    """A criterion's verdict in a published scorecard."""
    criteria = (c for dimension in document["dimensions"].values() for c in dimension["criteria"])
    return next(str(c["verdict"]) for c in criteria if c["id"] == criterion)


def ci_runs_no_tests(project: Project) -> None:
    """Machines see unit tests, and a CI that does not run them."""
    ci = look({".github/workflows/ci.yml": workflow("echo tests")})
    tests: dict[str, Any] = {
        "files": [{"path": "tests/test_a.py", "kind": "unit", "tests": 2}],
        "file_count": 1,
        "unit": {"files": 1, "tests": 2},
        "integration": {"files": 0, "tests": 0},
        "folders": ["tests"],
        "other_languages": [],
        "left_out": 0,
    }
    machines_saw(project, seen("git.ci", **ci), seen("git.tests", **tests))
