"""What only the portal's own pages need in templates."""

from __future__ import annotations

from django import template

from mlops_portal.jobs.kinds import JOB_KINDS
from mlops_portal.jobs.models import Job

register = template.Library()


@register.filter
def job_title(job: Job) -> str:
    """What the job does, with what it does it to: "Look at a source: git"."""
    title = JOB_KINDS.get(job.kind).title if job.kind in JOB_KINDS else job.kind
    return f"{title}: {job.subject}" if job.subject else title
