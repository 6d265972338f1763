"""An assessment: people answer what machines cannot see, submit, and a second person reviews the frozen result."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assessments.transitions import ANSWERABLE, OPEN, State
from mlops_portal.projects.models import Project

STATES = [(state.value, state.value) for state in State]


class Assessment(models.Model):
    """One pass through the questions of a framework for one project.

    While ``ANSWERABLE`` its answers are rows of ``Answer``. Submitting freezes them: ``answers`` is the payload of the
    topic ``human.form`` (see ``assessments.checks.human``), ``scorecard`` the published JSON of scoring the standing
    evidence with them, ``evidence`` the content digests it rests on, ``digest`` the SHA-256 of answers and scorecard
    together, which the review is bound to. ``reasons`` maps a criterion's id to what the reviewer wants changed.
    ``version`` counts every change of the draft, for editors who must not overwrite each other.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="assessments")
    framework = models.CharField(max_length=60)
    framework_version = models.CharField(max_length=40)
    catalogue_version = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12, choices=STATES, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    agreements = models.JSONField(default=dict, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    scorecard = models.JSONField(null=True, blank=True)
    summary = models.JSONField(default=dict, blank=True)
    evidence = models.JSONField(default=list, blank=True)
    confirmed = models.PositiveSmallIntegerField(null=True, blank=True)
    possible = models.PositiveSmallIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    reasons = models.JSONField(default=dict, blank=True)
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
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The newest first; one open and one accepted per project and framework; nobody decides on their own."""

        ordering = ("-started_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("project", "framework"), condition=Q(state__in=sorted(OPEN)), name="assessment_one_open"
            ),
            models.UniqueConstraint(
                fields=("project", "framework"), condition=Q(state=State.ACCEPTED), name="assessment_one_accepted"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("submitted_by")),
                name="assessment_reviewer_is_not_submitter",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted([*ANSWERABLE, State.WITHDRAWN])) | ~Q(digest=""),
                name="assessment_frozen_has_digest",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(state__in=[State.ACCEPTED, State.SUPERSEDED]),
                name="assessment_published_is_accepted",
            ),
        )

    def __str__(self) -> str:
        return f"Assessment {self.pk} of {self.project}"


class Answer(models.Model):
    """One answer in an open assessment, saved as it is given.

    ``item`` is a question's id ("HUM-01") or, for an attestation, a criterion's ("MR-2.1"); ``answer`` is one of
    "yes", "no", "not-sure" or a choice of the question. ``by`` put it in at ``at``; ``said_by`` says who gave it, where
    it was taken over from ``mlops.yaml``. ``version`` is the assessment's at the answer's last change, so that one
    taken back and given anew never looks like the one before.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="drafted")
    item = models.CharField(max_length=40)
    answer = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    link = models.CharField(max_length=1000, blank=True)
    expires = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said_by = models.CharField(max_length=140, blank=True)
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """One answer per item, in the order of items."""

        ordering = ("item",)
        constraints = (models.UniqueConstraint(fields=("assessment", "item"), name="answer_once_per_item"),)

    def __str__(self) -> str:
        return f"{self.item}: {self.answer}"


class Reminder(models.Model):
    """That the members of a project were told once of something due: what, and for which day."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=60, blank=True)
    due_on = models.DateField()
    sent_at = models.DateTimeField()

    class Meta:
        """Told once."""

        constraints = (models.UniqueConstraint(fields=("project", "kind", "subject", "due_on"), name="reminder_once"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.project_id} due {self.due_on}"
