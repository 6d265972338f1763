"""Old evidence is forgotten, but never what stands, what was scored or reviewed with, or what still contradicts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from assessments.lifecycle.prune import PRUNE, prune_evidence
from assessments.models import Assessment, EvidenceRecord, Scoring
from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.jobs.actions import request_job
from mlops_portal.jobs.models import Job
from mlops_portal.jobs.schedules import SCHEDULES
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.projects.models import Project

SYSTEM = Actor.system("tests")
CUT = timedelta(days=400)


@pytest.fixture
def seen(flights: Project) -> Callable[..., EvidenceRecord]:
    def seen(
        digest: str, *, days: int = 500, standing: bool = False, sight: str = "ok", topic: str = "pushed.ci"
    ) -> EvidenceRecord:
        at = clock.now() - timedelta(days=days)
        times = {"first_seen_at": at, "last_effective_at": at, "last_seen_at": at}
        return EvidenceRecord.objects.create(
            project=flights, topic=topic, subject="x", sight=sight, digest=digest, standing=standing, **times
        )

    return seen


def left() -> set[str]:
    return set(EvidenceRecord.objects.values_list("digest", flat=True))


def prune(project: Project) -> int:
    return prune_evidence(actor=SYSTEM, project=project, before=clock.now() - CUT)


def test_only_what_is_old_and_nothing_rests_on_goes(
    flights: Project, alice: User, seen: Callable[..., EvidenceRecord]
) -> None:
    kept: dict[str, dict[str, Any]] = {
        "old-1": {},
        "old-2": {"days": 401},
        "young": {"days": 399},
        "stands": {"standing": True},
        "scored": {},
        "reviewed": {},
        "newest of another topic": {"topic": "pushed.tests"},
        "blind": {"sight": "unreachable", "days": 600},
    }
    for digest, more in kept.items():
        seen(digest, **more)
    at = clock.now()
    versions = {"framework": "mlops-levels", "framework_version": "1"}
    Scoring.objects.create(
        project=flights, catalogue_version="1", scored_at=at, checked_at=at, confirmed=0, possible=1, scorecard={},
        evidence=["scored"], digest="1", live=False, **versions,
    )  # fmt: skip
    Assessment.objects.create(project=flights, started_by=alice, started_at=at, evidence=["reviewed"], **versions)
    assert prune(flights) == 3
    assert left() == {"young", "stands", "scored", "reviewed", "newest of another topic"}
    entry = AuditEntry.objects.get(verb="evidence.forgotten")
    assert (entry.project_id, entry.after["records"]) == (flights.pk, 3)


def test_doing_it_twice_does_no_more_than_once(flights: Project, seen: Callable[..., EvidenceRecord]) -> None:
    seen("old-1")
    seen("newer", days=450)
    assert (prune(flights), prune(flights)) == (1, 0)
    assert AuditEntry.objects.count() == 1


def test_the_evidence_of_another_project_is_left_alone(
    flights: Project, public_project: Project, seen: Callable[..., EvidenceRecord]
) -> None:
    seen("old-1")
    seen("newer", days=450)
    assert prune(public_project) == 0
    assert left() == {"old-1", "newer"}


@pytest.fixture
def public_project(db: None) -> Project:
    return Project.objects.create(slug="postcodes", name="Postcodes")


@pytest.mark.parametrize(("days", "expected"), [(400, {"newer"}), (1000, {"old-1", "newer"}), (0, {"old-1", "newer"})])
def test_the_nightly_job_keeps_as_long_as_the_setting_says(
    flights: Project, seen: Callable[..., EvidenceRecord], run_jobs: Callable[[], list[Job]], settings: Settings,
    days: int, expected: set[str],
) -> None:  # fmt: skip
    settings.EVIDENCE_KEEP_DAYS = days
    seen("old-1")
    seen("newer", days=450)
    request_job(actor=SYSTEM, kind=PRUNE)
    (job,) = run_jobs()
    assert (job.state, left()) == ("succeeded", expected)


def test_it_is_done_every_night() -> None:
    assert SCHEDULES.get("evidence that nothing rests on").kind == PRUNE
