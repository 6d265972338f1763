"""Work at set times. Packages register schedules in ``AppConfig.ready()``; every worker looks, a job's key is unique.

The queue library has a scheduler too; it forgets what was due while no worker ran, or runs all of it. Here exactly
the last missed occurrence is made up for, which is what a nightly re-score on a laptop needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mlops_portal.jobs.actions import request_job
from mlops_portal.jobs.models import Job
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job kind at set times: ``cron`` has five fields, in UTC ("15 2 * * *": every night at 02:15)."""

    name: str
    cron: str
    kind: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


SCHEDULES: Registry[Schedule] = Registry("schedule")


def register_schedule(name: str, *, cron: str, kind: str, arguments: Mapping[str, Any] | None = None) -> None:
    """Have a job of ``kind`` requested at set times. Raises ValueError when the name is taken."""
    SCHEDULES.register(name, Schedule(name, cron, kind, arguments or {}))


def last_due(schedule: Schedule, now: datetime) -> datetime:
    """The latest time at or before ``now`` at which the schedule was due. Raises ValueError for a bad cron text."""
    from croniter import croniter  # noqa: PLC0415 – only workers need it

    if croniter.match(schedule.cron, now):
        return now.replace(second=0, microsecond=0)
    moment: datetime = croniter(schedule.cron, now).get_prev(datetime)
    return moment


def request_due(now: datetime | None = None, *, done: dict[str, datetime] | None = None) -> list[Job]:
    """Request what is due and was not requested yet. ``done`` remembers per schedule what the caller has seen to."""
    done = {} if done is None else done
    now = now or clock.now()
    jobs = []
    for name, schedule in SCHEDULES:
        due = last_due(schedule, now)
        if done.get(name) != due:
            jobs.append(_request(schedule, due))
            done[name] = due
    return jobs


def _request(schedule: Schedule, due: datetime) -> Job:
    return request_job(
        actor=Actor.system(f"schedule {schedule.name}"),
        kind=schedule.kind,
        subject=schedule.name,
        arguments=schedule.arguments,
        key=f"{schedule.name} {due.isoformat()}",
    )
