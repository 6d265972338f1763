"""Reading the trail. Who may read it is asked of ``authorise`` by the caller (``audit.view_audit``)."""

from __future__ import annotations

from django.db import models

from mlops_portal.audit.models import AuditEntry, ChainHead


def entries(
    *,
    project: models.Model | int | None = None,
    verb: str = "",
    actor_id: str = "",
    gesture: str = "",
    subject: models.Model | None = None,
) -> models.QuerySet[AuditEntry]:
    """The entries that match all that is given, the newest first."""
    found = AuditEntry.objects.order_by("-sequence")
    if project is not None:
        found = found.filter(project_id=project.pk if isinstance(project, models.Model) else project)
    if subject is not None:
        found = found.filter(subject_kind=subject._meta.label_lower, subject_id=str(subject.pk))
    exact = {"verb": verb, "actor_id": actor_id, "gesture": gesture}
    return found.filter(**{name: value for name, value in exact.items() if value})


def chain_head() -> ChainHead:
    """Where the chain ends; sequence 0 while nothing has happened."""
    return ChainHead.objects.filter(pk=1).first() or ChainHead()
