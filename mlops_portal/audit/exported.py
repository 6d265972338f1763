"""Verifying an export of the trail without the portal's database: anybody who has the file can."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from mlops_portal.audit.chain import FIELDS, GENESIS, entry_hash
from mlops_portal.audit.verify import Breach, Finding
from mlops_portal.kernel import clock


class ExportVerification:
    """One walk over the lines of an export, the oldest first.

    An export may be filtered: where entries are left out, the chain is interrupted, which ``gaps`` counts. With
    ``complete`` each gap, and a first entry that is not number 1, is a breach. ``expected_head`` is a hash that was
    kept elsewhere: it must be that of one of the entries.
    """

    def __init__(self, *, complete: bool = False, expected_head: str = "") -> None:
        self.complete = complete
        self.expected_head = expected_head
        self.checked = self.gaps = self.head_sequence = 0
        self.head_hash = GENESIS
        self._met_expected = expected_head in ("", GENESIS)

    def findings(self, lines: Iterable[bytes | str]) -> Iterator[Finding]:
        """Every breach, in order. Raises ValueError for a line that is no entry."""
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield from self._step(_entry(line, number))
        if not self._met_expected:
            text = "The hash that was kept elsewhere is nowhere in this export."
            yield Finding(self.head_sequence, Breach.FOREIGN, text)

    def _step(self, row: dict[str, Any]) -> Iterator[Finding]:
        self.checked += 1
        self._met_expected |= row["hash"] == self.expected_head
        sequence, expected = row["sequence"], self.head_sequence + 1
        if sequence < expected:
            yield Finding(sequence, Breach.INSERTED, f"Entry {sequence} stands after entry {self.head_sequence}.")
            return
        if sequence > expected:
            yield from self._gap(expected, sequence - 1)
        elif row["previous_hash"] != self.head_hash:
            text = f"Entry {sequence} continues another entry than the one before it: one of them was rewritten."
            yield Finding(sequence, Breach.REWRITTEN, text)
        if not _holds(row):
            text = f"Entry {sequence} was changed: its content does not give its hash."
            yield Finding(sequence, Breach.CHANGED, text)
        self.head_sequence, self.head_hash = sequence, row["hash"]

    def _gap(self, first: int, last: int) -> Iterator[Finding]:
        self.gaps += 1
        if self.complete:
            which = f"Entry {first} is" if first == last else f"Entries {first} to {last} are"
            yield Finding(first, Breach.MISSING, f"{which} missing.")


def _entry(line: bytes | str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ValueError(f"line {number} is no JSON ({error}).") from error
    if not isinstance(row, dict) or set(row) != {*FIELDS, "hash"} or type(row["sequence"]) is not int:
        raise ValueError(f"line {number} is no entry of the trail.")
    return row


def _holds(row: dict[str, Any]) -> bool:
    try:
        return bool(entry_hash({**row, "at": clock.parse(row["at"])}) == row["hash"])
    except (ValueError, TypeError):
        return False
