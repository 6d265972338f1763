"""Approved exceptions: a waiver opens a gate for a time, "not applicable" removes a criterion for a project."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mlops_portal.projects.models import Project

#: No waiver lasts longer, however often it is renewed.
LONGEST_WAIVER = timedelta(days=180)


class ExemptionKind(models.TextChoices):
    """What is asked for."""

    WAIVER = "waiver", "Waiver"
    NOT_APPLICABLE = "not-applicable", "Not applicable"


class ReasonCode(models.TextChoices):
    """Why a criterion may wait."""

    ACCEPTED_RISK = "accepted-risk", "The risk is accepted"
    COMPENSATING_CONTROL = "compensating-control", "Another control compensates"
    DETECTOR_WRONG = "detector-wrong", "The detector is wrong"
    DOES_NOT_ARISE = "does-not-arise", "The question does not arise"


class ExemptionState(models.TextChoices):
    """Where it stands. That a granted waiver has run out is told by the clock, not by a state."""

    REQUESTED = "requested", "Requested"
    GRANTED = "granted", "Granted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REVOKED = "revoked", "Revoked"


class Exemption(models.Model):
    """One exception for one criterion of one project, asked for by one person and granted by another."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="exemptions")
    kind = models.CharField(max_length=14, choices=ExemptionKind)
    criterion = models.CharField(max_length=40)
    reason_code = models.CharField(max_length=24, choices=ReasonCode)
    text = models.TextField()
    link = models.CharField(max_length=1000, blank=True)
    starts = models.DateTimeField()
    expires = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ExemptionState, default=ExemptionState.REQUESTED)
    renews = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="renewed_by")
    renewals = models.PositiveSmallIntegerField(default=0)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A waiver always ends, within 180 days; nobody grants their own; one open request per criterion."""

        ordering = ("-requested_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(kind=ExemptionKind.WAIVER)
                | Q(expires__isnull=False, expires__gt=F("starts"), expires__lte=F("starts") + LONGEST_WAIVER),
                name="waiver_ends_within_180_days",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="exemption_not_decided_by_requester",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ExemptionState.GRANTED, ExemptionState.REVOKED]) | Q(decided_by__isnull=False),
                name="exemption_granted_by_somebody",
            ),
            models.UniqueConstraint(
                fields=("project", "kind", "criterion"),
                condition=Q(state=ExemptionState.REQUESTED),
                name="exemption_one_open_request",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}: {self.criterion} of {self.project}"
