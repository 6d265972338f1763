"""The tables of the trail. Entries are added by ``record`` alone and never change."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.db import models

from mlops_portal.audit.chain import GENESIS
from mlops_portal.audit.verbs import sentence
from mlops_portal.kernel.digest import canonical


class AppendOnly(Exception):
    """Somebody tried to change the trail."""


class CanonicalJSON(models.TextField):  # type: ignore[type-arg]
    """JSON kept as its canonical text, so that both databases give back exactly what was hashed."""

    def get_prep_value(self, value: Any) -> str:
        """The canonical text."""
        return canonical(value).decode("utf-8")

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        """The value; the bare text when somebody made it unreadable, so that verification can still name the entry."""
        try:
            return None if value is None else json.loads(value)
        except ValueError:
            return value


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Reads; refuses every change."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("The audit trail is append-only: entries are added by record() and never changed or deleted.")

    update = delete = bulk_create = bulk_update = update_or_create = get_or_create = create = _refuse


class AuditEntry(models.Model):
    """One change: who did what to which subject, from where, what it was and became, and why.

    ``hash`` covers every field and ``previous_hash``, the hash of the entry before. ``project_id`` is no foreign key:
    the trail outlives the project. Time is UTC, ``sequence`` counts from 1 without gaps.
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=80)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=150)
    actor_name = models.CharField(max_length=200)
    face = models.CharField(max_length=10)
    gesture = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=200)
    subject_label = models.CharField(max_length=200)
    project_id = models.BigIntegerField(null=True, blank=True)
    before = CanonicalJSON()
    after = CanonicalJSON()
    reason = models.TextField(blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        """The newest first."""

        ordering = ("-sequence",)
        verbose_name_plural = "audit entries"
        indexes = (
            models.Index(fields=("project_id", "-sequence"), name="audit_by_project"),
            models.Index(fields=("verb", "-sequence"), name="audit_by_verb"),
            models.Index(fields=("actor_kind", "actor_id", "-sequence"), name="audit_by_actor"),
            models.Index(fields=("subject_kind", "subject_id", "-sequence"), name="audit_by_subject"),
            models.Index(fields=("gesture",), name="audit_by_gesture"),
        )

    def __str__(self) -> str:
        return f"{self.sequence}: {self.actor_name} {self.sentence} {self.subject_label}"

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused. Raises AppendOnly."""
        raise AppendOnly("Audit entries are added by record() and never saved again.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused. Raises AppendOnly."""
        raise AppendOnly("Audit entries are never deleted.")

    def append(self) -> None:
        """Write a new entry; for ``record`` alone, which holds the chain's head."""
        self.save_base(force_insert=True)

    @property
    def sentence(self) -> str:
        """The verb as it reads after the actor's name."""
        return sentence(self.verb)


class ChainHead(models.Model):
    """The one row that says where the chain ends; writers queue for its lock."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        """There is one head."""

        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="audit_one_head"),)

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash}"
