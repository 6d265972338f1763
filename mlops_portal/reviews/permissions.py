"""Who may see a review, speak in it and decide it."""

from __future__ import annotations

from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import is_governance, is_operator, may, permit, predicate
from mlops_portal.projects.permissions import is_member
from mlops_portal.reviews.kinds import kind_of
from mlops_portal.reviews.models import Review


@predicate
def is_requester(principal: object, review: Review | None) -> bool:
    """The person who asked."""
    return isinstance(principal, User) and isinstance(review, Review) and review.requester_id == principal.pk


@predicate
def is_of_project(principal: object, review: Review | None) -> bool:
    """A member of the project that the review is about."""
    return isinstance(review, Review) and bool(is_member.test(principal, review.project))


@predicate
def is_eligible(principal: object, review: Review | None) -> bool:
    """Somebody the kind asks: with its permission, who neither asked nor had a hand in it."""
    if not isinstance(principal, User) or not isinstance(review, Review) or review.requester_id == principal.pk:
        return False
    kind = kind_of(review)
    return may(principal, kind.permission, review.project) and principal.pk not in kind.barred(review)


@predicate
def is_shown(principal: object, review: Review | None) -> bool:
    """Somebody to whom the kind shows it."""
    return isinstance(principal, User) and isinstance(review, Review) and kind_of(review).may_see(principal, review)


permit(
    "reviews.view_review",
    is_requester | is_of_project | is_governance | is_operator | is_eligible | is_shown,
    "see the review",
)
permit("reviews.comment", is_requester | is_of_project | is_governance | is_eligible, "speak in the review")
permit("reviews.decide", is_eligible, "decide this review")
permit("reviews.withdraw", is_requester | is_governance, "withdraw the request")
