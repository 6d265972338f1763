"""Project, its members and their roles, and its tokens for machines."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models


class RiskTier(models.TextChoices):
    """How much harm a wrong model can do; policies are chosen by it."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class Visibility(models.TextChoices):
    """Who may read a project's level and reasons. Changing anything always takes a membership."""

    MEMBERS = "members", "Members only"
    ORGANISATION = "organisation", "Everybody who can sign in"
    PUBLIC = "public", "Everybody, without signing in"


class Project(models.Model):
    """One machine-learning project: where its code, runs and models are, and what is asked of it."""

    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    repository = models.CharField(
        max_length=500, blank=True, help_text="https or ssh URL, or a path this server may read"
    )
    subpath = models.CharField(max_length=300, blank=True, help_text="the project's folder in a monorepo")
    experiments = models.JSONField(default=list, blank=True, help_text="names of its MLflow experiments")
    model_names = models.JSONField(default=list, blank=True, help_text="names of its registered models in MLflow")
    slack_channel = models.CharField(
        max_length=80, blank=True, validators=[RegexValidator(r"^#[\w-]+$", "A channel is written like #ml-alerts.")]
    )
    risk_tier = models.CharField(max_length=10, choices=RiskTier, default=RiskTier.MEDIUM)
    visibility = models.CharField(max_length=12, choices=Visibility, default=Visibility.MEMBERS)
    target_level = models.PositiveSmallIntegerField(null=True, blank=True)
    target_reason = models.TextField(blank=True)
    profile = models.CharField(max_length=40, blank=True, help_text="a framework's profile, e.g. single-maintainer")
    cadence_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="days between assessments, where it is not the policy's"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Ordered by name; a target always has a reason."""

        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(target_level__isnull=True) | ~models.Q(target_reason=""),
                name="project_target_has_reason",
                violation_error_message="Say why this level is the right target.",
            ),
            models.CheckConstraint(
                condition=models.Q(target_level__isnull=True) | models.Q(target_level__lte=4),
                name="project_target_level_0_to_4",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member is in the project."""

    DATA_SCIENTIST = "data-scientist", "Data scientist"
    DATA_ENGINEER = "data-engineer", "Data engineer"
    ML_ENGINEER = "ml-engineer", "ML engineer"
    SOFTWARE_ENGINEER = "software-engineer", "Software engineer"
    OWNER = "owner", "Owner"
    VIEWER = "viewer", "Viewer"


class Membership(models.Model):
    """One role of one person in one project; a person may hold several."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        """A role is held once."""

        constraints = (models.UniqueConstraint(fields=("project", "user", "role"), name="membership_role_once"),)

    def __str__(self) -> str:
        return f"{self.user} is {self.get_role_display()} of {self.project}"


class ProjectToken(models.Model):
    """Lets a machine (CI) act for one project. Only a SHA-256 of the secret is kept."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.project})"
