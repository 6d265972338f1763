"""What a running job holds in its hand: who it works for, how to report progress, how to notice that it should stop."""

from __future__ import annotations

import math
import threading
import time

from mlops_portal.jobs.lifecycle import State
from mlops_portal.jobs.models import Job
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.redaction import redacted_text, storable
from mlops_portal.projects.models import Project

#: Set when this process was asked to stop; running jobs notice it at their next report.
STOPPING = threading.Event()
_SECONDS_BETWEEN_REPORTS = 0.25


class Interrupted(BaseException):
    """A job has to stop here. No Exception, so that a job's own error handling does not swallow it."""


class Cancelled(Interrupted):
    """Somebody cancelled the job."""


class Superseded(Interrupted):
    """The job was given to another runner, or ended: this one may not write any more."""


class WorkerStopping(Interrupted):
    """The worker is being stopped; the job goes back to the queue."""


class JobContext:
    """One attempt at one job. ``actor`` acts for the job in actions and names who asked for it."""

    def __init__(self, job: Job) -> None:
        self.job_id = job.pk
        self.kind = job.kind
        self.subject = job.subject
        self.project: Project | None = job.project
        self.actor = Actor.system(f"job {job.kind}, for {job.requested_by}")
        self._held = {"state": State.RUNNING, "attempts": job.attempts, "dispatch": job.dispatch}
        self._reported = -math.inf

    def progress(self, fraction: float, message: str = "") -> None:
        """Report how far the work is, 0 to 1, and on what. Cheap to call often; raises as ``cancelled`` does."""
        if time.monotonic() - self._reported < _SECONDS_BETWEEN_REPORTS and fraction < 1:
            return
        fraction = min(max(fraction, 0.0), 1.0) if math.isfinite(fraction) else 0.0
        self._write(progress=fraction, message=storable(redacted_text(message))[:300])

    def cancelled(self) -> None:
        """Stop here if the job should: raises Cancelled, Superseded or WorkerStopping. Call it between steps."""
        if STOPPING.is_set():
            raise WorkerStopping
        self._check()

    def _write(self, **values: object) -> None:
        if STOPPING.is_set():
            raise WorkerStopping
        mine = Job.objects.filter(pk=self.job_id, cancel_requested=False, **self._held)
        if not mine.update(heartbeat=clock.now(), **values):
            self._check()
        self._reported = time.monotonic()

    def _check(self) -> None:
        asked = Job.objects.filter(pk=self.job_id, **self._held).values_list("cancel_requested", flat=True).first()
        if asked is None:
            raise Superseded
        if asked:
            raise Cancelled
