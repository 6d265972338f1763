"""Reading reviews: the queue of a person, one review, what stands open on a subject."""

from __future__ import annotations

from django.db.models import QuerySet

from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import is_governance, is_operator, may
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import NotFound
from mlops_portal.reviews.models import Review, ReviewState


def review_for(viewer: Actor | User, review_id: int | str) -> Review:
    """One review, for whoever may see it. Raises NotFound, with the same words for a hidden one as for none."""
    person = viewer.principal if isinstance(viewer, Actor) else viewer
    found = Review.objects.select_related("project", "requester").filter(pk=review_id).first()
    if found is None or not may(person, "reviews.view_review", found):
        raise NotFound("There is no such review, or you may not see it.", do="Look at your queue of reviews.")
    return found


def open_review_of(kind: str, subject_id: str) -> Review | None:
    """The open review of a subject, if there is one."""
    return Review.objects.filter(kind=kind, subject_id=subject_id, state=ReviewState.OPEN).first()


def _of(person: User) -> QuerySet[Review]:
    reviews = Review.objects.select_related("project", "requester")
    if person.is_superuser or is_governance(person) or is_operator(person):
        return reviews
    return reviews.filter(project__memberships__user=person).distinct()


def waiting_for(person: User) -> list[Review]:
    """The open reviews that the person may decide and has not decided yet, the oldest first."""
    undecided = _of(person).filter(state=ReviewState.OPEN).exclude(decisions__reviewer=person).order_by("opened_at")
    return [review for review in undecided if may(person, "reviews.decide", review)]


def requested_by(person: User) -> QuerySet[Review]:
    """What the person asked for, the newest first."""
    return Review.objects.select_related("project", "requester").filter(requester=person)


def decided(person: User) -> QuerySet[Review]:
    """The closed reviews that the person may see, the newest first."""
    return _of(person).exclude(state=ReviewState.OPEN).order_by("-closed_at", "-id")
