"""Two editors never overwrite each other unseen: a change names the version that its editor saw."""

from __future__ import annotations

from django.db import models

from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel.errors import Stale


def check_version(row: models.Model, now: int, seen: int | None) -> None:
    """Pass when ``seen`` is the version ``now`` (None: do not ask). Raises Stale naming who changed the row, and when.

    Every change of such a row is in the trail, so that the trail knows who it was.
    """
    if seen is None or seen == now:
        return
    about = AuditEntry.objects.filter(subject_kind=row._meta.label_lower, subject_id=str(row.pk))
    last = about.order_by("-sequence").first()
    who = f"{last.actor_name} changed this on {last.at:%-d %B at %H:%M} UTC" if last else "Somebody changed this"
    raise Stale(f"{who}, after you opened it.", do="Compare, then save again.")
