"""Writing to the trail: in the transaction of the change itself, so that there is never one without the other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from mlops_portal.audit.chain import FIELDS, entry_hash
from mlops_portal.audit.models import AuditEntry, ChainHead
from mlops_portal.audit.verbs import VERBS
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.digest import canonical
from mlops_portal.kernel.redaction import redacted, storable


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about, when it is not a row of ours: ``kind``, ``id`` and how it is called."""

    kind: str
    id: str
    label: str


def record(
    actor: Actor,
    verb: str,
    subject: models.Model | Subject,
    *,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    project: models.Model | int | None = None,
) -> AuditEntry:
    """Append one entry to the chain and return it.

    Call it as the last step of an action, inside its transaction: from here until the commit other writers wait. An
    action that goes on to lock or insert rows afterwards calls ``lock_chain`` first, or two of them may wait for each
    other.
    ``before`` and ``after`` are JSON values (datetimes allowed); secrets are taken out of them. Raises LookupError
    for an unregistered verb, TypeError without an actor or for values that are no JSON, RuntimeError outside a
    transaction.
    """
    _check(actor, verb)
    head = lock_chain()
    entry = AuditEntry(
        sequence=head.sequence + 1,
        at=clock.now(),
        verb=verb,
        previous_hash=head.hash,
        project_id=project.pk if isinstance(project, models.Model) else project,
        before=_clean(before),
        after=_clean(after),
        reason=storable(redacted(reason)),
        **_who(actor),
        **_what(subject),
    )
    entry.hash = entry_hash({name: getattr(entry, name) for name in FIELDS})
    entry.append()
    ChainHead.objects.filter(pk=1).update(sequence=entry.sequence, hash=entry.hash)
    return entry


def lock_chain() -> ChainHead:
    """Wait for the chain's head and hold it until the transaction ends."""
    return ChainHead.objects.select_for_update().get_or_create(pk=1)[0]


def _check(actor: Actor, verb: str) -> None:
    if not isinstance(actor, Actor):
        raise TypeError(f"Every change has an actor; {actor!r} is none.")
    VERBS.get(verb)
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{verb} must be recorded inside the transaction of the change.")


def _who(actor: Actor) -> dict[str, str]:
    return {
        "actor_kind": actor.kind.value,
        "actor_id": _short(actor.id, 150),
        "actor_name": _short(actor.name, 200),
        "face": actor.face.value,
        "gesture": _short(actor.gesture, 64),
    }


def _what(subject: models.Model | Subject) -> dict[str, str]:
    if isinstance(subject, models.Model):
        subject = Subject(subject._meta.label_lower, str(subject.pk), str(subject))
    return {
        "subject_kind": _short(subject.kind, 80),
        "subject_id": _short(subject.id, 200),
        "subject_label": _short(redacted(subject.label), 200),
    }


def _short(text: str, limit: int) -> str:
    return storable(text)[:limit]


def _clean(value: Any) -> Any:
    """Without secrets, without what a database refuses, and as plain JSON: what is hashed is what is read back."""
    text = canonical(redacted(value)).decode("utf-8", "replace")
    return json.loads(text)
