"""Forgetting finished jobs after a while, so that the table stays small."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from mlops_portal.jobs import queue
from mlops_portal.jobs.context import JobContext
from mlops_portal.jobs.kinds import job_kind
from mlops_portal.jobs.lifecycle import FINAL
from mlops_portal.jobs.models import Job
from mlops_portal.kernel import clock

#: Finished jobs are kept this long; that they were requested stays in the audit trail.
KEPT = timedelta(days=90)


@job_kind("jobs.forget", title="Forget jobs that finished long ago")
def forget_old_jobs(context: JobContext) -> dict[str, int]:
    """Delete what finished before ``KEPT``, and what the queue still remembers of it."""
    before = clock.now() - KEPT
    old = Job.objects.filter(state__in=FINAL, finished_at__lt=before)
    forgotten = old.delete()[0]
    context.cancelled()
    return {"forgotten": forgotten, "messages": queue.forget_ended(before) if settings.DBOS_DATABASE_URL else 0}
