"""Running one job: claim it, call its kind's function, bring it to one final state, whatever happens."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import Any

from django.db import OperationalError, transaction

from mlops_portal.jobs import queue
from mlops_portal.jobs.context import Cancelled, JobContext, Superseded, WorkerStopping
from mlops_portal.jobs.kinds import JOB_KINDS, JobKind
from mlops_portal.jobs.lifecycle import OPEN, State
from mlops_portal.jobs.models import Job
from mlops_portal.kernel import clock
from mlops_portal.kernel.digest import canonical
from mlops_portal.kernel.errors import PortalError, Unavailable
from mlops_portal.kernel.redaction import redacted_text, storable

logger = logging.getLogger(__name__)

#: The jobs that this process is running: id → attempt. The pulse reports them alive.
RUNNING: dict[str, int] = {}
_running_lock = threading.Lock()
_LONGEST_ERROR = 4000
_LARGEST_RESULT = 1_000_000


def run_job(job_id: str, dispatch: int, *, worker: str) -> None:
    """Run a job that came out of the queue. A message that is void, or about a job that has ended, does nothing."""
    job = _claim(job_id, dispatch, worker)
    if job is None:
        return
    try:
        _attempt(job)
    finally:
        with _running_lock:
            if RUNNING.get(job.pk) == job.attempts:
                del RUNNING[job.pk]


@transaction.atomic
def _claim(job_id: str, dispatch: int, worker: str) -> Job | None:
    """Begin an attempt, or end the job that may not have another. A running job is claimed when its runner died."""
    job = Job.objects.select_for_update(of=("self",)).filter(pk=job_id, dispatch=dispatch, state__in=OPEN).first()
    if job is None or job_id in RUNNING:
        return None
    if job.cancel_requested:
        finish(job, State.CANCELLED, message="cancelled before it ran")
        return None
    if job.kind not in JOB_KINDS:
        finish(job, State.FAILED, error=f"No job kind is called {job.kind!r} here; it may have been removed.")
        return None
    if job.attempts >= JOB_KINDS.get(job.kind).attempts:
        finish(job, State.FAILED, error=f"Given up: the worker died in the middle of it {job.attempts} times.")
        return None
    job.attempts, job.state, job.worker = job.attempts + 1, State.RUNNING, worker
    job.started_at = job.heartbeat = clock.now()
    job.save(update_fields=["attempts", "state", "worker", "started_at", "heartbeat"])
    with _running_lock:
        RUNNING[job.pk] = job.attempts
    return job


def _attempt(job: Job) -> None:
    kind = JOB_KINDS.get(job.kind)
    try:
        result = kind.run(JobContext(job), **job.arguments)
        finish(job, State.SUCCEEDED, result=_checked(result), progress=1.0)
    except Cancelled:
        finish(job, State.CANCELLED, message="cancelled while it ran")
    except Superseded:
        logger.warning("Job %s was taken from this worker; its result here is dropped.", job.pk)
    except WorkerStopping:
        hand_back(job)
    except (Unavailable, OperationalError) as error:
        _try_again_or_fail(job, kind, error)
    except Exception as error:  # one job's bug must not take the worker along
        logger.error("Job %s failed.", job.pk, exc_info=not isinstance(error, PortalError))
        finish(job, State.FAILED, error=_told(error))


def finish(job: Job, state: State, **values: Any) -> bool:
    """Bring the job to a final state, if it still is where the caller believes; whether it was."""
    held = Job.objects.filter(pk=job.pk, state__in=OPEN, attempts=job.attempts, dispatch=job.dispatch)
    return held.update(state=state, finished_at=clock.now(), **values) == 1


def hand_back(job: Job) -> bool:
    """Put a running job back into the queue, as if it had not been begun."""
    return _requeue(job, attempts=job.attempts - 1, message="the worker was stopped; queued again")


def _try_again_or_fail(job: Job, kind: JobKind, error: Exception) -> None:
    if job.attempts >= kind.attempts or (isinstance(error, Unavailable) and error.permanent):
        finish(job, State.FAILED, error=_told(error))
        return
    wait = kind.backoff * 4 ** (job.attempts - 1)
    _requeue(job, delay=wait, error=_told(error), message=f"attempt {job.attempts} failed; next one in {wait:.0f} s")


def _requeue(job: Job, *, delay: float = 0.0, **values: Any) -> bool:
    """Move a running job back to queued under a new dispatch number and send it."""
    held = Job.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts, dispatch=job.dispatch)
    not_before = clock.now() + timedelta(seconds=delay)
    if not held.update(state=State.QUEUED, dispatch=job.dispatch + 1, not_before=not_before, heartbeat=None, **values):
        return False
    job.refresh_from_db()
    queue.enqueue(job, delay=delay)
    return True


def _told(error: Exception) -> str:
    """The error as it is kept and shown: a refusal's own words, else the type and text, without secrets."""
    text = str(error) if isinstance(error, PortalError) else f"{type(error).__name__}: {error}"
    return storable(redacted_text(text))[:_LONGEST_ERROR]


def _checked(result: Any) -> Any:
    """The result if it can be kept. Raises TypeError or ValueError."""
    if len(canonical(result)) > _LARGEST_RESULT:
        raise ValueError("The job's result is larger than 1 MB; store it and return where it is.")
    return result
