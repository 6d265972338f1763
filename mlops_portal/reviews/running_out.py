"""Closes, every hour, the reviews that nobody decided in time."""

from __future__ import annotations

from mlops_portal.jobs.context import JobContext
from mlops_portal.jobs.kinds import job_kind
from mlops_portal.jobs.schedules import register_schedule
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import InvalidTransition
from mlops_portal.reviews.actions import expire_review
from mlops_portal.reviews.models import Review, ReviewState

EXPIRE = "reviews.expire"


@job_kind(EXPIRE, title="Close reviews that ran out")
def expire_all(context: JobContext) -> int:
    """Close what has run out; the number closed. What somebody decided meanwhile stays decided."""
    closed = 0
    for review in Review.objects.filter(state=ReviewState.OPEN, expires_at__lte=clock.now()):
        try:
            expire_review(actor=context.actor, review=review)
        except InvalidTransition:
            continue
        closed += 1
    return closed


def register() -> None:
    """Look every hour."""
    register_schedule("reviews that ran out", cron="7 * * * *", kind=EXPIRE)
