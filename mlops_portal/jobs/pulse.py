"""A worker's pulse: says that it and its jobs are alive, sweeps, and requests what schedules have due."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from django.db import connections

from mlops_portal.jobs.lifecycle import State
from mlops_portal.jobs.models import Job, Worker
from mlops_portal.jobs.run import RUNNING
from mlops_portal.jobs.schedules import request_due
from mlops_portal.jobs.sweep import sweep
from mlops_portal.kernel import clock

logger = logging.getLogger(__name__)

#: Seconds between two beats, two sweeps, two looks at the schedules.
BEAT, SWEEP, SCHEDULE = 5.0, 10.0, 10.0


class Pulse(threading.Thread):
    """The thread; ``stop`` ends it within a moment."""

    def __init__(self, worker: str) -> None:
        super().__init__(name="pulse", daemon=True)
        self.worker = worker
        self._stopped = threading.Event()
        self._done: dict[str, datetime] = {}
        self._next: dict[str, float] = {}

    def run(self) -> None:
        """Beat until stopped. A failing database is logged and tried again at the next beat."""
        while not self._stopped.is_set():
            self._every("beat", BEAT, lambda: beat(self.worker))
            self._every("sweep", SWEEP, sweep)
            self._every("schedules", SCHEDULE, lambda: request_due(done=self._done))
            self._stopped.wait(1.0)
        connections.close_all()

    def _every(self, what: str, seconds: float, work: Callable[[], object]) -> None:
        if time.monotonic() < self._next.get(what, 0.0):
            return
        self._next[what] = time.monotonic() + seconds
        try:
            work()
        except Exception:  # the pulse must outlive a database that is down for a while
            logger.warning("The worker's %s failed; it is tried again.", what, exc_info=True)
            connections.close_all()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stopped.set()
        self.join(timeout=5.0)


def register_worker(name: str) -> None:
    """Write down that a worker of this name has started."""
    now = clock.now()
    Worker.objects.update_or_create(name=name, defaults={"started_at": now, "beat_at": now, "stopped_at": None})


def beat(name: str) -> None:
    """Say that this worker and the jobs it runs are alive."""
    now = clock.now()
    Worker.objects.filter(name=name).update(beat_at=now)
    Job.objects.filter(pk__in=list(RUNNING), state=State.RUNNING, worker=name).update(heartbeat=now)


def sign_off(name: str) -> None:
    """Write down that this worker has stopped."""
    Worker.objects.filter(name=name).update(stopped_at=clock.now())
