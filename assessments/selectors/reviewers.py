"""Who may review an assessment, and what its reviewers said: for the page before submitting and the one after."""

from __future__ import annotations

from django.db.models import Q

from assessments.models import Answer, Assessment
from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import GOVERNANCE
from mlops_portal.projects.models import Role
from mlops_portal.reviews.models import Review

#: The kind under which reviews of assessments are registered.
KIND = "assessment"


def possible_reviewers(assessment: Assessment, submitter: User) -> list[User]:
    """The people who could decide if ``submitter`` submitted now, by name; one query.

    Members who contribute and governance, without whoever submits and without those who gave one of its answers.
    """
    contributing = [role for role in Role if role != Role.VIEWER]
    member = Q(memberships__project=assessment.project_id, memberships__role__in=contributing)
    had_a_hand = Answer.objects.filter(assessment=assessment).values("by")
    people = User.objects.filter(member | Q(groups__name=GOVERNANCE), is_active=True)
    return list(
        people.exclude(pk=submitter.pk).exclude(pk__in=had_a_hand).order_by("first_name", "username").distinct()
    )


def reviews_of(assessment: Assessment) -> list[Review]:
    """Every review of an assessment, the newest first, with requester, decisions and reviewers; two queries."""
    reviews = Review.objects.filter(kind=KIND, subject_id=str(assessment.pk)).select_related("requester", "project")
    return list(reviews.prefetch_related("decisions__reviewer"))
