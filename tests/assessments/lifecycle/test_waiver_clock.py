"""A waiver that starts or ends by the clock is noticed within the hour, and named as the cause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import time_machine

from assessments.lifecycle.waiver_clock import FOLLOW, overtaken
from assessments.models import Scoring
from mlops_portal.accounts.models import User
from mlops_portal.jobs.actions import request_job
from mlops_portal.jobs.models import Job
from mlops_portal.projects.models import Project
from tests.assessments.lifecycle.granting import SYSTEM, asked, decided, scored

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_its_end_and_its_start_are_followed_once_each(
    flights: Project, alice: User, dana: User, run_jobs: Callable[[], list[Job]]
) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        scored(flights)
        decided(dana, asked(alice, flights, expires=NOON + timedelta(days=3)))
        later = {"starts": NOON + timedelta(days=1), "expires": NOON + timedelta(days=9)}
        decided(dana, asked(alice, flights, "AI-1.2", **later))
        assert not overtaken().exists()
        for day, cause in ((1, "waiver started"), (3, "waiver ended")):
            traveller.move_to(NOON + timedelta(days=day))
            assert list(overtaken()) == [flights]
            request_job(actor=SYSTEM, kind=FOLLOW)
            (job,) = run_jobs()
            assert job.result == 1
            live = Scoring.objects.get(project=flights, framework="mlops-levels", live=True)
            assert cause in {change["cause"] for change in live.changes}
            assert not overtaken().exists()
