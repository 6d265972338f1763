"""What tests of the trail share: a verb, an actor, a way to write some entries, and a vandal with database access."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from mlops_portal.audit.models import AuditEntry
from mlops_portal.audit.record import Subject, record
from mlops_portal.audit.verbs import VERBS, Verb
from mlops_portal.kernel.actor import Actor, ActorKind, Face

TESTED = VERBS.register("tests.changed", Verb("tests.changed", "changed"))


@pytest.fixture
def actor() -> Actor:
    """Alice, on the web."""
    return Actor(ActorKind.PERSON, "1", "Alice Ahmed", Face.WEB)


@pytest.fixture
def write(db: None, actor: Actor) -> Callable[..., AuditEntry]:
    """Write one entry about a thing."""

    def write(label: str = "a thing", **values: Any) -> AuditEntry:
        with transaction.atomic():
            return record(actor, "tests.changed", Subject("thing", "7", label), **values)

    return write


@pytest.fixture
def vandalise(db: None) -> Callable[..., None]:
    """Run raw SQL past the ORM and past the triggers, as whoever owns the database can."""

    def vandalise(statement: str, *parameters: Any) -> None:
        with connection.cursor() as cursor:
            for name in ("audit_no_update", "audit_no_delete", "audit_no_change"):
                on = " ON audit_auditentry" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
            cursor.execute(statement, parameters)

    return vandalise
