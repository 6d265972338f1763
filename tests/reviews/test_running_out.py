"""Reviews that nobody decided in time are closed by the hourly job, and one that is stuck holds up no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from croniter import croniter

from mlops_portal.accounts.models import User
from mlops_portal.jobs.actions import request_job
from mlops_portal.jobs.models import Job
from mlops_portal.jobs.schedules import SCHEDULES
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.reviews.actions import withdraw_review
from mlops_portal.reviews.models import Review
from tests.reviews.conftest import as_actor
from tests.reviews.things import Things

Ask = Callable[..., Review]
Run = Callable[[], list[Job]]


def look(run_jobs: Run) -> Job:
    request_job(actor=Actor.system("tests"), kind="reviews.expire")
    return run_jobs()[0]


def states() -> dict[str, str]:
    return dict(Review.objects.values_list("subject_id", "state"))


def test_what_ran_out_is_closed_and_what_has_time_is_not(ask: Ask, run_jobs: Run, things: Things) -> None:
    ask("late")
    ask("soon", expires_at=clock.now() + timedelta(days=60))
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert look(run_jobs).result == 1
    assert states() == {"late": "expired", "soon": "open"}
    assert things.told == [("late", "expired")]


def test_what_is_closed_stays_as_it_is(ask: Ask, alice: User, run_jobs: Run) -> None:
    withdraw_review(actor=as_actor(alice), review=ask("late"), reason="Too early.")
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert look(run_jobs).result == 0
    assert states() == {"late": "withdrawn"}


def test_one_that_cannot_be_closed_holds_up_no_other(
    ask: Ask, run_jobs: Run, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("fine")
    stuck = ask("stuck")

    def closed(actor: Actor, review: Review) -> None:
        if review.subject_id == "stuck":
            raise OSError("the thing is stuck")

    monkeypatch.setattr(things, "closed", closed)
    with time_machine.travel(clock.now() + timedelta(days=31)):
        job = look(run_jobs)
    assert states() == {"fine": "expired", "stuck": "open"}
    assert job.state == "failed"
    assert f"[{stuck.pk}]" in job.error


def test_it_is_looked_at_every_hour() -> None:
    schedule = SCHEDULES.get("reviews that ran out")
    assert schedule.kind == "reviews.expire"
    first, second = (croniter(schedule.cron, clock.now()) for _ in range(2))
    second.get_next()
    assert second.get_next() - first.get_next() == 3600
