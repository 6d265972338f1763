"""Designs for tests: written by one person, decided by another."""

from __future__ import annotations

from typing import Any

from assessments.lifecycle.design import save_design, start_design, submit_design
from assessments.models import DesignReview
from mlops_portal.accounts.models import User
from mlops_portal.projects.models import Project
from mlops_portal.reviews.actions import decide
from mlops_portal.reviews.models import Review
from tests.assessments.lifecycle.granting import by

ANSWERS = {
    "problem": "Passengers miss their connections.",
    "metric": "Missed connections per 1,000 passengers.",
    "baseline": "Rebooking by a rule: 48 per 1,000.",
    "needed": "yes",
    "needed_reason": "The rule stops at 48.",
}


def begun(user: User, project: Project, **values: Any) -> DesignReview:
    """A draft with every answer, but for what is said otherwise."""
    draft = start_design(actor=by(user), project=project)
    return save_design(actor=by(user), design=draft, version=draft.version, **(ANSWERS | values))


def submitted(user: User, project: Project, **values: Any) -> DesignReview:
    """The same, waiting for a decision."""
    return submit_design(actor=by(user), design=begun(user, project, **values))


def review_of(design: DesignReview) -> Review:
    """The newest review of a design."""
    return Review.objects.filter(kind="design-review", subject_id=str(design.pk)).latest("opened_at", "id")


def decided(user: User, design: DesignReview, answer: str = "approve") -> DesignReview:
    """The design once somebody has decided on it."""
    review = review_of(design)
    decide(actor=by(user), review=review, answer=answer, reason="I read all of it.", digest=review.digest)
    design.refresh_from_db()
    return design
