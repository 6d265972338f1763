"""What a project sets out to do: its design review, and the steps of its roadmap."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mlops_portal.projects.models import Project


class Needed(models.TextChoices):
    """Is machine learning needed at all?"""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_YET = "not-yet", "Not yet"


class DesignState(models.TextChoices):
    """Where a design review stands."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned"
    ACCEPTED = "accepted", "Accepted"
    SUPERSEDED = "superseded", "Superseded"
    WITHDRAWN = "withdrawn", "Withdrawn"


OPEN_DESIGN = (DesignState.DRAFT, DesignState.SUBMITTED, DesignState.RETURNED)


class DesignReview(models.Model):
    """The problem, the metric that matters, a baseline without ML, and whether ML is needed; a second person decides.

    ``digest`` is the SHA-256 of what was submitted, which the review is bound to; ``version`` counts changes.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="design_reviews")
    state = models.CharField(max_length=12, choices=DesignState, default=DesignState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    problem = models.TextField(blank=True)
    metric = models.TextField(blank=True)
    baseline = models.TextField(blank=True)
    needed = models.CharField(max_length=10, choices=Needed, blank=True)
    needed_reason = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One open and one accepted per project; nobody decides on their own."""

        ordering = ("-started_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("project",), condition=Q(state__in=OPEN_DESIGN), name="design_review_one_open"
            ),
            models.UniqueConstraint(
                fields=("project",), condition=Q(state=DesignState.ACCEPTED), name="design_review_one_accepted"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("submitted_by")),
                name="design_reviewer_is_not_submitter",
            ),
        )

    def __str__(self) -> str:
        return f"Design review {self.pk} of {self.project}"


class StepState(models.TextChoices):
    """Where a step stands; only evidence says that it is done."""

    OPEN = "open", "Open"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


class RoadmapStep(models.Model):
    """A criterion that somebody has taken on until a day; done when the evidence meets it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="roadmap")
    criterion = models.CharField(max_length=40)
    note = models.TextField(blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="roadmap_steps", null=True, blank=True
    )
    due = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=StepState, default=StepState.OPEN)
    version = models.PositiveIntegerField(default=1)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        """What is due first comes first; a criterion is taken on once."""

        ordering = (F("due").asc(nulls_last=True), "id")
        constraints = (
            models.UniqueConstraint(
                fields=("project", "criterion"), condition=Q(state=StepState.OPEN), name="roadmap_step_one_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion} of {self.project}"
