"""What ``manage.py check`` tells the operator about background work."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 – Django's own name
from django.db import connection


@register(Tags.database, deploy=True)
def check_queue(**_: Any) -> list[CheckMessage]:
    """Refuse a portal without a queue; warn when its databases are not made for what is asked of them."""
    return judged(settings.DBOS_DATABASE_URL, sqlite=connection.vendor == "sqlite", workers=settings.WORKERS_EXPECTED)


def judged(url: str, *, sqlite: bool, workers: int) -> list[CheckMessage]:
    """What is wrong with the queue's URL, beside a portal on SQLite or not, for so many workers."""
    if not url:
        hint = "Set DBOS_DATABASE_URL, for example postgresql://portal@db/portal_jobs."
        return [Error("There is no database for the job queue.", hint=hint, id="jobs.E001")]
    if not url.startswith(("sqlite:///", "postgres://", "postgresql://")):
        hint = "Write sqlite:///path or postgresql://user@host/name."
        return [Error("DBOS_DATABASE_URL is neither SQLite nor PostgreSQL.", hint=hint, id="jobs.E002")]
    if sqlite and workers > 1:
        hint = "Set DATABASE_URL and DBOS_DATABASE_URL to PostgreSQL, or run one worker."
        return [Error("Several workers cannot share SQLite files well.", hint=hint, id="jobs.E003")]
    if sqlite:
        hint = "Fine for one machine and one worker; set DATABASE_URL to PostgreSQL for more, and back the file up."
        return [Warning("The portal keeps its data in a SQLite file.", hint=hint, id="jobs.W002")]
    if url.startswith("sqlite"):
        hint = "Set DBOS_DATABASE_URL to PostgreSQL; a file ties web and worker to one machine."
        return [Warning("The portal is on PostgreSQL but its job queue is a SQLite file.", hint=hint, id="jobs.W001")]
    return []


@register(Tags.compatibility)
def check_schedules(**_: Any) -> list[CheckMessage]:
    """Refuse schedules that can never run."""
    from mlops_portal.jobs.kinds import JOB_KINDS  # noqa: PLC0415 – filled while apps get ready
    from mlops_portal.jobs.schedules import SCHEDULES  # noqa: PLC0415

    return [
        Error(f"The schedule {name!r} names {schedule.kind!r}, which is no job kind.", id="jobs.E004")
        for name, schedule in SCHEDULES
        if schedule.kind not in JOB_KINDS
    ]
