"""Verifying the audit trail in the background: every night, and when somebody asks; what the last look found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from mlops_portal.audit.verify import Verification
from mlops_portal.jobs.actions import request_job
from mlops_portal.jobs.context import JobContext
from mlops_portal.jobs.kinds import job_kind
from mlops_portal.jobs.lifecycle import State
from mlops_portal.jobs.models import Job
from mlops_portal.jobs.schedules import register_schedule
from mlops_portal.kernel.actor import Actor

#: The job kind that walks the whole chain.
VERIFY = "audit.verify"
#: How many breaches a result names; all of them are counted.
MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class ChainState:
    """What the last verification found: up to which entry, when, how many breaches, and the first of them in words."""

    verified_at: datetime
    head_sequence: int
    head_hash: str
    breaches: int
    named: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return self.breaches == 0


@job_kind(VERIFY, title="Verify the audit trail", permission="audit.verify_audit")
def verify_trail(context: JobContext) -> dict[str, Any]:
    """Walk the chain; the head that the last intact verification saw must still be in it. Changes nothing.

    A broken verification in between changes nothing about that, so that a rewritten chain is not forgiven next night.
    """
    sound = _done().filter(result__breaches=0).first()
    verification = Verification(expected_head=str(sound.result["head_hash"]) if sound and sound.result else "")
    breaches, named = 0, []
    for finding in verification.findings():
        breaches += 1
        if breaches <= MOST_NAMED:
            named.append(finding.text)
    context.cancelled()
    head = {"head_sequence": verification.head_sequence, "head_hash": verification.head_hash}
    return {**head, "checked": verification.checked, "breaches": breaches, "named": named}


def last_verification() -> ChainState | None:
    """What the newest verification that came to an end found; None when there is none."""
    done = _done().first()
    if done is None or done.finished_at is None:
        return None
    result: dict[str, Any] = done.result or {}
    named = tuple(result.get("named", ()))
    head = int(result.get("head_sequence", 0)), str(result.get("head_hash", ""))
    return ChainState(done.finished_at, *head, int(result.get("breaches", 0)), named)


def _done() -> QuerySet[Job]:
    return Job.objects.filter(kind=VERIFY, state=State.SUCCEEDED).order_by("-finished_at")


def request_verification(*, actor: Actor) -> Job:
    """Ask for a verification; one that is open already is joined. Raises NotAllowed."""
    return request_job(actor=actor, kind=VERIFY)


def register() -> None:
    """Verify every night."""
    register_schedule("audit trail", cron="50 2 * * *", kind=VERIFY)
