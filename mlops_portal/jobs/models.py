"""What is known about background work: the jobs themselves, and the workers that take them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from mlops_portal.jobs.lifecycle import FINAL, State
from mlops_portal.projects.models import Project

_FINAL = sorted(state.value for state in FINAL)


class Job(models.Model):
    """One piece of background work, from the request to its one final state.

    The row is the truth; the queue only carries its id. ``attempts`` counts how often it was begun, ``dispatch`` how
    often it was sent to the queue: a message with an older number is void, and a runner may write only while the row
    still holds both numbers it began with. ``progress`` is 0 to 1.
    """

    id = models.CharField(primary_key=True, max_length=200)
    kind = models.CharField(max_length=80)
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.CASCADE, related_name="jobs")
    subject = models.CharField(max_length=200, blank=True)
    arguments = models.JSONField(default=dict)
    slot = models.CharField(max_length=64)
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in State], default=State.QUEUED.value)
    progress = models.FloatField(default=0.0)
    message = models.CharField(max_length=300, blank=True)
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    dispatch = models.PositiveIntegerField(default=1)
    requested_by = models.CharField(max_length=200)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)
    not_before = models.DateTimeField(null=True, blank=True)
    heartbeat = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=120, blank=True)

    class Meta:
        """The newest first; a job is finished exactly when its state is final."""

        ordering = ("-requested_at", "id")
        indexes = (
            models.Index(fields=("state", "requested_at"), name="job_by_state"),
            models.Index(fields=("project", "-requested_at"), name="job_by_project"),
            models.Index(fields=("slot", "-number"), name="job_by_slot"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=1), name="job_progress_0_to_1"),
            models.CheckConstraint(
                condition=Q(state__in=_FINAL, finished_at__isnull=False)
                | (~Q(state__in=_FINAL) & Q(finished_at__isnull=True)),
                name="job_finished_when_final",
            ),
            models.UniqueConstraint(fields=("slot", "number"), name="job_once_per_slot_and_number"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject or self.project or ''}".strip()

    @property
    def is_final(self) -> bool:
        """Whether it has ended."""
        return self.state in FINAL


class Worker(models.Model):
    """A worker process: ``beat_at`` moves every few seconds while it lives."""

    name = models.CharField(primary_key=True, max_length=120)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
