"""Endpoints of reviews: the queue, one review, deciding, speaking, withdrawing."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from mlops_portal.api.resource import Resource
from mlops_portal.api.schema import documented
from mlops_portal.api.scopes import Scope
from mlops_portal.portal.api import shapes
from mlops_portal.reviews import actions, selectors
from mlops_portal.reviews.models import Comment, Review


class ReviewsView(Resource):
    """Reviews that concern you."""

    scopes = {"GET": Scope.READ}

    @documented("List reviews", shapes.ReviewRow, paged=True, parameters=[shapes.ReviewTab])
    def get(self, request: Request) -> Response:
        """The newest first."""
        tab = {"waiting": selectors.waiting_for, "requested": selectors.requested_by, "decided": selectors.decided}
        rows: QuerySet[Review] = tab[self.query(shapes.ReviewTab)["tab"]](self.person)
        return self.pages(shapes.ReviewRow, rows, "-id")


class _One(Resource):
    def review(self, review_id: int) -> Review:
        """The review of the address. Raises NotFound."""
        return selectors.review_for(self.person, review_id)

    def told_of(self, review: Review) -> Response:
        """All of it, as it is now."""
        return self.show(shapes.ReviewShape, _with_all(review.pk))


def _with_all(pk: int) -> Review:
    people = ("decisions__reviewer", "comments__author")
    return Review.objects.select_related("project", "requester").prefetch_related(*people).get(pk=pk)


class ReviewView(_One):
    """One review."""

    scopes = {"GET": Scope.READ}

    @documented("Read a review", shapes.ReviewShape)
    def get(self, request: Request, review_id: int) -> Response:
        """What is asked, what was decided, what was said."""
        return self.told_of(self.review(review_id))


class DecideView(_One):
    """A decision."""

    scopes = {"POST": Scope.REVIEW}

    @documented("Decide a review", shapes.ReviewShape, takes=shapes.NewDecision)
    def post(self, request: Request, review_id: int) -> Response:
        """Approve or return, bound to the digest of what you were shown. Nobody decides what they had a hand in."""
        review = self.review(review_id)
        return self.told_of(actions.decide(actor=self.actor, review=review, **self.body(shapes.NewDecision)))


class CommentsView(_One):
    """The conversation about a review."""

    scopes = {"GET": Scope.READ, "POST": Scope.REVIEW}

    @documented("Read the conversation", shapes.CommentShape, paged=True)
    def get(self, request: Request, review_id: int) -> Response:
        """In the order written."""
        rows = Comment.objects.filter(review=self.review(review_id)).select_related("author")
        return self.pages(shapes.CommentShape, rows, "id")

    @documented("Say something", shapes.CommentShape, takes=shapes.NewComment, status=201)
    def post(self, request: Request, review_id: int) -> Response:
        """In Markdown."""
        said = actions.comment(actor=self.actor, review=self.review(review_id), **self.body(shapes.NewComment))
        return self.show(shapes.CommentShape, said, status=201)


class WithdrawReviewView(_One):
    """Taking a request back."""

    scopes = {"POST": Scope.REVIEW}

    @documented("Withdraw a review", shapes.ReviewShape, takes=shapes.Reason)
    def post(self, request: Request, review_id: int) -> Response:
        """By whoever asked for it, or by governance."""
        review = self.review(review_id)
        return self.told_of(actions.withdraw_review(actor=self.actor, review=review, **self.body(shapes.Reason)))
