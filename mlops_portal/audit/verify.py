"""Finding out whether the trail was tampered with: one pass, bounded memory, every broken entry named.

What can be found: an entry changed, rewritten with a fresh hash, missing, inserted, moved; entries cut off at the end.
What cannot be found from inside: a chain that was rewritten from some entry to its head, head included. Against that,
keep the head's hash somewhere else and give it as ``expected_head``: a genuine chain still contains it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import models, transaction
from django.db.models.functions import Cast

from mlops_portal.audit.chain import FIELDS, GENESIS, entry_hash
from mlops_portal.audit.models import AuditEntry, ChainHead
from mlops_portal.kernel import clock

#: How many broken entries are held back to see whether they changed places with each other.
SUSPECTS = 200
_ROWS_AT_ONCE = 2000


class Breach(StrEnum):
    """What was done to the trail."""

    CHANGED = "changed"
    REWRITTEN = "rewritten"
    MISSING = "missing"
    INSERTED = "inserted"
    MOVED = "moved"
    TRUNCATED = "truncated"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach, the sequence number at which it shows, and a sentence for a person."""

    sequence: int
    breach: Breach
    text: str


class Verification:
    """One walk over the chain. ``checked`` counts entries; ``head_sequence`` and ``head_hash`` say where it ends."""

    def __init__(self, *, start: int = 1, expected_head: str = "") -> None:
        if start < 1:
            raise ValueError("Entries are numbered from 1.")
        self.start = start
        self.expected_head = expected_head
        self.checked = 0
        self.head_sequence = 0
        self.head_hash = GENESIS
        self._met_expected = expected_head in ("", GENESIS)
        self._last_sequence = start - 1
        self._last_hash: str | None = None
        self._last_sound = True
        self._suspects: list[dict[str, Any]] = []

    def findings(self) -> Iterator[Finding]:
        """Walk the chain and yield every breach, roughly in order; nothing yielded means: intact. Raises ValueError."""
        self._last_hash = self._hash_before_start()
        for row in _rows(self.start):
            yield from self._step(row)
        yield from self._end()
        yield from self._settle_suspects()

    def _hash_before_start(self) -> str | None:
        if self.start == 1:
            return GENESIS
        if not AuditEntry.objects.filter(sequence__gte=self.start - 1).exists():
            raise ValueError(f"The trail is shorter than {self.start - 1} entries.")
        return AuditEntry.objects.filter(pk=self.start - 1).values_list("hash", flat=True).first()

    def _step(self, row: dict[str, Any]) -> Iterator[Finding]:
        self.checked += 1
        self._met_expected |= row["hash"] == self.expected_head
        sequence, expected = row["sequence"], self._last_sequence + 1
        if sequence < expected:
            yield Finding(sequence, Breach.INSERTED, f"Entry {sequence} does not belong to the chain; it was inserted.")
            return
        if sequence > expected:
            yield _missing(expected, sequence - 1)
        sound = _own_hash_holds(row)
        if not sound:
            yield from self._suspect(row)
        elif sequence == expected and self._last_sound and row["previous_hash"] != self._last_hash:
            yield _rewritten(expected - 1, f"entry {sequence} continues another one")
        self._last_sequence, self._last_hash, self._last_sound = sequence, row["hash"], sound

    def _suspect(self, row: dict[str, Any]) -> Iterator[Finding]:
        if len(self._suspects) < SUSPECTS:
            self._suspects.append(row)
        else:
            yield _changed(row)

    def _settle_suspects(self) -> Iterator[Finding]:
        """Tell entries that were moved from entries that were changed, and name what stands in a moved one's place."""
        places = [row["sequence"] for row in self._suspects]
        homes = {row["sequence"]: _home(row, places) for row in self._suspects}
        for row in self._suspects:
            home = homes[row["sequence"]]
            yield _changed(row) if home is None else _moved(row, home)
        for home in sorted({home for home in homes.values() if home is not None} - set(places)):
            if home >= self.start and AuditEntry.objects.filter(pk=home).exists():
                yield Finding(home, Breach.INSERTED, f"Entry {home} was inserted: the genuine one was moved away.")

    @transaction.atomic
    def _end(self) -> Iterator[Finding]:
        return iter(list(self._end_findings()))

    def _end_findings(self) -> Iterator[Finding]:
        """Hold the head against the last entry; under the head's lock, so that no writer is between the two."""
        head = ChainHead.objects.select_for_update().filter(pk=1).first() or ChainHead()
        self.head_sequence, self.head_hash = head.sequence, head.hash
        for row in _rows(self._last_sequence + 1):
            yield from self._step(row) if row["sequence"] <= head.sequence else ()
        last = AuditEntry.objects.order_by("-sequence").values_list("sequence", "hash").first() or (0, GENESIS)
        if last[0] < head.sequence:
            text = f"Entries {last[0] + 1} to {head.sequence} were cut off the end."
            yield Finding(last[0] + 1, Breach.TRUNCATED, text)
        elif last[0] > head.sequence:
            text = f"Entries {head.sequence + 1} to {last[0]} stand beyond the chain's head; they were inserted."
            yield Finding(head.sequence + 1, Breach.INSERTED, text)
        elif last[1] != head.hash:
            yield _rewritten(last[0], "the chain's head has another hash")
        if not self._met_expected and head.hash != self.expected_head:
            text = "The hash that was kept elsewhere is nowhere in this chain: it was rewritten, or is another one."
            yield Finding(head.sequence, Breach.FOREIGN, text)


def _rows(start: int) -> Iterator[dict[str, Any]]:
    """The entries from ``start`` as plain values; ``at`` is read as text, for it may have been made unreadable."""
    rows = AuditEntry.objects.order_by("sequence").annotate(at_text=Cast("at", models.TextField()))
    if start > 1:
        rows = rows.filter(sequence__gte=start)
    names = [name for name in FIELDS if name != "at"]
    yield from rows.values(*names, "hash", "at_text").iterator(chunk_size=_ROWS_AT_ONCE)


def _own_hash_holds(row: Mapping[str, Any], sequence: int | None = None) -> bool:
    """Whether the entry's fields give its hash; with ``sequence``, as if it stood there."""
    try:
        values = {**row, "at": clock.parse(row["at_text"]), "sequence": sequence or row["sequence"]}
        return bool(entry_hash(values) == row["hash"])
    except (ValueError, TypeError):
        return False


def _home(row: Mapping[str, Any], places: list[int]) -> int | None:
    """Where a broken entry stood when it was written, if it was merely moved."""
    here = row["sequence"]
    candidates = [here - 1, here + 1, *places]
    return next((place for place in candidates if place > 0 and _own_hash_holds(row, place)), None)


def _changed(row: Mapping[str, Any]) -> Finding:
    sequence = row["sequence"]
    return Finding(sequence, Breach.CHANGED, f"Entry {sequence} was changed: its content does not give its hash.")


def _moved(row: Mapping[str, Any], home: int) -> Finding:
    sequence = row["sequence"]
    return Finding(sequence, Breach.MOVED, f"Entry {sequence} was moved here: it was written as entry {home}.")


def _rewritten(sequence: int, why: str) -> Finding:
    return Finding(sequence, Breach.REWRITTEN, f"Entry {sequence} was rewritten with a fresh hash: {why}.")


def _missing(first: int, last: int) -> Finding:
    which = f"Entry {first} is" if first == last else f"Entries {first} to {last} are"
    return Finding(first, Breach.MISSING, f"{which} missing: deleted.")
