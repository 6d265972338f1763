"""An entry is written with its change or not at all, and says who did what."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlops_portal.audit.chain import GENESIS
from mlops_portal.audit.models import AppendOnly, AuditEntry
from mlops_portal.audit.record import Subject, record
from mlops_portal.audit.verbs import register_verbs
from mlops_portal.audit.verify import Verification
from mlops_portal.kernel.actor import Actor

Write = Callable[..., AuditEntry]


def test_an_entry_says_who_did_what_from_where_and_why(write: Write, actor: Actor) -> None:
    entry = write("Flights", before={"level": 1}, after={"level": 2}, reason="agreed with the board")
    stored = AuditEntry.objects.get(pk=entry.pk)
    assert (stored.actor_name, stored.face, stored.gesture) == ("Alice Ahmed", "web", actor.gesture)
    assert (stored.verb, stored.subject_label) == ("tests.changed", "Flights")
    assert (stored.before, stored.after, stored.reason) == ({"level": 1}, {"level": 2}, "agreed with the board")
    assert str(stored) == "1: Alice Ahmed changed Flights"


def test_entries_are_numbered_without_gaps_and_each_continues_the_one_before(write: Write) -> None:
    first, second, third = write(), write(), write()
    assert [first.sequence, second.sequence, third.sequence] == [1, 2, 3]
    assert (first.previous_hash, second.previous_hash, third.previous_hash) == (GENESIS, first.hash, second.hash)


def test_a_verb_nobody_registered_is_an_error(actor: Actor, db: None) -> None:
    with transaction.atomic(), pytest.raises(LookupError, match=r"No audit verb is called 'tests\.unheard-of'"):
        record(actor, "tests.unheard-of", Subject("thing", "7", "a thing"))


def test_a_change_without_an_actor_is_an_error(db: None) -> None:
    with transaction.atomic(), pytest.raises(TypeError, match="has an actor"):
        record(None, "tests.changed", Subject("thing", "7", "a thing"))  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded(actor: Actor) -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        record(actor, "tests.changed", Subject("thing", "7", "a thing"))
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_leaves_no_entry_and_no_gap(actor: Actor) -> None:
    with transaction.atomic():
        record(actor, "tests.changed", Subject("thing", "7", "a thing"))
        transaction.set_rollback(True)
    with transaction.atomic():
        assert record(actor, "tests.changed", Subject("thing", "7", "a thing")).sequence == 1
    assert not list(Verification().findings())


def test_the_same_verb_cannot_be_registered_twice_with_another_meaning() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        register_verbs({"tests.changed": "did something else"})


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: AuditEntry.objects.filter(pk=entry.pk).update(reason="another"),
        lambda entry: AuditEntry.objects.all().delete(),
        lambda entry: AuditEntry.objects.bulk_update([entry], ["reason"]),
        lambda entry: AuditEntry.objects.bulk_create([AuditEntry(sequence=2)]),
        lambda entry: AuditEntry.objects.create(sequence=2),
    ],
    ids=["save", "delete", "update", "delete all", "bulk update", "bulk create", "create"],
)
def test_the_orm_refuses_every_change(write: Write, change: Callable[[AuditEntry], object]) -> None:
    entry = write()
    with pytest.raises(AppendOnly):
        change(entry)
    assert AuditEntry.objects.count() == 1


def test_the_database_itself_refuses_a_change(write: Write) -> None:
    write()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditentry SET reason = 'another'")


@pytest.mark.parametrize(
    "name",
    ["password", "new_password1", "apiKey", "API-KEY", "secret", "client_secret", "token", "Authorization", "cookie",
     "private_key", "aws_access_key", "db_credentials", "passphrase"],
)  # fmt: skip
def test_what_stands_under_a_secret_name_is_never_stored(write: Write, name: str) -> None:
    entry = write(before={name: "hunter2-hunter2"}, after={"list": [{name: {"inner": "hunter2-hunter2"}}]})
    assert "hunter2" not in _raw(entry)


@pytest.mark.parametrize(
    "text",
    ["https://alice:hunter2-hunter2@git.example.org/x.git", "postgres://u:hunter2-hunter2@db/x",
     "https://ghp_hunter2hunter2hunter2hunter2@git.example.org/x.git", "mlp_hunter2-hunter2_hunter2"],
)  # fmt: skip
def test_secrets_inside_texts_are_never_stored(write: Write, text: str) -> None:
    entry = write(f"see {text}", after={"repository": text}, reason=f"because of {text}")
    assert "hunter2" not in _raw(entry)


def test_times_are_stored_as_text_and_other_objects_are_refused(write: Write) -> None:
    assert write(after={"at": datetime(2026, 1, 2, tzinfo=UTC)}).after == {"at": "2026-01-02T00:00:00+00:00"}
    with pytest.raises(TypeError, match="canonical"):
        write(after={"thing": object()})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(values=JSON, text=st.text(max_size=300))
def test_whatever_is_recorded_verifies(actor: Actor, db: None, values: object, text: str) -> None:
    nasty = dataclasses.replace(actor, name=text or "x", id=text or "x")
    with transaction.atomic():
        record(nasty, "tests.changed", Subject("thing", text, text), before=values, after={"v": values}, reason=text)
    assert not list(Verification().findings())


def _raw(entry: AuditEntry) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_auditentry WHERE sequence = %s", [entry.pk])
        return str(cursor.fetchone())
