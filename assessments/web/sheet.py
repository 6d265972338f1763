"""A form as a person filled it in: what was typed is kept, and what is wrong is said beside its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any

from mlops_portal.kernel.errors import Conflict, Invalid, InvalidTransition, PortalError, Stale

#: Refusals that a form shows with what was typed; every other one has a page of its own.
SHOWN = (Invalid, Conflict, Stale, InvalidTransition)


@dataclass(frozen=True, slots=True)
class Sheet:
    """``values`` are the fields' texts, ``errors`` what is wrong with some of them, ``problem`` with the whole."""

    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    def refused(self, error: PortalError) -> Sheet:
        """The same, with the reason of a refusal where it belongs."""
        where = error.field if isinstance(error, Invalid) and error.field in self.values else ""
        if where:
            return replace(self, errors={**self.errors, where: str(error)})
        return replace(self, problem=str(error))

    def text(self, name: str) -> str:
        """What was typed into a field."""
        return self.values.get(name, "")

    @property
    def status(self) -> int:
        """The status of the page that shows it."""
        return 422 if self.errors or self.problem else 200


def filled_in(data: Mapping[str, Any], names: Iterable[str]) -> Sheet:
    """The fields called ``names`` as they were typed, with plain line ends and without NUL."""
    return Sheet({name: str(data.get(name, "")).replace("\r\n", "\n").replace("\x00", "") for name in names})


def day(sheet: Sheet, name: str) -> date | None:
    """The day in a field, None when it is empty. Raises Invalid, naming the field."""
    text = sheet.text(name).strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid(f"“{text[:40]}” is no date.", do="Write it like 2026-11-30.", field=name) from error


def end_of(sheet: Sheet, name: str) -> datetime:
    """The last second of the day in a field, in UTC. Raises Invalid when there is none."""
    chosen = day(sheet, name)
    if chosen is None:
        raise Invalid("Choose a day.", do="Every waiver ends.", field=name)
    return datetime.combine(chosen, time(23, 59, 59), UTC)


def number(text: str) -> int | None:
    """The whole number in a text of digits, None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
