"""Storing what was seen: once per content, with one standing record per topic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from assessments.collectors.look import Look
from assessments.evidence import SEEING, Evidence, content_digest, current
from assessments.models import CollectorRun, EvidenceRecord
from assessments.selectors.evidence import from_record
from mlops_portal.kernel import clock
from mlops_portal.kernel.redaction import storable
from mlops_portal.projects.models import Project


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list | tuple) else value


def _record_of(project: Project, item: Evidence, digest: str) -> EvidenceRecord:
    return EvidenceRecord(
        project=project,
        topic=item.topic,
        subject=storable(item.subject)[:1000],
        sight=item.sight.value,
        payload=_storable(item.payload),
        message=storable(item.message),
        link=storable(item.link)[:1000],
        collector=item.collector,
        digest=digest,
        valid_until=item.valid_until,
        first_seen_at=item.collected_at,
        last_effective_at=item.effective_at,
        last_seen_at=item.collected_at,
    )


def _save_seen(project: Project, evidence: dict[str, Evidence]) -> None:
    known = {r.digest: r for r in EvidenceRecord.objects.filter(project=project, digest__in=evidence)}
    EvidenceRecord.objects.bulk_create(
        _record_of(project, item, digest) for digest, item in evidence.items() if digest not in known
    )
    for digest, record in known.items():
        record.last_effective_at = max(record.last_effective_at, evidence[digest].effective_at)
        record.last_seen_at = max(record.last_seen_at, evidence[digest].collected_at)
    EvidenceRecord.objects.bulk_update(known.values(), ["last_effective_at", "last_seen_at"])


def _restand(project: Project, topics: set[str], new: Iterable[str]) -> None:
    """Decide anew, for these topics, which record stands: the one that stood or one of the new."""
    rows = EvidenceRecord.objects.filter(project=project, topic__in=topics)
    candidates = [(row.pk, from_record(row)) for row in rows.filter(Q(standing=True) | Q(digest__in=list(new)))]
    chosen = {id(item) for item in current(item for _, item in candidates).values()}
    standing = [pk for pk, item in candidates if id(item) in chosen]
    rows.filter(standing=True).exclude(pk__in=standing).update(standing=False)
    rows.filter(standing=False, pk__in=standing).update(standing=True)


def store_evidence(project: Project, evidence: Iterable[Evidence]) -> None:
    """Keep what was seen; the same again only moves its times. Call inside a transaction with the project locked."""
    by_digest = {content_digest(item): item for item in evidence}
    _save_seen(project, by_digest)
    _restand(project, {item.topic for item in by_digest.values()}, by_digest)


def _note_run(project: Project, seen: Look) -> None:
    ended = clock.now()
    values = {
        "sight": seen.sight.value,
        "message": seen.message,
        "started_at": ended - timedelta(seconds=seen.seconds),
        "seconds": seen.seconds,
    }
    if seen.sight in SEEING:
        values["last_good_at"] = ended
    CollectorRun.objects.update_or_create(project=project, source=seen.source, defaults=values)


def record_looks(project: Project, looks: Iterable[Look]) -> None:
    """Store the evidence of several looks and how each went, all or nothing; looks at one project queue up."""
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=project.pk)
        for seen in looks:
            store_evidence(project, seen.evidence)
            _note_run(project, seen)
