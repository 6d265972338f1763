"""Work is requested once, by whoever may, and can be cancelled and repeated."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.jobs import queue
from mlops_portal.jobs.actions import cancel_job, request_job, retry_job
from mlops_portal.jobs.models import Job
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import InvalidTransition, NotAllowed
from mlops_portal.projects.models import Project

Acting = Callable[[User], Actor]
Run = Callable[[], list[Job]]
Request = Callable[..., Job]


def test_a_double_click_is_one_job_and_one_entry_in_the_trail(bob: User, flights: Project, acting: Acting) -> None:
    jobs = [
        request_job(actor=acting(bob), kind="tests.add", project=flights, subject="git", arguments={"a": 1})
        for _ in range(2)
    ]
    assert jobs[0] == jobs[1]
    assert Job.objects.count() == 1
    assert list(AuditEntry.objects.values_list("verb", "project_id")) == [("job.requested", flights.pk)]


def test_other_work_is_another_job(flights: Project, request_work: Request) -> None:
    first = request_work("tests.add", project=flights, arguments={"a": 1})
    for other in (
        request_work("tests.add", project=flights, arguments={"a": 2}),
        request_work("tests.add", project=flights, subject="git", arguments={"a": 1}),
        request_work("tests.add", arguments={"a": 1}),
    ):
        assert other != first


def test_the_same_work_can_be_asked_for_again_when_it_is_done(request_work: Request, run_jobs: Run) -> None:
    first = request_work("tests.add")
    run_jobs()
    second = request_work("tests.add")
    assert (first.number, second.number, second.state) == (1, 2, "queued")


def test_work_with_a_key_is_done_once_for_ever(request_work: Request, run_jobs: Run) -> None:
    first = request_work("tests.add", key="2026-11-23")
    run_jobs()
    assert request_work("tests.add", key="2026-11-23", arguments={"a": 1}).pk == first.pk
    assert request_work("tests.add", key="2026-11-24").pk != first.pk


def test_the_id_says_what_it_is_and_is_the_same_wherever_it_is_made(flights: Project, request_work: Request) -> None:
    job = request_work("tests.add", project=flights, key="k")
    Job.objects.all().delete()
    assert request_work("tests.add", project=flights, key="k").pk == job.pk
    assert job.pk.startswith("tests.add-flights-")


def test_the_queue_is_told_only_when_the_transaction_commits(
    request_work: Request,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(queue, "enqueue", lambda job: sent.append(job.pk))
    with django_capture_on_commit_callbacks(execute=True):
        job = request_work("tests.add")
        assert sent == []
    assert sent == [job.pk]


@pytest.mark.django_db(transaction=True)
def test_eager_jobs_are_done_when_the_request_is(eager_jobs: None, request_work: Request) -> None:
    job = request_work("tests.add", arguments={"a": 1, "b": 2})
    job.refresh_from_db()
    assert (job.state, job.result) == ("succeeded", {"sum": 3})


def test_people_ask_only_for_what_they_may(charlie: User, bob: User, flights: Project, acting: Acting) -> None:
    with pytest.raises(NotAllowed, match="Charlie Castro may not collect evidence"):
        request_job(actor=acting(charlie), kind="tests.add", project=flights)
    with pytest.raises(NotAllowed, match="only the portal itself"):
        request_job(actor=acting(bob), kind="tests.gate", project=flights)
    assert not Job.objects.exists()


def test_a_kind_nobody_registered_is_an_error(request_work: Request) -> None:
    with pytest.raises(LookupError, match=r"No job kind is called 'tests\.nothing'"):
        request_work("tests.nothing")


def test_a_queued_job_is_cancelled_at_once(bob: User, flights: Project, acting: Acting, run_jobs: Run) -> None:
    job = request_job(actor=acting(bob), kind="tests.add", project=flights)
    job = cancel_job(actor=acting(bob), job=job, reason="a mistake")
    assert (job.state, job.finished_at is not None) == ("cancelled", True)
    assert run_jobs() == []
    entry = AuditEntry.objects.order_by("-sequence")[0]
    assert (entry.verb, entry.reason, entry.before) == ("job.cancelled", "a mistake", {"state": "queued"})


def test_a_running_job_is_asked_to_stop(flights: Project, request_work: Request) -> None:
    job = request_work("tests.add", project=flights)
    Job.objects.update(state="running", attempts=1)
    job = cancel_job(actor=Actor.system("tests"), job=job)
    assert (job.state, job.cancel_requested) == ("running", True)


@pytest.mark.parametrize("action", [cancel_job, retry_job])
def test_outsiders_steer_nothing(
    action: Callable[..., Job], charlie: User, flights: Project, request_work: Request, acting: Acting
) -> None:
    job = request_work("tests.add", project=flights)
    with pytest.raises(NotAllowed):
        action(actor=acting(charlie), job=job)
    assert Job.objects.get().state == "queued"


def test_what_has_succeeded_is_neither_cancelled_nor_repeated(request_work: Request, run_jobs: Run) -> None:
    request_work("tests.add")
    (job,) = run_jobs()
    for action in (cancel_job, retry_job):
        with pytest.raises(InvalidTransition, match="A succeeded job cannot"):
            action(actor=Actor.system("tests"), job=job)


def test_a_failed_job_is_repeated_from_the_start(
    bob: User, flights: Project, request_work: Request, run_jobs: Run, acting: Acting
) -> None:
    request_work("tests.fail", project=flights, arguments={"how": "bug"})
    (job,) = run_jobs()
    before = job.dispatch
    job = retry_job(actor=acting(bob), job=job)
    assert (job.state, job.attempts, job.error, job.dispatch) == ("queued", 0, "", before + 1)
    assert retry_job(actor=acting(bob), job=job).dispatch == before + 1
    assert [job.state for job in run_jobs()] == ["failed"]
