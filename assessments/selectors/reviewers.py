"""Who may review an assessment, and what its reviewers said: for the page before submitting and the one after."""

from __future__ import annotations

from django.db.models import Q

from assessments.models import Answer, Assessment
from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import GOVERNANCE
from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel.actor import ActorKind
from mlops_portal.projects.models import Role
from mlops_portal.reviews.models import Review

#: The kind under which reviews of assessments are registered.
KIND = "assessment"

#: The verb under which every change of an answer, and of what was agreed, is recorded.
ANSWERED = "assessment.answered"


def had_a_hand(assessment_id: int) -> frozenset[int]:
    """The ids of the people whose answers stand, and of everybody who changed, replaced or took back anything.

    The trail knows the others: taking an answer back, or saying what was agreed, leaves no row with a name; two
    queries.
    """
    stand = Answer.objects.filter(assessment_id=assessment_id).values_list("by_id", flat=True)
    changes = AuditEntry.objects.filter(verb=ANSWERED, subject_kind=Assessment._meta.label_lower)
    changed = changes.filter(subject_id=str(assessment_id), actor_kind=ActorKind.PERSON.value).order_by()
    return frozenset(stand) | {int(person) for person in changed.values_list("actor_id", flat=True).distinct()}


def possible_reviewers(assessment: Assessment, submitter: User) -> list[User]:
    """The people who could decide if ``submitter`` submitted now, by name; three queries.

    Members who contribute and governance, without whoever submits and without those who had a hand in its answers.
    """
    contributing = [role for role in Role if role != Role.VIEWER]
    member = Q(memberships__project=assessment.project_id, memberships__role__in=contributing)
    people = User.objects.filter(member | Q(groups__name=GOVERNANCE), is_active=True)
    others = people.exclude(pk__in={submitter.pk, *had_a_hand(assessment.pk)})
    return list(others.order_by("first_name", "username").distinct())


def reviews_of(assessment: Assessment) -> list[Review]:
    """Every review of an assessment, the newest first, with requester, decisions and reviewers; two queries."""
    reviews = Review.objects.filter(kind=KIND, subject_id=str(assessment.pk)).select_related("requester", "project")
    return list(reviews.prefetch_related("decisions__reviewer"))
