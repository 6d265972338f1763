"""Every way of tampering with the trail by raw SQL is found, and the entry is named."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DataError, connection, transaction

from mlops_portal.audit.chain import FIELDS, entry_hash
from mlops_portal.audit.models import AuditEntry, ChainHead
from mlops_portal.audit.verify import Breach, Verification
from mlops_portal.kernel import clock

Vandalise = Callable[..., None]


@pytest.fixture(autouse=True)
def nine_entries(write: Callable[..., AuditEntry]) -> None:
    """A trail of nine entries."""
    for number in range(1, 10):
        write(f"thing {number}", after={"n": number}, reason=f"reason {number}", project=number % 2)


def found() -> list[tuple[int, Breach]]:
    """Every breach, in order."""
    return sorted((finding.sequence, finding.breach) for finding in Verification().findings())


def test_an_untouched_trail_is_intact() -> None:
    verification = Verification()
    assert not list(verification.findings())
    assert (verification.checked, verification.head_sequence) == (9, 9)
    assert verification.head_hash == AuditEntry.objects.get(pk=9).hash


@pytest.mark.parametrize("column", [name for name in FIELDS if name not in ("sequence", "at", "project_id")])
def test_a_changed_text_in_any_column_is_named(vandalise: Vandalise, column: str) -> None:
    vandalise(f"UPDATE audit_auditentry SET {column} = 'x' WHERE sequence = 4")
    assert (4, Breach.CHANGED) in found()
    assert {sequence for sequence, _ in found()} <= {4}


@pytest.mark.parametrize("value", ["2020-01-01 00:00:00+00:00", None], ids=["another time", "another second"])
def test_a_changed_time_is_named(vandalise: Vandalise, value: str | None) -> None:
    vandalise("UPDATE audit_auditentry SET at = %s WHERE sequence = 4", value or clock.now())
    assert found() == [(4, Breach.CHANGED)]


def test_a_time_that_is_none_is_named_or_cannot_be_written(vandalise: Vandalise) -> None:
    nonsense = "UPDATE audit_auditentry SET at = '2026-13-77 00:00:00' WHERE sequence = 4"
    if connection.vendor == "sqlite":
        vandalise(nonsense)
        assert found() == [(4, Breach.CHANGED)]
    else:
        with pytest.raises(DataError), transaction.atomic():
            vandalise(nonsense)


def test_a_changed_project_is_named(vandalise: Vandalise) -> None:
    vandalise("UPDATE audit_auditentry SET project_id = NULL WHERE sequence = 4")
    assert found() == [(4, Breach.CHANGED)]


@pytest.mark.parametrize("sequence", [1, 4, 9])
def test_an_entry_changed_with_a_fresh_hash_is_named(vandalise: Vandalise, sequence: int) -> None:
    entry = AuditEntry.objects.get(pk=sequence)
    entry.reason = "nothing to see here"
    fresh = entry_hash({name: getattr(entry, name) for name in FIELDS})
    vandalise("UPDATE audit_auditentry SET reason = %s, hash = %s WHERE sequence = %s", entry.reason, fresh, sequence)
    assert found() == [(sequence, Breach.REWRITTEN)]


@pytest.mark.parametrize(("first", "last"), [(1, 1), (4, 4), (3, 6)])
def test_deleted_entries_are_named(vandalise: Vandalise, first: int, last: int) -> None:
    vandalise("DELETE FROM audit_auditentry WHERE sequence BETWEEN %s AND %s", first, last)
    assert found() == [(first, Breach.MISSING)]


def test_two_deleted_entries_are_both_named(vandalise: Vandalise) -> None:
    vandalise("DELETE FROM audit_auditentry WHERE sequence IN (3, 6)")
    assert found() == [(3, Breach.MISSING), (6, Breach.MISSING)]


def test_entries_cut_off_the_end_are_named(vandalise: Vandalise) -> None:
    vandalise("DELETE FROM audit_auditentry WHERE sequence > 6")
    assert found() == [(7, Breach.TRUNCATED)]


def test_an_emptied_trail_is_found(vandalise: Vandalise) -> None:
    vandalise("DELETE FROM audit_auditentry")
    assert found() == [(1, Breach.TRUNCATED)]


def _insert(vandalise: Vandalise, sequence: int, previous: str, *, sound: bool) -> None:
    entry = AuditEntry.objects.get(pk=4)
    entry.sequence, entry.previous_hash, entry.reason = sequence, previous, "forged"
    entry.hash = entry_hash({name: getattr(entry, name) for name in FIELDS}) if sound else "f" * 64
    columns = ", ".join((*FIELDS, "hash"))
    values = [getattr(entry, name) for name in (*FIELDS, "hash")]
    values[FIELDS.index("before")], values[FIELDS.index("after")] = "null", '{"n":4}'
    vandalise(f"INSERT INTO audit_auditentry ({columns}) VALUES ({', '.join(['%s'] * len(values))})", *values)


def test_an_entry_inserted_at_the_end_is_named(vandalise: Vandalise) -> None:
    _insert(vandalise, 10, AuditEntry.objects.get(pk=9).hash, sound=True)
    assert found() == [(10, Breach.INSERTED)]


def test_an_entry_inserted_before_the_first_is_named(vandalise: Vandalise) -> None:
    _insert(vandalise, 0, "0" * 64, sound=True)
    assert found() == [(0, Breach.INSERTED)]


def test_an_entry_inserted_in_the_middle_is_named(vandalise: Vandalise) -> None:
    for sequence in range(9, 4, -1):
        vandalise("UPDATE audit_auditentry SET sequence = %s WHERE sequence = %s", sequence + 1, sequence)
    vandalise("UPDATE audit_chainhead SET sequence = 10")
    _insert(vandalise, 5, AuditEntry.objects.get(pk=4).hash, sound=True)
    moved = [(sequence, Breach.MOVED) for sequence in range(6, 11)]
    assert found() == [(5, Breach.INSERTED), *moved]


def test_an_entry_put_in_place_of_another_is_named(vandalise: Vandalise) -> None:
    vandalise("DELETE FROM audit_auditentry WHERE sequence = 5")
    _insert(vandalise, 5, AuditEntry.objects.get(pk=4).hash, sound=True)
    assert found() == [(5, Breach.REWRITTEN)]


@pytest.mark.parametrize(("one", "other"), [(2, 7), (4, 5)])
def test_entries_that_changed_places_are_named(vandalise: Vandalise, one: int, other: int) -> None:
    for here, there in ((one, 99), (other, one), (99, other)):
        vandalise("UPDATE audit_auditentry SET sequence = %s WHERE sequence = %s", there, here)
    assert found() == [(one, Breach.MOVED), (other, Breach.MOVED)]


def test_a_chain_cut_off_together_with_its_head_is_found_by_the_hash_kept_elsewhere(vandalise: Vandalise) -> None:
    kept = ChainHead.objects.get().hash
    vandalise("DELETE FROM audit_auditentry WHERE sequence > 6")
    vandalise("UPDATE audit_chainhead SET sequence = 6, hash = (SELECT hash FROM audit_auditentry WHERE sequence = 6)")
    assert found() == []
    assert [finding.breach for finding in Verification(expected_head=kept).findings()] == [Breach.FOREIGN]


def test_a_hash_kept_earlier_is_still_in_a_genuine_chain(write: Callable[..., AuditEntry]) -> None:
    kept = ChainHead.objects.get().hash
    write("thing 10")
    assert not list(Verification(expected_head=kept).findings())


def test_more_breaches_than_can_be_held_back_are_all_named(vandalise: Vandalise, monkeypatch: object) -> None:
    vandalise("UPDATE audit_auditentry SET reason = 'x'")
    pytest.MonkeyPatch().setattr("mlops_portal.audit.verify.SUSPECTS", 2)
    assert found() == [(sequence, Breach.CHANGED) for sequence in range(1, 10)]


def test_the_command_prints_the_head_and_leaves_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_audit")
    assert capsys.readouterr().out.splitlines()[-1] == f"head 9 {ChainHead.objects.get().hash}"


def test_the_command_names_the_breach_and_leaves_with_1(vandalise: Vandalise) -> None:
    vandalise("DELETE FROM audit_auditentry WHERE sequence = 3")
    out = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("verify_audit", "--from", "2", stdout=out)
    assert "missing: Entry 3 is missing" in out.getvalue()


@pytest.mark.parametrize("start", ["0", "900"])
def test_the_command_leaves_with_2_when_it_cannot_verify(start: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        call_command("verify_audit", "--from", start, stderr=StringIO())
