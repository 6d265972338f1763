"""The nightly look: every project gets its turn, and what only CI posts about runs out too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from assessments.collectors.look import look
from assessments.collectors.request import Request
from assessments.evidence import Evidence, Sight
from assessments.lifecycle import background
from assessments.lifecycle.background import LOOK_AT_ALL
from assessments.lifecycle.collect import request_collection
from assessments.lifecycle.push import push_evidence
from assessments.models import Scoring
from mlops_portal.jobs.actions import cancel_job, request_job
from mlops_portal.jobs.lifecycle import State
from mlops_portal.jobs.models import Job
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.projects.models import Project

SYSTEM = Actor.system("test")
Run = Callable[[], list[Job]]


def ci_verdict() -> str:
    live = Scoring.objects.get(framework="mlops-levels", live=True)
    checks = {c["id"]: c for d in live.scorecard["dimensions"].values() for cr in d["criteria"] for c in cr["checks"]}
    return str(checks["GIT-07"]["verdict"]).lower()


def test_what_only_ci_posts_about_runs_out_in_the_night(
    flights: Project, run_jobs: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    ends = {"status": "success", "branch": "main", "default_branch": "main", "commit": "a" * 40}
    payload = {**ends, "finished_at": now.isoformat()}
    push_evidence(actor=SYSTEM, project=flights, document={"topic": "pushed.ci", "payload": payload})
    assert ci_verdict() == "met"
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=400))
    request_job(actor=SYSTEM, kind=LOOK_AT_ALL)
    assert [job.state for job in run_jobs()] == [State.SUCCEEDED]
    assert ci_verdict() == "stale"


def test_one_projects_trouble_keeps_no_other_from_being_looked_at(
    flights: Project, run_jobs: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Project.objects.create(slug="wine", name="Wine", repository="https://127.0.0.1:1/wine")

    def troubled(*, actor: Actor, project: Project) -> list[Job]:
        if project.slug == "flights":
            raise KeyError("a scorecard of an older release")
        return request_collection(actor=actor, project=project)

    monkeypatch.setattr(background, "request_collection", troubled)
    request_job(actor=SYSTEM, kind=LOOK_AT_ALL)
    run_jobs()
    assert Job.objects.filter(project__slug="wine").count() >= 2
    night = Job.objects.get(kind=LOOK_AT_ALL)
    assert night.state == State.FAILED
    assert "Flights" in night.error


class Broken:
    """A collector that breaks its promise."""

    source = "git"

    def configured(self, request: Request) -> bool:
        """Yes."""
        return True

    def collect(self, request: Request) -> list[Evidence]:
        """Raise, with a password in the text."""
        raise OSError("cannot open https://alice:hunter2@git.example.org")


def test_a_collector_that_raises_tells_no_credentials(db: Any) -> None:
    seen = look(Broken(), Request(project="flights", now=clock.now()))
    assert seen.sight is Sight.ERROR
    assert "hunter2" not in seen.message


def test_a_look_that_is_cancelled_while_it_looks_keeps_nothing(
    flights: Project, run_jobs: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    flights.repository = "https://127.0.0.1:1/flights"
    flights.save()
    request_collection(actor=SYSTEM, project=flights)

    def cancelled_meanwhile(*_: Any) -> tuple[()]:
        cancel_job(actor=SYSTEM, job=Job.objects.get(state=State.RUNNING))
        return ()

    monkeypatch.setattr("assessments.lifecycle.collect.look_everywhere", cancelled_meanwhile)
    assert {ended.state for ended in run_jobs()} == {State.CANCELLED}
    assert not Scoring.objects.exists()
