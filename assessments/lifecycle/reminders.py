"""Telling owners by e-mail, once, of what is due in their projects; and scoring again where answers ran out."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from assessments.lifecycle.rescore import rescore
from assessments.models import Reminder
from assessments.selectors.due import Due, due_soon
from assessments.selectors.form import TOPIC as FORM
from mlops_portal.accounts.addresses import claimed_only
from mlops_portal.jobs.context import JobContext
from mlops_portal.jobs.kinds import job_kind
from mlops_portal.jobs.schedules import register_schedule
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import Unavailable
from mlops_portal.projects.models import Membership, Project, Role

logger = logging.getLogger(__name__)

#: The kinds of jobs: telling what is due, and following the clock of people's answers.
REMIND, FOLLOW = "assessments.remind", "assessments.follow-answers"

#: Projects that are looked through at once.
BATCH = 500

#: A scorecard that was checked within this time is left alone: a look at the sources has scored the project already.
CHECKED = timedelta(hours=12)


@job_kind(REMIND, title="Tell owners what is due")
def remind_all(context: JobContext) -> int:
    """Send one e-mail per project that has something new to tell; how many. Where no mail goes out nothing is done.

    Raises Unavailable when the mail server refused, so that it is tried again: what was told stays told.
    """
    if settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
        return 0
    told, failed = 0, 0
    for due in _by_project():
        try:
            told += remind(due)
        except (OSError, SMTPException):
            logger.exception("No reminder could be sent for the project %s.", due[0].project.slug)
            failed += 1
    if failed:
        raise Unavailable(f"Reminders of {failed} projects could not be sent.", do="Check the mail server's settings.")
    return told


@job_kind(FOLLOW, title="Score again what rests on people's answers")
def follow_answers(context: JobContext) -> int:
    """Score again the projects that have accepted answers and were not looked at lately; how many.

    A project without any source is never looked at, and its answers run out all the same.
    """
    answered = Project.objects.filter(archived_at=None, evidence__topic=FORM, evidence__standing=True)
    old = answered.filter(scorings__live=True, scorings__checked_at__lt=clock.now() - CHECKED).distinct()
    projects = list(old)
    for project in projects:
        rescore(actor=context.actor, project=project)
    return len(projects)


def register() -> None:
    """Every morning, before people come to work; the answers by night."""
    register_schedule("answers that ran out", cron="20 3 * * *", kind=FOLLOW)
    register_schedule("reminders of what is due", cron="30 5 * * *", kind=REMIND)


def _by_project() -> Iterable[list[Due]]:
    projects = list(Project.objects.filter(archived_at=None).order_by("pk"))
    for start in range(0, len(projects), BATCH):
        due = sorted(due_soon(projects[start : start + BATCH]), key=lambda item: item.project.pk)
        yield from (list(group) for _, group in groupby(due, key=lambda item: item.project.pk))


@transaction.atomic
def remind(due: Iterable[Due]) -> int:
    """Tell the owners of one project of what they were not told of yet: one mail, or none; how many."""
    new = _untold(list(due))
    to = _owners(new[0].project) if new else []
    if not to:
        return 0
    at = clock.now()
    rows = [Reminder(project=d.project, kind=d.kind, subject=d.subject, due_on=d.on, sent_at=at) for d in new]
    Reminder.objects.bulk_create(rows)  # before the mail: of two jobs at once one is refused here, and tells nobody
    name = new[0].project.name
    lines = [f"- {item.sentence}" for item in new]
    text = "\n".join([f"In the project {name} this is due:", "", *lines, "", "Open the project in the portal."])
    EmailMessage(f"{name}: {len(new)} due", text, None, to).send()
    return 1


def _untold(due: list[Due]) -> list[Due]:
    rows = Reminder.objects.filter(project__in={item.project.pk for item in due})
    told = set(rows.values_list("project_id", "kind", "subject", "due_on"))
    return [item for item in due if (item.project.pk, item.kind, item.subject, item.on) not in told]


def _owners(project: Project) -> list[str]:
    """The addresses that are the owners' own; one that was only claimed may be somebody else's."""
    owners = Membership.objects.filter(project=project, role=Role.OWNER, user__is_active=True)
    owners = owners.exclude(user__in=claimed_only())
    return sorted(set(owners.exclude(user__email="").values_list("user__email", flat=True)))
