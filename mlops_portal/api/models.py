"""Personal tokens, and the answers kept for requests that are sent twice."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from knox.models import AbstractAuthToken


class PersonalToken(AbstractAuthToken):  # type: ignore[misc]
    """Lets a program act for one person, within ``scopes``. Only a SHA-512 of the secret is kept.

    ``id`` is how it is called in addresses; ``expiry`` is when it opens nothing any more.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name: models.CharField[str, str] = models.CharField(max_length=80)
    scopes = models.JSONField(default=list)
    revoked_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)
    last_used_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The newest first."""

        ordering = ("-created",)

    def __str__(self) -> str:
        return self.name


class KeptAnswer(models.Model):
    """One request with an ``Idempotency-Key``: claimed before it is done, answered when it is.

    ``principal`` is who asked, ``request`` the digest of method, path and body. ``status`` is null while it is in
    flight; then ``body`` and ``headers`` are what was answered, without secrets that are shown once.
    """

    principal = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)
    claimed_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    body = models.JSONField(null=True, blank=True)
    headers = models.JSONField(default=dict, blank=True)

    class Meta:
        """A key is used once by each principal."""

        constraints = (models.UniqueConstraint(fields=("principal", "key"), name="kept_answer_once_per_key"),)
        indexes = (models.Index(fields=("claimed_at",), name="kept_answer_by_age"),)

    def __str__(self) -> str:
        return f"{self.principal} {self.key}"
