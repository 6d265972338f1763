"""Stored evidence in the shape the pure core reads."""

from __future__ import annotations

from collections.abc import Iterable

from assessments.evidence import SEEING, Evidence, Sight, with_digest
from assessments.models import EvidenceRecord
from mlops_portal.projects.models import Project


def from_record(record: EvidenceRecord) -> Evidence:
    """A stored record as Evidence; ``effective_at`` is the last moment at which it was seen to be true."""
    evidence = Evidence(
        topic=record.topic,
        subject=record.subject,
        sight=Sight(record.sight),
        effective_at=record.last_effective_at,
        collected_at=record.last_seen_at,
        payload=record.payload,
        message=record.message,
        link=record.link,
        collector=record.collector,
        valid_until=record.valid_until,
    )
    return with_digest(evidence, record.digest)


def _seen_before(project: Project, standing: Iterable[EvidenceRecord]) -> list[EvidenceRecord]:
    """What was last seen of the topics that may no longer be looked at: it proves nothing, but it still contradicts."""
    blind = {record.topic: record.asked for record in standing if record.sight not in SEEING}
    if not blind:
        return []
    rows = EvidenceRecord.objects.filter(project=project, topic__in=blind, sight__in=SEEING)
    rows = rows.order_by("last_effective_at", "last_seen_at")
    return list({row.topic: row for row in rows if row.asked in ("", blind[row.topic])}.values())


def standing_evidence(project: Project) -> tuple[Evidence, ...]:
    """What verdicts on the project rest on now, in one query, or two when a source could not be looked at."""
    standing = list(EvidenceRecord.objects.filter(project=project, standing=True).order_by("topic"))
    return tuple(map(from_record, [*standing, *_seen_before(project, standing)]))
