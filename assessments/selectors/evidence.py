"""Stored evidence in the shape the pure core reads."""

from __future__ import annotations

from assessments.evidence import Evidence, Sight
from assessments.models import EvidenceRecord
from mlops_portal.projects.models import Project


def from_record(record: EvidenceRecord) -> Evidence:
    """A stored record as Evidence; ``effective_at`` is the last moment at which it was seen to be true."""
    return Evidence(
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


def standing_evidence(project: Project) -> tuple[Evidence, ...]:
    """What verdicts on the project rest on now: one Evidence per topic, in one query."""
    return tuple(map(from_record, EvidenceRecord.objects.filter(project=project, standing=True).order_by("topic")))
