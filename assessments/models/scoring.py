"""A dated scoring of one project under one framework version, by machines alone and continuously."""

from __future__ import annotations

from django.db import models

from mlops_portal.projects.models import Project


class Scoring(models.Model):
    """A scorecard, kept when a verdict differs from the one before.

    ``scorecard`` is the published JSON and ``digest`` its SHA-256. ``summary`` is the part of it that lists show
    (dimensions, blind spots), so that a list never loads whole scorecards.
    ``evidence`` lists the content digests it rests on. ``checked_at`` moves when re-scoring gives the same result.
    """

    # The index below begins with the project; another one would only cost.
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="scorings", db_index=False)
    framework = models.CharField(max_length=60)
    framework_version = models.CharField(max_length=40)
    catalogue_version = models.CharField(max_length=40)
    scored_at = models.DateTimeField()
    checked_at = models.DateTimeField()
    confirmed = models.PositiveSmallIntegerField()
    possible = models.PositiveSmallIntegerField()
    summary = models.JSONField(default=dict)
    scorecard = models.JSONField()
    evidence = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    live = models.BooleanField(default=True)

    class Meta:
        """The newest first; possible is never below confirmed; one live row per project and framework."""

        ordering = ("-scored_at", "-id")
        indexes = (
            models.Index(fields=("project", "framework", "-scored_at"), name="scoring_newest"),
            # The portfolio counts, filters and sorts by these alone: rows are wide, their scorecards are large.
            models.Index(
                fields=("framework", "project", "confirmed", "possible", "checked_at"),
                condition=models.Q(live=True),
                name="scoring_live_level",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("project", "framework"), condition=models.Q(live=True), name="scoring_one_live"
            ),
            models.CheckConstraint(
                condition=models.Q(possible__gte=models.F("confirmed")), name="scoring_possible_ge_confirmed"
            ),
        )

    def __str__(self) -> str:
        return f"{self.project_id} · {self.framework} · {self.confirmed} (≤{self.possible})"


class LevelChange(models.Model):
    """That a project's overall level under a framework moved, or was found for the first time, and why.

    Kept beside the scoring it came with, so that trends and lists of what happened read small rows and no scorecards.
    The interval before is None the first time; ``cause`` is one of ``assessments.scoring.changes.Cause``, or "".
    """

    scoring = models.OneToOneField(Scoring, on_delete=models.CASCADE, related_name="level_change")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="level_changes", db_index=False)
    framework = models.CharField(max_length=60)
    at = models.DateTimeField()
    confirmed_before = models.PositiveSmallIntegerField(null=True, blank=True)
    possible_before = models.PositiveSmallIntegerField(null=True, blank=True)
    confirmed = models.PositiveSmallIntegerField()
    possible = models.PositiveSmallIntegerField()
    cause = models.CharField(max_length=40, blank=True)
    sentence = models.TextField(blank=True)

    class Meta:
        """The newest first."""

        ordering = ("-at", "-id")
        indexes = (
            models.Index(fields=("framework", "-at"), name="level_change_newest"),
            models.Index(fields=("project", "framework", "-at"), name="level_change_of_project"),
        )

    def __str__(self) -> str:
        return f"{self.project_id} · {self.framework} · {self.confirmed_before} → {self.confirmed}"

    @property
    def was(self) -> str:
        """The interval before: "1 (up to 3)"; "" the first time."""
        return "" if self.confirmed_before is None else _interval(self.confirmed_before, self.possible_before)

    @property
    def now(self) -> str:
        """The interval after."""
        return _interval(self.confirmed, self.possible)


def _interval(confirmed: int, possible: int | None) -> str:
    return str(confirmed) if possible in (None, confirmed) else f"{confirmed} (up to {possible})"
