"""Storing what was seen: once per content, with one standing record per topic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from assessments.collectors.look import Look
from assessments.evidence import SEEING, Evidence, content_digest, current
from assessments.lifecycle.question import FIELDS, question
from assessments.models import CollectorRun, EvidenceRecord
from assessments.selectors.evidence import from_record
from mlops_portal.audit.record import record
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Unavailable
from mlops_portal.kernel.redaction import redacted_text, storable
from mlops_portal.projects.models import Project


def storable_values(value: Any) -> Any:
    """A JSON value whose texts any database takes."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable_values(key): storable_values(item) for key, item in value.items()}
    return [storable_values(item) for item in value] if isinstance(value, list | tuple) else value


def _shown(message: str) -> str:
    return storable(redacted_text(message))


def _record_of(project: Project, item: Evidence, digest: str) -> EvidenceRecord:
    return EvidenceRecord(
        project=project,
        topic=item.topic,
        subject=storable(item.subject)[:1000],
        sight=item.sight.value,
        payload=storable_values(item.payload),
        message=_shown(item.message),
        link=storable(item.link)[:1000],
        collector=item.collector,
        digest=digest,
        valid_until=item.valid_until,
        asked=question(project, item.topic),
        first_seen_at=item.collected_at,
        last_effective_at=item.effective_at,
        last_seen_at=item.collected_at,
    )


def _save_seen(project: Project, evidence: dict[str, Evidence]) -> None:
    known = {r.digest: r for r in EvidenceRecord.objects.filter(project=project, digest__in=evidence)}
    EvidenceRecord.objects.bulk_create(
        _record_of(project, item, digest) for digest, item in evidence.items() if digest not in known
    )
    for digest, row in known.items():
        row.last_effective_at = max(row.last_effective_at, evidence[digest].effective_at)
        row.last_seen_at = max(row.last_seen_at, evidence[digest].collected_at)
        row.asked = question(project, row.topic)
    EvidenceRecord.objects.bulk_update(known.values(), ["last_effective_at", "last_seen_at", "asked"])


def _restand(project: Project, topics: set[str], new: Iterable[str]) -> None:
    """Decide anew, for these topics, which record stands: the one that stood or one of the new."""
    rows = EvidenceRecord.objects.filter(project=project, topic__in=topics)
    candidates = [(row.pk, from_record(row)) for row in rows.filter(Q(standing=True) | Q(digest__in=list(new)))]
    chosen = {id(item) for item in current(item for _, item in candidates).values()}
    standing = [pk for pk, item in candidates if id(item) in chosen]
    rows.filter(standing=True).exclude(pk__in=standing).update(standing=False)
    rows.filter(standing=False, pk__in=standing).update(standing=True)


def locked(project: Project) -> Project:
    """The project as it is now, held until the transaction ends: whoever changes its evidence queues up here.

    The lock lets others insert rows that point to the project: a request for a job does so while it holds the audit
    trail, for which the holder of this lock may wait.
    """
    return Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def _still_asked(project: Project, names: Iterable[str]) -> None:
    """Hold the project, and hold it against ``project`` as it was when looking began. Raises Unavailable."""
    now = locked(project)
    if any(question(project, name) != question(now, name) for name in names):
        what = f"The sources of {now.name} were changed while they were being looked at."
        raise Unavailable(what, do="They are looked at again in a moment.")


def withdraw(actor: Actor, project: Project) -> list[str]:
    """Let nothing stand that was seen where the project no longer says it is; the topics, which the trail names too.

    Call it inside a transaction. Without it the evidence of a repository or of experiments that were replaced would be
    held for as long as the new ones cannot be reached, and of those taken away for as long as it is valid.
    """
    now = locked(project)
    rows = EvidenceRecord.objects.filter(project=now, standing=True).exclude(asked="").only("topic", "asked")
    gone = {row.pk: row.topic for row in rows if row.asked != question(now, row.topic)}
    runs = CollectorRun.objects.filter(project=now, source__in=FIELDS).exclude(asked="").only("source", "asked")
    if over := [run.pk for run in runs if run.asked != question(now, run.source)]:
        CollectorRun.objects.filter(pk__in=over).delete()
    if gone:
        EvidenceRecord.objects.filter(pk__in=gone).update(standing=False)
        why = "The project now names another source, or none."
        record(actor, "evidence.withdrawn", now, project=now, after={"topics": sorted(gone.values())}, reason=why)
    return sorted(gone.values())


@transaction.atomic
def store_evidence(project: Project, evidence: Iterable[Evidence]) -> None:
    """Keep what was seen of ``project`` as it was when looking began; the same again only moves its times.

    Raises Unavailable when the project has named another source meanwhile: then this is no answer to what it asks.
    """
    by_digest = {content_digest(item): item for item in evidence}
    topics = {item.topic for item in by_digest.values()}
    _still_asked(project, topics)
    _save_seen(project, by_digest)
    _restand(project, topics, by_digest)


def _note_run(project: Project, seen: Look) -> None:
    ended = clock.now()
    values = {
        "sight": seen.sight.value,
        "message": _shown(seen.message),
        "started_at": ended - timedelta(seconds=seen.seconds),
        "seconds": seen.seconds,
        "asked": question(project, seen.source),
    }
    if seen.sight in SEEING:
        values["last_good_at"] = ended
    CollectorRun.objects.update_or_create(project=project, source=seen.source, defaults=values)


@transaction.atomic
def record_looks(project: Project, looks: Iterable[Look]) -> None:
    """Store the evidence of several looks and how each went, all or nothing; looks at one project queue up.

    Raises Unavailable as ``store_evidence`` does.
    """
    looks = list(looks)
    _still_asked(project, [seen.source for seen in looks])
    for seen in looks:
        store_evidence(project, seen.evidence)
        _note_run(project, seen)
