"""Scores projects again, every hour, where a waiver started or ended since they were last scored."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet

from assessments.lifecycle.rescore import rescore
from assessments.models.exemption import ExemptionKind, ExemptionState
from mlops_portal.jobs.context import JobContext
from mlops_portal.jobs.kinds import job_kind
from mlops_portal.jobs.schedules import register_schedule
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project

#: The job kind that follows the clock of the waivers.
FOLLOW = "assessments.follow-waivers"


def overtaken() -> QuerySet[Project]:
    """The projects whose live scorecards do not know yet that a waiver has started or ended."""
    at = clock.now()
    of_waivers = Q(exemptions__kind=ExemptionKind.WAIVER, exemptions__state=ExemptionState.GRANTED)
    ended = Q(exemptions__expires__lte=at, exemptions__expires__gt=F("scorings__checked_at"))
    started = Q(exemptions__starts__lte=at, exemptions__starts__gt=F("scorings__checked_at"))
    live = Project.objects.filter(archived_at=None, scorings__live=True)
    return live.filter(of_waivers & (ended | started), scorings__live=True).distinct()


@job_kind(FOLLOW, title="Score again where a waiver started or ended")
def follow_waivers(context: JobContext) -> int:
    """Score those projects again; their number. Doing it twice does no harm."""
    projects = list(overtaken())
    for project in projects:
        rescore(actor=context.actor, project=project)
    return len(projects)


def register() -> None:
    """Look every hour."""
    register_schedule("waivers that started or ended", cron="37 * * * *", kind=FOLLOW)
