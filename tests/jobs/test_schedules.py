"""What is due is requested once, however many workers look, and the last missed time is made up for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_portal.jobs.models import Job
from mlops_portal.jobs.schedules import SCHEDULES, Schedule, last_due, register_schedule, request_due

NIGHTLY = Schedule("tests.nightly", "15 2 * * *", "tests.diary", {"line": "night"})
MORNING = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def nightly(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """One schedule, and no other."""
    monkeypatch.setattr(SCHEDULES, "_items", {})
    register_schedule(NIGHTLY.name, cron=NIGHTLY.cron, kind=NIGHTLY.kind, arguments=NIGHTLY.arguments)


def test_the_latest_time_at_which_it_was_due() -> None:
    assert last_due(NIGHTLY, MORNING) == datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
    assert last_due(NIGHTLY, MORNING.replace(hour=2, minute=14)) == datetime(2026, 11, 22, 2, 15, tzinfo=UTC)
    assert last_due(NIGHTLY, MORNING.replace(hour=2, minute=15, second=7)) == datetime(2026, 11, 23, 2, 15, tzinfo=UTC)


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1)))  # noqa: DTZ001
def test_it_was_due_within_the_last_day_and_never_in_the_future(moment: datetime) -> None:
    now = moment.replace(tzinfo=UTC)
    assert timedelta() <= now - last_due(NIGHTLY, now) < timedelta(days=1)


def test_every_worker_looks_and_the_work_is_requested_once(nightly: None) -> None:
    for _ in range(3):
        request_due(MORNING)
    job = Job.objects.get()
    assert (job.kind, job.arguments, job.requested_by) == ("tests.diary", {"line": "night"}, "schedule tests.nightly")


def test_of_several_missed_nights_the_last_one_is_made_up_for(nightly: None) -> None:
    request_due(MORNING)
    request_due(MORNING + timedelta(days=3))
    assert Job.objects.count() == 2


def test_a_worker_remembers_what_it_has_seen_to(nightly: None) -> None:
    done: dict[str, datetime] = {}
    assert len(request_due(MORNING, done=done)) == 1
    assert request_due(MORNING + timedelta(minutes=1), done=done) == []
    assert len(request_due(MORNING + timedelta(days=1), done=done)) == 1


def test_a_schedule_is_registered_once(nightly: None) -> None:
    with pytest.raises(ValueError, match="registered twice"):
        register_schedule(NIGHTLY.name, cron="0 0 * * *", kind="tests.diary")
