"""What the worker does for assessments: look at one source of a project, and look at every project by night."""

from __future__ import annotations

import logging

from assessments.collectors.look import GRACE_SECONDS
from assessments.lifecycle.collect import LOOK, SECONDS, collect_source, request_collection
from mlops_portal.jobs.context import JobContext
from mlops_portal.jobs.kinds import job_kind
from mlops_portal.jobs.schedules import register_schedule
from mlops_portal.kernel.errors import Unavailable
from mlops_portal.projects.models import Project

logger = logging.getLogger(__name__)

#: The job kind that asks for a look at every source of every project.
LOOK_AT_ALL = "assessments.look-at-all"


@job_kind(LOOK, title="Collect evidence", permission="projects.collect", seconds=SECONDS + 6 * GRACE_SECONDS)
def look_at_source(context: JobContext, *, source: str) -> dict[str, str]:
    """Collect from one source and re-score; looking twice keeps one record, so a second attempt does no harm."""
    if context.project is None:
        raise ValueError(f"A job of kind {LOOK} needs a project.")
    context.progress(0.1, f"Looking at {source}")
    scorings = collect_source(actor=context.actor, project=context.project, source=source, go_on=context.cancelled)
    return {scoring.framework: f"{scoring.confirmed} (≤{scoring.possible})" for scoring in scorings}


@job_kind(LOOK_AT_ALL, title="Collect evidence of every project")
def look_at_all(context: JobContext) -> int:
    """Ask for a look at every source of every project that is not archived; the number of jobs asked for.

    Raises Unavailable, so that it is tried again, when some project could not be asked for; the others were.
    """
    projects = list(Project.objects.filter(archived_at=None))
    asked, failed = 0, []
    for done, project in enumerate(projects, 1):
        try:
            asked += len(request_collection(actor=context.actor, project=project))
        except Exception:  # one project's trouble must not keep the others from being looked at
            logger.exception("Nothing could be asked about the project %s.", project.slug)
            failed.append(project.name)
        context.progress(done / len(projects), project.name)
    if failed:
        raise Unavailable(f"{len(failed)} of {len(projects)} projects could not be asked for: {', '.join(failed[:5])}.")
    return asked


def register() -> None:
    """Look at everything every night, so that what ran out is seen and what is new is found."""
    register_schedule("nightly look", cron="15 2 * * *", kind=LOOK_AT_ALL)
