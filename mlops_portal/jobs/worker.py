"""The worker process: takes jobs out of the durable queue (DBOS) and runs them, until it is told to stop."""

from __future__ import annotations

import fcntl
import logging
import os
import re
import signal
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import connections

from mlops_portal.jobs import queue
from mlops_portal.jobs.context import STOPPING
from mlops_portal.jobs.models import Job
from mlops_portal.jobs.pulse import Pulse, register_worker, sign_off
from mlops_portal.jobs.run import RUNNING, hand_back, run_job
from mlops_portal.kernel.errors import Conflict, Unavailable
from mlops_portal.kernel.redaction import redacted_text

logger = logging.getLogger(__name__)

#: Seconds that running jobs have to notice that the worker stops; then they are handed back as they are.
GRACE = 5
#: One version for ever: a job is one function call, so what an older release began a newer one may begin again.
_VERSION = "1"


def work(*, name: str, concurrency: int) -> None:
    """Run jobs until SIGTERM or SIGINT.

    Raises Conflict when a worker of that name already runs on this machine, Unavailable without the queue's database.
    """
    stop = threading.Event()
    _stop_on_signals(stop)
    with _only_one(name):
        _prepare_sqlite(settings.DBOS_DATABASE_URL)
        register_worker(name)
        _launch_or_say_why(name, concurrency)
        pulse = Pulse(name)
        pulse.start()
        logger.info("Worker %s is ready: %d jobs side by side.", name, concurrency)
        stop.wait()
        _shut_down(name, pulse)


def _stop_on_signals(stop: threading.Event) -> None:
    def handle(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)


@contextmanager
def _only_one(name: str) -> Iterator[None]:
    """Hold the lock of this worker name; the kernel frees it when the process dies, however it dies.

    Two workers of one name would each take the other's running jobs for left behind.
    """
    path = Path(settings.VAR_DIR) / f"worker-{re.sub(r'[^A-Za-z0-9_.-]', '_', name)}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(f"A worker called {name!r} already runs here.", do="Give this one another --name.") from None
        yield


def _prepare_sqlite(url: str) -> None:
    """Let readers and a writer work side by side on the queue's file; the mode stays with the file."""
    if path := queue.sqlite_path(url):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=30)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.close()


def _launch_or_say_why(name: str, concurrency: int) -> None:
    try:
        _launch(name, concurrency)
    except Exception as error:  # noqa: BLE001 – whatever the library and its drivers raise means: no queue
        why = redacted_text(str(error).splitlines()[0])
        raise Unavailable(f"The queue's database cannot be used: {why}", do="Check DBOS_DATABASE_URL.") from None


def _launch(name: str, concurrency: int) -> None:
    from dbos import DBOS, DBOSPortableJSONSerializer  # noqa: PLC0415 – only this process needs all of it

    DBOS(
        config={
            "name": queue.APPLICATION,
            "system_database_url": queue.database_url(settings.DBOS_DATABASE_URL),
            "executor_id": name,
            "application_version": _VERSION,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
        }
    )

    @DBOS.workflow(name=queue.WORKFLOW, max_recovery_attempts=1000)
    def run(job_id: str, dispatch: int) -> None:
        """Run one job. How often it may be begun again is counted in its row, not by the queue."""
        try:
            run_job(job_id, dispatch, worker=name)
        finally:
            connections.close_all()

    DBOS.launch()
    DBOS.register_queue(
        queue.QUEUE, worker_concurrency=concurrency, polling_interval_sec=0.5, on_conflict="always_update"
    )


def _shut_down(name: str, pulse: Pulse) -> None:
    """Stop taking jobs, let running ones notice, hand the others back, and leave: within about ``GRACE`` seconds."""
    from dbos import DBOS  # noqa: PLC0415

    STOPPING.set()
    pulse.stop()
    DBOS.destroy(workflow_completion_timeout_sec=GRACE)
    left = list(RUNNING)
    for job in Job.objects.filter(pk__in=left):
        hand_back(job)
    sign_off(name)
    queue.forget()
    connections.close_all()
    if left:  # a thread that heeds nothing would keep the process for as long as it likes
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
