"""Forgetting, every day, the answers that were kept for requests sent twice, and tokens that ended long ago."""

from __future__ import annotations

from datetime import timedelta

from mlops_portal.api.idempotency import KEPT
from mlops_portal.api.models import KeptAnswer, PersonalToken
from mlops_portal.jobs.context import JobContext
from mlops_portal.jobs.kinds import job_kind
from mlops_portal.jobs.schedules import register_schedule
from mlops_portal.kernel import clock

FORGET = "api.forget"
#: Ended tokens stay in their owner's list this long; that they were issued stays in the trail.
TOKENS_KEPT = timedelta(days=90)


@job_kind(FORGET, title="Forget answers kept for requests sent twice")
def forget(context: JobContext) -> dict[str, int]:
    """Delete what is older than it needs to be; how many of each."""
    now = clock.now()
    answers = KeptAnswer.objects.filter(claimed_at__lt=now - KEPT).delete()[0]
    tokens = PersonalToken.objects.filter(expiry__lt=now - TOKENS_KEPT).delete()[0]
    context.cancelled()
    return {"answers": answers, "tokens": tokens}


def register() -> None:
    """Every night."""
    register_schedule("api.forget", cron="50 3 * * *", kind=FORGET)
