"""Who may see a review, speak in it and decide it."""

from __future__ import annotations

from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import is_governance, is_operator, may, permit, predicate
from mlops_portal.projects.permissions import is_member
from mlops_portal.reviews.kinds import KINDS, kind_of
from mlops_portal.reviews.models import Review


@predicate
def is_requester(principal: object, review: Review | None) -> bool:
    """The person who asked."""
    return isinstance(principal, User) and isinstance(review, Review) and review.requester_id == principal.pk


@predicate
def is_of_project(principal: object, review: Review | None) -> bool:
    """A member of the project that the review is about."""
    return isinstance(review, Review) and bool(is_member.test(principal, review.project))


def had_a_hand(person: User, review: Review) -> bool:
    """Whether the person had a hand in the subject, then or by now. Raises LookupError for an unknown kind."""
    return person.pk in kind_of(review).barred(review) or review.barred.filter(pk=person.pk).exists()


@predicate
def is_asked(principal: object, review: Review | None) -> bool:
    """Somebody with the permission that the kind asks for."""
    if not isinstance(principal, User) or not isinstance(review, Review) or review.kind not in KINDS:
        return False
    return may(principal, kind_of(review).permission, review.project)


@predicate
def is_apart(principal: object, review: Review | None) -> bool:
    """Somebody who neither asked nor had a hand in it."""
    if not isinstance(principal, User) or not isinstance(review, Review) or review.kind not in KINDS:
        return False
    return review.requester_id != principal.pk and not had_a_hand(principal, review)


@predicate
def is_shown(principal: object, review: Review | None) -> bool:
    """Somebody to whom the kind shows it."""
    if not isinstance(principal, User) or not isinstance(review, Review) or review.kind not in KINDS:
        return False
    return kind_of(review).may_see(principal, review)


permit(
    "reviews.view_review",
    is_requester | is_of_project | is_governance | is_operator | is_asked | is_shown,
    "see the review",
)
permit("reviews.comment", is_requester | is_of_project | is_governance | is_asked, "speak in the review")
permit("reviews.decide", is_asked & is_apart, "decide this review")
permit("reviews.withdraw", is_requester | is_governance, "withdraw the request")
