"""What only the portal's own pages need in templates."""

from __future__ import annotations

from django import template

from assessments.selectors.scorecards import SOURCES
from mlops_portal.jobs.kinds import JOB_KINDS
from mlops_portal.jobs.models import Job

register = template.Library()


@register.filter
def job_title(job: Job) -> str:
    """What the job does, with what it does it to: "Collect evidence: Git repository"."""
    title = JOB_KINDS.get(job.kind).title if job.kind in JOB_KINDS else job.kind
    subject = SOURCES[job.subject][0] if job.subject in SOURCES else job.subject
    return f"{title}: {subject}" if subject else title
