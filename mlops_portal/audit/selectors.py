"""Reading the trail. Who may read it is asked of ``authorise`` by the caller (``audit.view_audit``)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import models

from mlops_portal.audit.chain import FIELDS
from mlops_portal.audit.models import AuditEntry, ChainHead
from mlops_portal.kernel.digest import canonical

_ROWS_AT_ONCE = 1000


def entries(
    *,
    project: models.Model | int | None = None,
    verb: str = "",
    actor_id: str = "",
    gesture: str = "",
    face: str = "",
    subject: models.Model | None = None,
    who: str = "",
    about: str = "",
    since: date | None = None,
    until: date | None = None,
) -> models.QuerySet[AuditEntry]:
    """The entries that match all that is given, the newest first.

    ``who`` and ``about`` are parts of the names of the actor and of the subject, in any case; ``since`` and ``until``
    are days in UTC, both included.
    """
    found = AuditEntry.objects.order_by("-sequence")
    if project is not None:
        found = found.filter(project_id=project.pk if isinstance(project, models.Model) else project)
    if subject is not None:
        found = found.filter(subject_kind=subject._meta.label_lower, subject_id=str(subject.pk))
    wanted: dict[str, Any] = {"verb": verb, "actor_id": actor_id, "gesture": gesture, "face": face}
    wanted |= {"actor_name__icontains": who, "subject_label__icontains": about}
    wanted |= {"at__gte": since and _midnight(since), "at__lt": until and _midnight(until) + timedelta(days=1)}
    return found.filter(**{name: value for name, value in wanted.items() if value})


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def chain_head() -> ChainHead:
    """Where the chain ends; sequence 0 while nothing has happened."""
    return ChainHead.objects.filter(pk=1).first() or ChainHead()


def ndjson(found: models.QuerySet[AuditEntry]) -> Iterator[bytes]:
    """The entries as lines of canonical JSON, the oldest first, with everything that their hashes cover.

    Memory does not grow with their number. ``verify_audit --file`` reads it back.
    """
    for row in found.order_by("sequence").values(*FIELDS, "hash").iterator(chunk_size=_ROWS_AT_ONCE):
        yield canonical(row) + b"\n"
