"""Evidence as it is stored, and the log of how looking went."""

from __future__ import annotations

from django.db import models

from assessments.evidence import Sight
from mlops_portal.projects.models import Project

SIGHTS = [(sight.value, sight.value) for sight in Sight]


class EvidenceRecord(models.Model):
    """What was seen, once per content.

    The content never changes. Only the two ``last_…`` times move, when the same is seen again, with ``asked``, the
    digest of what the project said about where to look ("" when unknown or nobody asked), and ``standing``, which marks
    the one record per topic that verdicts rest on (see ``assessments.evidence.current``).
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="evidence")
    topic = models.CharField(max_length=80)
    subject = models.CharField(max_length=1000)
    sight = models.CharField(max_length=12, choices=SIGHTS)
    payload = models.JSONField(default=dict)
    message = models.TextField(blank=True)
    link = models.CharField(max_length=1000, blank=True)
    collector = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    valid_until = models.DateTimeField(null=True, blank=True)
    first_seen_at = models.DateTimeField()
    last_effective_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    asked = models.CharField(max_length=64, blank=True, default="")
    standing = models.BooleanField(default=False)

    class Meta:
        """One row per project and content; one standing row per topic."""

        constraints = (
            models.UniqueConstraint(fields=("project", "digest"), name="evidence_once_per_content"),
            models.UniqueConstraint(
                fields=("project", "topic"), condition=models.Q(standing=True), name="evidence_one_standing_per_topic"
            ),
        )
        indexes = (models.Index(fields=("project", "topic", "-last_seen_at"), name="evidence_by_topic"),)

    def __str__(self) -> str:
        return f"{self.topic} of {self.project_id}: {self.sight}"


class CollectorRun(models.Model):
    """The newest look of one source at one project: how it went, how long it took, what it said, what was asked."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="collector_runs")
    source = models.CharField(max_length=40)
    sight = models.CharField(max_length=12, choices=SIGHTS)
    message = models.TextField(blank=True)
    started_at = models.DateTimeField()
    seconds = models.FloatField()
    last_good_at = models.DateTimeField(null=True, blank=True)
    asked = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        """One row per project and source."""

        constraints = (models.UniqueConstraint(fields=("project", "source"), name="collector_run_newest"),)

    def __str__(self) -> str:
        return f"{self.source}: {self.sight}"
