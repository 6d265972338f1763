"""Sending jobs to the durable queue (DBOS), and asking it about them.

The row is the truth: a message that is lost is sent again, one that comes twice is void.
`dbos` is imported on first use: it costs most of a second and some 50 MB.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from mlops_portal.jobs.models import Job

if TYPE_CHECKING:
    from dbos import DBOSClient

logger = logging.getLogger(__name__)

QUEUE = "jobs"
WORKFLOW = "run_job"
APPLICATION = "mlops-portal"
#: States in which the queue will still run, or is running, a workflow.
_LIVE = ("ENQUEUED", "PENDING", "DELAYED")
#: After a failure, how long (seconds) requests stop trying and leave it to the sweeper.
_PAUSE = 15.0
_AT_ONCE = 5000

_clients: dict[str, DBOSClient] = {}
_failed_at: dict[str, float] = {}


def workflow_id(job: Job) -> str:
    """The queue's id of one dispatch of a job: sending the same twice is harmless."""
    return f"{job.pk}@{int(job.requested_at.timestamp() * 1000)}.{job.dispatch}"


def enqueue(job: Job, *, delay: float = 0.0) -> bool:
    """Send a job, to begin in ``delay`` seconds. False when the queue cannot be reached; the sweeper tries again."""
    url = settings.DBOS_DATABASE_URL
    if not url or time.monotonic() - _failed_at.get(url, -_PAUSE) < _PAUSE:
        return False
    try:
        _send(job, delay)
    except Exception as error:  # noqa: BLE001 – whatever ails the queue, the request stands and is sent later
        _failed_at[url] = time.monotonic()
        logger.warning("The job queue cannot be reached (%s); %s stays queued.", type(error).__name__, job.pk)
        return False
    return True


def _send(job: Job, delay: float) -> None:
    options: dict[str, Any] = {"workflow_name": WORKFLOW, "queue_name": QUEUE, "workflow_id": workflow_id(job)}
    if delay > 0:
        options["delay_seconds"] = delay
    client().enqueue(options, job.pk, job.dispatch)  # type: ignore[arg-type]


def lost(jobs: Iterable[Job]) -> list[Job]:
    """Those of the queued jobs that the queue has ended, or does not know: they will not run unless sent again.

    Raises whatever the queue's database raises.
    """
    by_workflow = {workflow_id(job): job for job in jobs}
    if not by_workflow:
        return []
    known = client().list_workflows(workflow_ids=list(by_workflow), load_input=False, load_output=False)
    live = {workflow.workflow_id for workflow in known if workflow.status in _LIVE}
    ended = {workflow.workflow_id for workflow in known} - live
    for name in ended:
        Job.objects.filter(pk=by_workflow[name].pk, dispatch=by_workflow[name].dispatch).update(
            dispatch=by_workflow[name].dispatch + 1
        )
        by_workflow[name].dispatch += 1
    return [job for name, job in by_workflow.items() if name not in live]


def forget_ended(before: datetime) -> int:
    """Delete what the queue remembers of workflows that ended before a time; how many. Raises as its database does."""
    ended = client().list_workflows(
        completed_before=before.isoformat(), limit=_AT_ONCE, load_input=False, load_output=False
    )
    ids = [workflow.workflow_id for workflow in ended]
    if ids:
        client().delete_workflows(ids)
    return len(ids)


def client() -> DBOSClient:
    """Return this process's client of the queue's database. Raises FileNotFoundError before any worker started."""
    url = settings.DBOS_DATABASE_URL
    if url not in _clients:
        if (path := sqlite_path(url)) and not path.exists():
            raise FileNotFoundError("no worker has created the queue's database yet")
        _clients[url] = _connect(url)
    return _clients[url]


def _connect(url: str) -> DBOSClient:
    from dbos import DBOSClient, DBOSPortableJSONSerializer  # noqa: PLC0415 – see the module's docstring

    return DBOSClient(
        system_database_url=database_url(url, timeout=3),
        serializer=DBOSPortableJSONSerializer(),
        application_name=APPLICATION,
        lazy=True,
        retry_connection_errors=False,
    )


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite URL, None for another database."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:") else None


def database_url(url: str, *, timeout: int = 0) -> str:
    """The URL as SQLAlchemy reads it; on PostgreSQL with a limit (seconds) on connecting."""
    if url.startswith("sqlite"):
        return url
    url = url.replace("postgres://", "postgresql://", 1)
    if timeout and "connect_timeout" not in url:
        url += f"{'&' if '?' in url else '?'}connect_timeout={timeout}"
    return url


def forget() -> None:
    """Close the clients (at the end of a process or a test)."""
    for made in _clients.values():
        made.destroy()
    _clients.clear()
    _failed_at.clear()
