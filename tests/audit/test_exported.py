"""An export verifies from its lines alone; every way of tampering with it is found, and the entry is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from mlops_portal.audit.chain import FIELDS, entry_hash
from mlops_portal.audit.exported import ExportVerification
from mlops_portal.audit.models import AuditEntry
from mlops_portal.audit.selectors import entries, ndjson
from mlops_portal.audit.verify import Breach
from mlops_portal.kernel import clock


@pytest.fixture
def lines(write: Callable[..., AuditEntry]) -> list[dict[str, Any]]:
    for number in range(1, 10):
        write(f"thing {number}", after={"n": number}, reason=f"because – {number}")
    return [json.loads(line) for line in ndjson(entries())]


def found(lines: list[dict[str, Any]], **how: Any) -> list[tuple[int, Breach]]:
    walk = ExportVerification(**how)
    return [(finding.sequence, finding.breach) for finding in walk.findings(map(json.dumps, lines))]


def test_an_untouched_export_is_intact_and_names_its_head(lines: list[dict[str, Any]]) -> None:
    walk = ExportVerification(complete=True, expected_head=lines[-1]["hash"])
    assert not list(walk.findings(map(json.dumps, lines)))
    assert (walk.checked, walk.head_sequence, walk.head_hash) == (9, 9, lines[-1]["hash"])


@pytest.mark.parametrize("field", [name for name in FIELDS if name not in ("sequence", "previous_hash")])
def test_a_changed_value_is_named(lines: list[dict[str, Any]], field: str) -> None:
    lines[3][field] = "x"
    assert found(lines) == [(4, Breach.CHANGED)]


def test_an_entry_changed_with_a_fresh_hash_is_found_by_the_next(lines: list[dict[str, Any]]) -> None:
    lines[3]["reason"] = "another"
    lines[3]["hash"] = entry_hash({**lines[3], "at": clock.parse(lines[3]["at"])})
    assert found(lines) == [(5, Breach.REWRITTEN)]


def test_what_a_filter_left_out_is_a_gap_and_in_a_complete_export_a_breach(lines: list[dict[str, Any]]) -> None:
    del lines[3:5]
    assert found(lines) == []
    assert found(lines, complete=True) == [(4, Breach.MISSING)]


def test_lines_in_another_order_are_named(lines: list[dict[str, Any]]) -> None:
    lines[3], lines[4] = lines[4], lines[3]
    assert (4, Breach.INSERTED) in found(lines)


def test_a_hash_kept_elsewhere_must_be_in_it(lines: list[dict[str, Any]]) -> None:
    assert found(lines, expected_head="f" * 64) == [(9, Breach.FOREIGN)]


def verify(file: Path, *more: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_audit", "--file", str(file), *more, stdout=out, stderr=err)
    except SystemExit as left:
        return int(str(left.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_the_command_tells_intact_broken_and_unreadable_apart(lines: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "audit.ndjson"
    file.write_text("\n".join(map(json.dumps, lines[:2] + lines[4:])), encoding="utf-8")
    code, out, _ = verify(file)
    assert (code, "7 entries checked, no breaches." in out, "1 gaps" in out) == (0, True, True)
    assert verify(file, "--complete")[0] == 1
    file.write_text("no entry", encoding="utf-8")
    assert verify(file)[0] == 2
    file.write_text('{"sequence": 1}', encoding="utf-8")
    assert "line 1 is no entry" in verify(file)[2]
    assert verify(tmp_path / "nothing")[0] == 2
