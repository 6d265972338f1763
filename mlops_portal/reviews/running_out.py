"""Closes, every hour, the reviews that nobody decided in time."""

from __future__ import annotations

import logging

from mlops_portal.jobs.context import JobContext
from mlops_portal.jobs.kinds import job_kind
from mlops_portal.jobs.schedules import register_schedule
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import InvalidTransition
from mlops_portal.reviews.actions import expire_review
from mlops_portal.reviews.models import Review, ReviewState

logger = logging.getLogger(__name__)

EXPIRE = "reviews.expire"


@job_kind(EXPIRE, title="Close reviews that ran out")
def expire_all(context: JobContext) -> int:
    """Close what has run out; the number closed. What somebody decided meanwhile stays decided.

    One that cannot be closed keeps none of the others open; it is named at the end. Raises RuntimeError for it.
    """
    closed, failed = 0, []
    for review in Review.objects.filter(state=ReviewState.OPEN, expires_at__lte=clock.now()):
        try:
            expire_review(actor=context.actor, review=review)
            closed += 1
        except InvalidTransition:
            continue
        except Exception:  # a kind that cannot close its subject must not keep the others open
            logger.exception("The review %s of %s could not be closed.", review.pk, review)
            failed.append(review.pk)
    if failed:
        raise RuntimeError(f"{closed} reviews were closed; these could not be: {failed}.")
    return closed


def register() -> None:
    """Look every hour."""
    register_schedule("reviews that ran out", cron="7 * * * *", kind=EXPIRE)
