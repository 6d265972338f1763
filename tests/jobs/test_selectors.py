"""Everybody can see how background work goes, and whether anybody is there to do it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from mlops_portal.accounts.models import User
from mlops_portal.jobs.housekeeping import KEPT
from mlops_portal.jobs.models import Job
from mlops_portal.jobs.pulse import beat, register_worker, sign_off
from mlops_portal.jobs.run import RUNNING
from mlops_portal.jobs.selectors import job, jobs_for, queue_state, visible_jobs, workers
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import NotFound
from mlops_portal.projects.models import Project

Request = Callable[..., Job]


def test_an_empty_queue_without_a_worker(db: None) -> None:
    state = queue_state()
    assert (state.queued, state.running, state.oldest_queued_seconds, state.worker_alive) == (0, 0, 0.0, False)


def test_the_age_of_the_oldest_waiting_job(request_work: Request) -> None:
    first = request_work("tests.add", arguments={"a": 1})
    request_work("tests.add", arguments={"a": 2})
    state = queue_state(first.requested_at + timedelta(seconds=90))
    assert (state.queued, state.oldest_queued_seconds) == (2, 90.0)


def test_a_worker_is_alive_while_it_beats_and_not_after_it_stopped(db: None) -> None:
    register_worker("one")
    assert queue_state().worker_alive
    assert not queue_state(clock.now() + timedelta(seconds=31)).worker_alive
    sign_off("one")
    state = queue_state()
    assert (state.worker_alive, state.last_beat) == (False, None)
    assert workers().get().stopped_at is not None


def test_a_beat_reaches_the_jobs_that_run_here(request_work: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    register_worker("one")
    made = request_work("tests.add")
    Job.objects.update(state="running", attempts=1, worker="one", heartbeat=clock.now() - timedelta(hours=1))
    recent = Job.objects.filter(heartbeat__gt=clock.now() - timedelta(minutes=1))
    beat("one")
    assert not recent.exists()
    monkeypatch.setitem(RUNNING, made.pk, 1)
    beat("one")
    assert recent.exists()


def test_a_project_shows_its_own_jobs(flights: Project, request_work: Request, run_jobs: Callable[[], object]) -> None:
    mine = request_work("tests.add", project=flights)
    request_work("tests.add")
    assert list(jobs_for(flights)) == [mine]
    assert job(mine.pk) == mine
    run_jobs()
    assert not jobs_for(flights, open_only=True)


def test_people_see_the_jobs_of_projects_they_see(
    flights: Project, alice: User, charlie: User, request_work: Request
) -> None:
    request_work("tests.add", project=flights)
    request_work("tests.add")
    assert visible_jobs(alice).count() == 1
    assert not visible_jobs(charlie)


def test_a_job_that_is_not_there(db: None) -> None:
    with pytest.raises(NotFound, match="There is no job"):
        job("nothing")


def test_jobs_that_finished_long_ago_are_forgotten(request_work: Request, run_jobs: Callable[[], list[Job]]) -> None:
    request_work("tests.add", arguments={"a": 1})
    request_work("tests.add", arguments={"a": 2})
    old, new = run_jobs()
    Job.objects.filter(pk=old.pk).update(finished_at=clock.now() - KEPT - timedelta(days=1))
    request_work("jobs.forget")
    assert run_jobs()[-1].result == {"forgotten": 1, "messages": 0}
    assert Job.objects.filter(pk=new.pk).exists()
    assert not Job.objects.filter(pk=old.pk).exists()
