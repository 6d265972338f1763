"""Asking for background work, stopping it, and asking again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max

from mlops_portal.accounts.permissions import authorise
from mlops_portal.audit.record import lock_chain, record
from mlops_portal.jobs import queue
from mlops_portal.jobs.kinds import JOB_KINDS, JobKind
from mlops_portal.jobs.lifecycle import OPEN, State, check_transition
from mlops_portal.jobs.models import Job
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor, ActorKind
from mlops_portal.kernel.digest import digest
from mlops_portal.kernel.errors import NotAllowed
from mlops_portal.projects.models import Project


@transaction.atomic
def request_job(
    *,
    actor: Actor,
    kind: str,
    project: Project | None = None,
    subject: str = "",
    arguments: Mapping[str, Any] | None = None,
    key: str = "",
) -> Job:
    """Ask for work; it is sent to the queue when the transaction commits. Returns its job.

    With a ``key`` the work is done once for this kind, project and key, for ever: asking again returns the same job.
    Without one, asking again while the same work (kind, project, subject, arguments) is open joins it. Raises
    LookupError for an unknown kind, NotAllowed, and TypeError for arguments that are no JSON.
    """
    known = JOB_KINDS.get(kind)
    _authorise_request(actor, known, project)
    arguments = dict(arguments or {})
    slot = digest([kind, project and project.pk, key or [subject, arguments]])
    if (found := _same(slot, once=bool(key))) is not None:
        return found
    lock_chain()  # several requests in one transaction insert one row after the other; always in the same order
    job, created = _create(actor, kind, project, subject, arguments, slot)
    if created:
        record(actor, "job.requested", job, after={"kind": kind, "subject": subject}, project=project)
        transaction.on_commit(partial(queue.enqueue, job))
    return job


def _authorise_request(actor: Actor, kind: JobKind, project: Project | None) -> None:
    if kind.permission:
        authorise(actor, kind.permission, project)
    elif actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed(f"{kind.title} is work that only the portal itself asks for.")


def _same(slot: str, *, once: bool) -> Job | None:
    jobs = Job.objects.filter(slot=slot)
    return (jobs if once else jobs.filter(state__in=OPEN)).order_by("-number").first()


def _create(
    actor: Actor, kind: str, project: Project | None, subject: str, arguments: dict[str, Any], slot: str
) -> tuple[Job, bool]:
    """The job under its deterministic id; when two ask at once, both get the one."""
    number = (Job.objects.filter(slot=slot).aggregate(last=Max("number"))["last"] or 0) + 1
    where = f"-{project.slug}" if project else ""
    return Job.objects.get_or_create(
        id=f"{re.sub(r'[^a-z0-9.]+', '-', kind.lower())}{where}-{slot[:12]}-{number}",
        defaults={
            "kind": kind,
            "project": project,
            "subject": subject[:200],
            "arguments": arguments,
            "slot": slot,
            "number": number,
            "requested_by": actor.name[:200],
            "requested_at": clock.now(),
        },
    )


@transaction.atomic
def cancel_job(*, actor: Actor, job: Job, reason: str = "") -> Job:
    """Cancel a job: at once while it is queued, at its next report while it runs. Raises InvalidTransition."""
    authorise(actor, "jobs.cancel_job", job)
    job = _locked(job)
    check_transition(job.state, State.CANCELLED)
    before = job.state
    job.cancel_requested = True
    if job.state == State.QUEUED:
        job.state, job.finished_at, job.message = State.CANCELLED, clock.now(), "cancelled before it ran"
    job.save(update_fields=["cancel_requested", "state", "finished_at", "message"])
    record(actor, "job.cancelled", job, before={"state": before}, reason=reason, project=job.project)
    return job


@transaction.atomic
def retry_job(*, actor: Actor, job: Job, reason: str = "") -> Job:
    """Put a failed or cancelled job back into the queue, with all its attempts. Raises InvalidTransition."""
    authorise(actor, "jobs.retry_job", job)
    job = _locked(job)
    if job.state not in OPEN:
        check_transition(job.state, State.QUEUED)
        before = {"state": job.state, "error": job.error}
        _reset(job)
        record(actor, "job.retried", job, before=before, reason=reason, project=job.project)
        transaction.on_commit(partial(queue.enqueue, job))
    return job


def _reset(job: Job) -> None:
    job.state, job.attempts, job.dispatch = State.QUEUED, 0, job.dispatch + 1
    job.progress, job.message, job.error, job.result = 0.0, "", "", None
    job.started_at = job.finished_at = job.heartbeat = job.not_before = None
    job.cancel_requested, job.worker = False, ""
    job.save()


def _locked(job: Job) -> Job:
    return Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
