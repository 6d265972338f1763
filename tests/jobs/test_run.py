"""Whatever a job does, it ends in exactly one final state with a reason a person can read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mlops_portal.jobs.actions import cancel_job, retry_job
from mlops_portal.jobs.context import STOPPING, Cancelled, JobContext, Superseded, WorkerStopping
from mlops_portal.jobs.kinds import JOB_KINDS, JobKind
from mlops_portal.jobs.models import Job
from mlops_portal.jobs.run import RUNNING, finish, run_job
from mlops_portal.jobs.sweep import LEASE, sweep
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.projects.models import Project

Run = Callable[[], list[Job]]
Request = Callable[..., Job]
SYSTEM = Actor.system("tests")


@pytest.fixture
def body(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Any]], str]:
    """Make a function the body of a job kind; its name."""

    def make(run: Callable[..., Any]) -> str:
        monkeypatch.setitem(JOB_KINDS._items, "tests.body", JobKind("tests.body", run, "Anything"))
        return "tests.body"

    return make


def test_a_job_that_ends_well_keeps_its_result_and_full_progress(request_work: Request, run_jobs: Run) -> None:
    request_work("tests.add", arguments={"a": 2, "b": 3})
    (job,) = run_jobs()
    assert (job.state, job.result, job.progress, job.attempts, job.error) == ("succeeded", {"sum": 5}, 1.0, 1, "")
    assert job.started_at is not None
    assert job.finished_at is not None
    assert RUNNING == {}


@pytest.mark.parametrize(
    ("how", "attempts", "error"),
    [
        ("bug", 1, "ZeroDivisionError: division by zero at https://[redacted]@host/x"),
        ("refusal", 1, "The branch is gone. Choose another."),
        ("lasting", 1, "The password is wrong."),
        ("passing", 3, "MLflow does not answer."),
        ("database", 3, "OperationalError: database is locked"),
        ("large", 1, "ValueError: The job's result is larger than 1 MB; store it and return where it is."),
    ],
)
def test_a_job_that_fails_says_why_and_is_tried_again_only_where_that_can_help(
    how: str, attempts: int, error: str, request_work: Request, run_jobs: Run
) -> None:
    request_work("tests.fail", arguments={"how": how})
    (job,) = run_jobs()
    assert (job.state, job.attempts, job.error) == ("failed", attempts, error)


def test_a_result_that_cannot_be_kept_is_a_failure(request_work: Request, run_jobs: Run) -> None:
    request_work("tests.fail", arguments={"how": "result"})
    assert run_jobs()[0].error.startswith("TypeError: object has no canonical form")


def test_the_next_attempt_waits_longer_each_time(
    request_work: Request, body: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlops_portal.jobs import queue
    from mlops_portal.kernel.errors import Unavailable

    waits: list[float] = []
    monkeypatch.setattr(queue, "enqueue", lambda job, *, delay=0.0: waits.append(delay))

    def fail(context: JobContext) -> None:
        raise Unavailable("not now")

    job = request_work(body(fail))
    for _ in range(3):
        job.refresh_from_db()
        run_job(job.pk, job.dispatch, worker="w")
    assert waits == [10.0, 40.0]


def test_a_job_whose_kind_was_removed_fails_with_its_name(request_work: Request, run_jobs: Run) -> None:
    job = request_work("tests.add")
    Job.objects.filter(pk=job.pk).update(kind="gone.away")
    assert run_jobs()[0].error == "No job kind is called 'gone.away' here; it may have been removed."


def test_progress_is_seen_while_the_job_runs(request_work: Request, run_jobs: Run, body: Any) -> None:
    seen: list[tuple[float, str]] = []

    def report(context: JobContext) -> None:
        context.progress(0.25, "a quarter of https://u:pw@host")
        job = Job.objects.get()
        seen.append((job.progress, job.message))
        context.progress(7, "done")
        seen.append((Job.objects.get().progress, "clamped"))

    request_work(body(report))
    run_jobs()
    assert seen == [(0.25, "a quarter of https://[redacted]@host"), (1.0, "clamped")]


def test_a_running_job_that_is_cancelled_stops_at_its_next_report(
    request_work: Request, run_jobs: Run, body: Any
) -> None:
    reached: list[str] = []

    def be_cancelled(context: JobContext) -> None:
        cancel_job(actor=SYSTEM, job=Job.objects.get())
        try:
            context.progress(1.0)
        except Exception:  # noqa: BLE001 – a job's own error handling, too wide as they often are
            reached.append("swallowed")
        reached.append("went on")

    request_work(body(be_cancelled))
    (job,) = run_jobs()
    assert (job.state, reached) == ("cancelled", [])


def test_a_job_acts_under_a_name_that_says_for_whom(
    request_work: Request, run_jobs: Run, body: Any, flights: Project
) -> None:
    seen: list[Any] = []

    def look(context: JobContext) -> None:
        seen.extend([context.actor.name, context.project, context.subject])

    kind = body(look)
    request_work(kind, project=flights, subject="git")
    run_jobs()
    assert seen == ["job tests.body, for tests", flights, "git"]


def test_a_message_that_is_void_or_comes_twice_does_nothing(request_work: Request, diary: Any) -> None:
    job = request_work("tests.diary", arguments={"line": "once"})
    run_job(job.pk, job.dispatch + 1, worker="w")
    assert diary() == []
    for _ in range(2):
        run_job(job.pk, job.dispatch, worker="w")
    run_job("unknown", 1, worker="w")
    assert diary() == ["once"]


def test_a_runner_that_was_given_up_cannot_write_any_more(request_work: Request, body: Any) -> None:
    job = request_work(body(lambda context: None))

    def lose(context: JobContext) -> dict[str, str]:
        Job.objects.update(heartbeat=clock.now() - 2 * LEASE)
        RUNNING.clear()
        assert sweep().taken_over == 1
        with pytest.raises(Superseded):
            context.cancelled()
        with pytest.raises(Superseded):
            context.progress(1.0)
        return {"from": "the slow one"}

    body(lose)
    run_job(job.pk, job.dispatch, worker="slow")
    job.refresh_from_db()
    assert (job.state, job.result, job.dispatch) == ("queued", None, 2)


def test_a_runner_of_before_a_retry_cannot_write_either(request_work: Request, body: Any) -> None:
    job = request_work(body(lambda context: None))

    def outlive_its_job(context: JobContext) -> dict[str, str]:
        finish(Job.objects.get(), "failed", error="took too long")  # type: ignore[arg-type]
        retry_job(actor=SYSTEM, job=Job.objects.get())
        RUNNING.clear()
        body(lambda context: {"from": "the new one"})
        run_job(job.pk, Job.objects.get().dispatch, worker="new")
        return {"from": "the old one"}

    body(outlive_its_job)
    run_job(job.pk, job.dispatch, worker="old")
    job.refresh_from_db()
    assert (job.state, job.attempts, job.result) == ("succeeded", 1, {"from": "the new one"})


def test_a_worker_that_stops_puts_the_job_back_as_if_it_had_not_begun(request_work: Request, body: Any) -> None:
    def notice(context: JobContext) -> None:
        STOPPING.set()
        try:
            context.progress(0.5)
        finally:
            STOPPING.clear()

    job = request_work(body(notice))
    run_job(job.pk, job.dispatch, worker="w")
    job.refresh_from_db()
    assert (job.state, job.attempts, job.dispatch) == ("queued", 0, 2)


def test_interruptions_are_not_swallowed_by_handlers_of_errors() -> None:
    assert not any(issubclass(kind, Exception) for kind in (Cancelled, Superseded, WorkerStopping))


@pytest.mark.parametrize(("age", "taken"), [(timedelta(seconds=59), 0), (timedelta(seconds=61), 1)])
def test_the_job_of_a_dead_worker_is_taken_over_when_its_lease_has_run_out(
    request_work: Request, run_jobs: Run, age: timedelta, taken: int
) -> None:
    now = clock.now()
    request_work("tests.add")
    Job.objects.update(state="running", attempts=1, worker="dead", started_at=now - age, heartbeat=now - age)
    assert sweep(now).taken_over == taken
    if taken:
        (job,) = run_jobs()
        assert (job.state, job.attempts) == ("succeeded", 2)


def test_a_job_that_takes_too_long_is_ended(request_work: Request) -> None:
    now = clock.now()
    request_work("tests.add")
    long_ago = now - timedelta(seconds=3601)
    Job.objects.update(state="running", attempts=1, started_at=long_ago, heartbeat=now)
    assert sweep(now).too_long == 1
    assert Job.objects.get().error == "Stopped: it took longer than 3600 seconds."
