"""Forgets, every night, old evidence that nothing rests on: never what stands, was scored with, or was reviewed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from assessments.evidence import SEEING
from assessments.lifecycle.record import locked
from assessments.models import Assessment, EvidenceRecord, Scoring
from mlops_portal.audit.record import record
from mlops_portal.jobs.context import JobContext
from mlops_portal.jobs.kinds import job_kind
from mlops_portal.jobs.schedules import register_schedule
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.projects.models import Project

#: The job kind that forgets.
PRUNE = "assessments.prune-evidence"
VERBS = {"evidence.forgotten": "forgot old evidence of"}
_ROWS_AT_ONCE = 500


@transaction.atomic
def prune_evidence(*, actor: Actor, project: Project, before: datetime) -> int:
    """Delete what was last seen before that moment and nothing rests on; how many records. Decides nothing itself.

    Kept are the standing record of each topic, the newest one on which something was seen (it still contradicts when
    access is lost), and whatever a scoring or an assessment names.
    """
    old = EvidenceRecord.objects.filter(project=locked(project), standing=False, last_seen_at__lt=before)
    if not old.exists():
        return 0
    needed = _rested_on(project)
    spared = _newest_seen(project)
    gone = [pk for pk, digest in old.values_list("pk", "digest") if digest not in needed and pk not in spared]
    for start in range(0, len(gone), _ROWS_AT_ONCE):
        EvidenceRecord.objects.filter(pk__in=gone[start : start + _ROWS_AT_ONCE]).delete()
    if gone:
        record(actor, "evidence.forgotten", project, project=project, after={"records": len(gone), "before": before})
    return len(gone)


def _rested_on(project: Project) -> set[str]:
    """The digests that the project's scorings and assessments name."""
    named: set[str] = set()
    sources: tuple[QuerySet[Scoring] | QuerySet[Assessment], ...] = (
        Scoring.objects.filter(project=project),
        Assessment.objects.filter(project=project),
    )
    for rows in sources:
        for digests in rows.order_by().values_list("evidence", flat=True).iterator(chunk_size=_ROWS_AT_ONCE):
            named.update(digests)
    return named


def _newest_seen(project: Project) -> set[int]:
    rows = EvidenceRecord.objects.filter(project=project, sight__in=[sight.value for sight in SEEING])
    newest = rows.order_by("last_effective_at", "last_seen_at").values_list("topic", "asked", "pk")
    return set({(topic, asked): pk for topic, asked, pk in newest}.values())


@job_kind(PRUNE, title="Forget old evidence")
def prune_all(context: JobContext) -> int:
    """Go through all projects; how many records are gone. ``EVIDENCE_KEEP_DAYS`` 0 keeps everything."""
    if not settings.EVIDENCE_KEEP_DAYS:
        return 0
    before = clock.now() - timedelta(days=settings.EVIDENCE_KEEP_DAYS)
    gone = 0
    for project in Project.objects.filter(evidence__standing=False, evidence__last_seen_at__lt=before).distinct():
        context.cancelled()
        gone += prune_evidence(actor=context.actor, project=project, before=before)
    return gone


def register() -> None:
    """Every night."""
    register_schedule("evidence that nothing rests on", cron="20 4 * * *", kind=PRUNE)
