"""The catalogue: what each check asks, why it matters, what to do about it, and how long its answer is valid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from assessments.documents import Document, check_schema, parse_document, read_document

SHIPPED = Path(__file__).with_name("catalogue.yaml")
SCHEMA = Path(__file__).with_name("catalogue.schema.json")


class Kind(StrEnum):
    """Who can answer: machines; machines, by a proxy or after people did something first; only people."""

    AUTOMATIC = "automatic"
    PARTLY = "partly-automatic"
    SELF_REPORTED = "self-reported"


@dataclass(frozen=True, slots=True)
class Entry:
    """One check of the catalogue. ``confirmed_by`` is the run-time check that lifts a declaration to full strength.

    ``effort`` is S (within a day), M (within a week or two) or L; ``owner`` the role that usually does the work;
    ``see_also`` where other frameworks ask the same.
    """

    id: str
    question: str
    how: str
    kind: Kind
    source: str
    validity: timedelta
    unknown_when: str
    why: str
    remedy: str
    effort: str
    owner: str
    confirmed_by: str = ""
    see_also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """All checks of one version, in their order; ``digest`` is the SHA-256 of the content. Compared by identity."""

    version: str
    digest: str
    entries: Mapping[str, Entry]

    def __getitem__(self, id: str) -> Entry:
        """The entry of a check. Raises KeyError for an unknown id."""
        return self.entries[id]

    def __contains__(self, id: object) -> bool:
        return id in self.entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def __len__(self) -> int:
        return len(self.entries)


def _entry(item: Mapping[str, Any]) -> Entry:
    return Entry(
        id=item["id"],
        question=item["question"],
        how=item["how"],
        kind=Kind(item["class"]),
        source=item["source"],
        validity=timedelta(days=item["valid_days"]),
        unknown_when=item["unknown_when"],
        why=item["why"],
        remedy=item["remedy"],
        effort=item["effort"],
        owner=item["owner"],
        confirmed_by=item.get("confirmed_by", ""),
        see_also=tuple(item.get("see_also", ())),
    )


def _items(document: Document) -> Iterable[tuple[int, Mapping[str, Any]]]:
    content = document.content
    checks = content.get("checks") if isinstance(content, Mapping) else None
    listed = checks if isinstance(checks, list) else []
    return ((index, item) for index, item in enumerate(listed) if isinstance(item, Mapping))


def _check_ids(document: Document) -> None:
    seen: dict[str, int] = {}
    for index, item in _items(document):
        place, name = ("checks", index, "id"), str(item.get("id"))
        if name in seen:
            what = f"{name} is defined twice, first on line {seen[name]}."
            document.complain(place, what, "Give each check its own id.")
        seen.setdefault(name, document.line(place))


def _check_confirmations(document: Document) -> None:
    confirmed_by = {str(item.get("id")): item.get("confirmed_by") for _, item in _items(document)}
    for index, item in _items(document):
        place, other = ("checks", index, "confirmed_by"), item.get("confirmed_by")
        if other is not None and other not in confirmed_by:
            document.complain(place, f"No check is called {other!r}.", "Name a check of this catalogue.")
        elif other is not None and confirmed_by[other] is not None:
            document.complain(place, f"{other} needs a confirmation itself.", "Name a check that sees it at run time.")


def read_catalogue(document: Document) -> Catalogue:
    """The catalogue in a document. Raises InvalidDocument with every mistake in it."""
    check_schema(document, SCHEMA)
    _check_ids(document)
    _check_confirmations(document)
    document.insist()
    entries = {item["id"]: _entry(item) for item in document.content["checks"]}
    return Catalogue(document.content["version"], document.digest, entries)


def parse_catalogue(text: str, file: str = "catalogue.yaml") -> Catalogue:
    """The catalogue in YAML text. Raises InvalidDocument."""
    return read_catalogue(parse_document(text, file))


@cache
def load_catalogue() -> Catalogue:
    """The catalogue that ships with the product, read once."""
    return read_catalogue(read_document(SHIPPED))
