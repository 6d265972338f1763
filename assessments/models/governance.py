"""What governance sets: uploaded versions of frameworks, and the policy of each risk tier."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from mlops_portal.projects.models import RiskTier


class FrameworkState(models.TextChoices):
    """Where an uploaded version stands; only the active one counts."""

    CANDIDATE = "candidate", "Candidate"
    ACTIVE = "active", "Active"
    RETIRED = "retired", "Retired"


class FrameworkVersion(models.Model):
    """One uploaded version of a framework: its YAML text as given, validated, never changed after.

    ``digest`` is the framework's own (see ``assessments.frameworks.framework.Framework``). ``effect`` is what the last
    dry run found: for every project the level now and under this version.
    """

    framework = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    document = models.TextField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=FrameworkState, default=FrameworkState.CANDIDATE)
    effect = models.JSONField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The newest first; a version is uploaded once and one of each framework is active."""

        ordering = ("framework", "-uploaded_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("framework", "version"), name="framework_version_once"),
            models.UniqueConstraint(
                fields=("framework",), condition=Q(state=FrameworkState.ACTIVE), name="framework_one_active"
            ),
        )

    def __str__(self) -> str:
        return f"{self.framework} {self.version}"


class Policy(models.Model):
    """What is asked of the projects of one risk tier. Where no row is, ``selectors.policies`` has the defaults.

    ``reviewers`` is how many people must accept an assessment; the two others are in days.
    """

    risk_tier = models.CharField(max_length=10, choices=RiskTier, unique=True)
    reviewers = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(5)])
    cadence_days = models.PositiveSmallIntegerField(
        default=180, validators=[MinValueValidator(7), MaxValueValidator(730)]
    )
    longest_waiver_days = models.PositiveSmallIntegerField(
        default=180, validators=[MinValueValidator(1), MaxValueValidator(180)]
    )

    class Meta:
        """By tier."""

        ordering = ("risk_tier",)
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return f"Policy for {self.get_risk_tier_display().lower()} risk"
