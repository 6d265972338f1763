"""Reviews, the decisions in them, and the conversation about them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mlops_portal.projects.models import Project


class ReviewState(models.TextChoices):
    """Where a review stands."""

    OPEN = "open", "Open"
    APPROVED = "approved", "Approved"
    RETURNED = "returned", "Returned"
    WITHDRAWN = "withdrawn", "Withdrawn"
    SUPERSEDED = "superseded", "Superseded"
    EXPIRED = "expired", "Expired"


class Answer(models.TextChoices):
    """What a reviewer says."""

    APPROVE = "approve", "Approve"
    RETURN = "return", "Return"


class Review(models.Model):
    """One request that others decide on.

    ``kind`` names a registered ``ReviewKind``, ``subject_id`` what is reviewed; ``digest`` is what the subject was when
    it was shown, and a decision counts for nothing else. ``facts`` are the lines a reviewer reads first, as
    ``[{"label", "text"}, …]``. ``needed`` approvals by different people approve it; one return returns it.
    ``barred`` are those who had a hand in the subject and therefore may not decide, beside the requester.
    """

    kind = models.CharField(max_length=40)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="reviews", null=True, blank=True)
    subject_id = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    facts = models.JSONField(default=list, blank=True)
    digest = models.CharField(max_length=64)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews_requested")
    barred = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    needed = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.OPEN)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The newest first; a subject has one open review; what is closed has a time."""

        ordering = ("-opened_at", "-id")
        indexes = (models.Index(fields=("state", "-opened_at"), name="review_by_state"),)
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "subject_id"), condition=Q(state=ReviewState.OPEN), name="review_one_open_per_subject"
            ),
            models.CheckConstraint(condition=Q(needed__gte=1), name="review_needs_somebody"),
            models.CheckConstraint(
                condition=Q(state=ReviewState.OPEN, closed_at__isnull=True)
                | (~Q(state=ReviewState.OPEN) & Q(closed_at__isnull=False)),
                name="review_closed_has_time",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Decision(models.Model):
    """What one reviewer said, about which ``digest``. ``requester`` is the review's, so that a constraint can refuse.

    ``details`` maps a part of the subject (a criterion's id) to what is wrong with it.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="decisions")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="review_decisions")
    answer = models.CharField(max_length=8, choices=Answer)
    reason = models.TextField()
    details = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        """In the order given; everybody decides once, nobody on their own request, and never without a reason."""

        ordering = ("at", "id")
        constraints = (
            models.UniqueConstraint(fields=("review", "reviewer"), name="decision_once_per_reviewer"),
            models.CheckConstraint(condition=~Q(reviewer=F("requester")), name="decision_not_by_requester"),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
        )

    def __str__(self) -> str:
        return f"{self.reviewer}: {self.answer}"


class Comment(models.Model):
    """One contribution to the conversation, in Markdown."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=10_000)
    at = models.DateTimeField()

    class Meta:
        """In the order written."""

        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.author} on {self.review}"
