"""Finding work that fell between two stools, and putting it back on one: sent again, taken over, or given up."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from mlops_portal.jobs import queue
from mlops_portal.jobs.kinds import JOB_KINDS
from mlops_portal.jobs.lifecycle import State
from mlops_portal.jobs.models import Job
from mlops_portal.jobs.run import RUNNING, finish
from mlops_portal.kernel import clock

logger = logging.getLogger(__name__)

#: A running job whose heartbeat is older than this has lost its worker.
LEASE = timedelta(seconds=60)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """How many jobs were sent again, taken from a dead worker, and ended because they took too long."""

    sent: int = 0
    taken_over: int = 0
    too_long: int = 0


def sweep(now: datetime | None = None) -> Swept:
    """One round over the open jobs. Harmless at any time, in any number of workers at once."""
    now = now or clock.now()
    too_long = sum(_end_if_too_long(job, now) for job in Job.objects.filter(state=State.RUNNING))
    taken_over = _take_over(now)
    return Swept(_send_again(now), taken_over, too_long)


def _end_if_too_long(job: Job, now: datetime) -> bool:
    seconds = JOB_KINDS.get(job.kind).seconds if job.kind in JOB_KINDS else 3600.0
    if job.started_at is None or now - job.started_at <= timedelta(seconds=seconds):
        return False
    return finish(job, State.FAILED, error=f"Stopped: it took longer than {seconds:.0f} seconds.")


def _take_over(now: datetime) -> int:
    """Queue the running jobs of dead workers again, under a new dispatch number that voids the old message."""
    taken = 0
    for job in Job.objects.filter(state=State.RUNNING, heartbeat__lt=now - LEASE):
        if job.pk in RUNNING:
            continue
        held = Job.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts, heartbeat=job.heartbeat)
        taken += held.update(
            state=State.QUEUED, dispatch=job.dispatch + 1, heartbeat=None, message="its worker died; queued again"
        )
    return taken


def _send_again(now: datetime) -> int:
    """Send the queued jobs that the queue does not hold; not those that still wait for their next attempt."""
    if not settings.DBOS_DATABASE_URL:
        return 0
    queued = Job.objects.filter(state=State.QUEUED).exclude(not_before__gt=now)
    try:
        lost = queue.lost(queued.order_by("requested_at")[:_AT_ONCE])
    except Exception as error:  # noqa: BLE001 – the queue's database may fail in any way; the next round tries again
        logger.warning("The job queue cannot be asked (%s).", type(error).__name__)
        return 0
    return sum(queue.enqueue(job) for job in lost)
