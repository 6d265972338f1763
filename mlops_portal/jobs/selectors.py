"""Reading about background work: a project's jobs, how the queue is, whether a worker is alive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet

from mlops_portal.jobs.lifecycle import OPEN, State
from mlops_portal.jobs.models import Job, Worker
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import NotFound
from mlops_portal.projects.models import Project
from mlops_portal.projects.selectors import visible_projects

#: A worker that has not been heard of for longer than this counts as dead; it beats every 5 seconds.
ALIVE = timedelta(seconds=30)


def jobs_for(project: Project, *, open_only: bool = False) -> QuerySet[Job]:
    """A project's jobs, the newest first."""
    jobs = Job.objects.filter(project=project).select_related("project")
    return jobs.filter(state__in=OPEN) if open_only else jobs


def visible_jobs(viewer: Any) -> QuerySet[Job]:
    """The jobs of the projects that somebody may see, the newest first."""
    return Job.objects.filter(project__in=visible_projects(viewer, archived=True)).select_related("project")


def job(job_id: str) -> Job:
    """One job. Raises NotFound."""
    askable = job_id.isprintable()  # PostgreSQL refuses to look for a NUL
    found = Job.objects.select_related("project").filter(pk=job_id).first() if askable else None
    if found is None:
        raise NotFound(f"There is no job {job_id!r}.", do="Look at the list of jobs.")
    return found


@dataclass(frozen=True, slots=True)
class QueueState:
    """How the queue is: counts, the age of the oldest waiting job (seconds), how long the last ten begun had waited."""

    queued: int
    running: int
    failed_last_day: int
    oldest_queued_seconds: float
    recent_wait_seconds: float
    worker_alive: bool
    last_beat: datetime | None


def queue_state(now: datetime | None = None) -> QueueState:
    """How the queue is now; three queries."""
    now = now or clock.now()
    counts = Job.objects.aggregate(
        queued=Count("pk", filter=Q(state=State.QUEUED)),
        running=Count("pk", filter=Q(state=State.RUNNING)),
        failed=Count("pk", filter=Q(state=State.FAILED, finished_at__gte=now - timedelta(days=1))),
        oldest=Min("requested_at", filter=Q(state=State.QUEUED)),
    )
    beat = Worker.objects.filter(stopped_at=None).order_by("-beat_at").values_list("beat_at", flat=True).first()
    return QueueState(
        queued=counts["queued"],
        running=counts["running"],
        failed_last_day=counts["failed"],
        oldest_queued_seconds=max(0.0, (now - counts["oldest"]).total_seconds()) if counts["oldest"] else 0.0,
        recent_wait_seconds=_recent_wait(),
        worker_alive=beat is not None and now - beat <= ALIVE,
        last_beat=beat,
    )


def _recent_wait() -> float:
    begun = Job.objects.filter(attempts=1, started_at__isnull=False).annotate(wait=F("started_at") - F("requested_at"))
    waits = [wait.total_seconds() for wait in begun.order_by("-started_at").values_list("wait", flat=True)[:10]]
    return sum(waits) / len(waits) if waits else 0.0


def workers() -> QuerySet[Worker]:
    """The workers ever heard of, the liveliest first."""
    return Worker.objects.order_by("-beat_at")
