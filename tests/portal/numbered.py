"""One of everything that addresses of pages need, under numbers that are known beforehand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assessments.lifecycle.exemption_reviews import digest_of
from assessments.models import Assessment, DesignReview, Exemption, RoadmapStep
from mlops_portal.accounts.actors import actor_from_user
from mlops_portal.accounts.models import User
from mlops_portal.api.models import PersonalToken
from mlops_portal.jobs.models import Job
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Face
from mlops_portal.projects.models import Project, ProjectToken
from mlops_portal.reviews.actions import open_review
from mlops_portal.reviews.models import Review

PROJECT, JOB = {"slug": "flights"}, {"job_id": "assessments.look-flights-1"}
ASSESSMENT = {"assessment_id": "7"}
PLANNED = PROJECT | {"number": "7"}
REVIEW = {"review_id": "7"}
OWN_TOKEN = {"token_id": "00000000-0000-0000-0000-000000000007"}


@pytest.fixture
def job(flights: Project) -> Job:
    return Job.objects.create(
        id=JOB["job_id"], kind="assessments.look", project=flights, slot="1", requested_at=clock.now(), subject="git"
    )


@pytest.fixture
def draft(flights: Project, alice: User) -> Assessment:
    values = {"framework": "mlops-levels", "framework_version": "1.0", "started_by": alice, "started_at": clock.now()}
    return Assessment.objects.create(pk=ASSESSMENT["assessment_id"], project=flights, **values)


@pytest.fixture
def planned(flights: Project, alice: User, dana: User) -> None:
    at = clock.now()
    Exemption.objects.create(
        pk=7, project=flights, kind="waiver", criterion="MR-1.1", reason_code="accepted-risk", text="A pilot.",
        starts=at, expires=at + timedelta(days=9), requested_by=alice, requested_at=at, decided_by=dana, decided_at=at,
        state="granted",
    )  # fmt: skip
    DesignReview.objects.create(project=flights, started_by=alice, started_at=at)
    RoadmapStep.objects.create(pk=7, project=flights, criterion="MR-1.1", planned_by=alice, planned_at=at)
    open_review(
        actor=actor_from_user(alice, face=Face.WEB), kind="waiver", subject_id="7", title="Waiver", digest="0",
        project=flights,
    )  # fmt: skip


@pytest.fixture
def asked(planned: None) -> None:
    """The review of the waiver has a number that is known, and is about the waiver as it is."""
    bound = digest_of(Exemption.objects.get(pk=7))
    Review.objects.filter(kind="waiver", subject_id="7").update(id=REVIEW["review_id"], digest=bound)


@pytest.fixture
def tokens(flights: Project, alice: User) -> None:
    ProjectToken.objects.create(pk=7, project=flights, name="CI", digest="7" * 64)
    made, _ = PersonalToken.objects.create(alice, name="notebook", scopes=["read"])
    PersonalToken.objects.filter(pk=made.pk).update(id=OWN_TOKEN["token_id"])


@pytest.fixture
def numbered(job: Job, draft: Assessment, asked: None, tokens: None) -> None:
    """One of everything that an address of a page needs, under a number that is known."""
