"""Who may see and steer background work."""

from __future__ import annotations

from mlops_portal.accounts.permissions import is_governance, is_operator, may, permit, predicate
from mlops_portal.jobs.models import Job


@predicate
def sees_project(principal: object, job: Job | None) -> bool:
    """Whoever may see the project may see its jobs."""
    return isinstance(job, Job) and job.project is not None and may(principal, "projects.view_project", job.project)


@predicate
def works_on_project(principal: object, job: Job | None) -> bool:
    """Whoever may have evidence collected may stop and repeat the project's jobs."""
    return isinstance(job, Job) and job.project is not None and may(principal, "projects.collect", job.project)


_runs = is_governance | is_operator

permit("jobs.view_job", sees_project | _runs, "see the job")
permit("jobs.view_jobs", _runs, "see all jobs")
permit("jobs.cancel_job", works_on_project | _runs, "cancel the job")
permit("jobs.retry_job", works_on_project | _runs, "repeat the job")
