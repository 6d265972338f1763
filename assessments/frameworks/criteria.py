"""The library of criteria that frameworks draw on, and the profiles that say what does not arise for some projects."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assessments.documents import Document, check_schema
from assessments.frameworks.composition import Composition, read_composition
from assessments.frameworks.cycles import find_cycle
from mlops_portal.kernel.digest import digest

SCHEMA = Path(__file__).with_name("criteria.schema.json")


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a level demands, and who decides whether it is so.

    ``met_by`` decides (None: only an attestation can), ``partial_by`` counts half, ``supports`` is shown beside it,
    ``opened_by`` is the question without whose "yes" the criterion does not apply.

    ``effort`` is S, M or L; ``owner`` the role that usually does it; ``after`` are the criteria that come first.
    """

    id: str
    dimension: str
    statement: str
    question: str
    why: str
    remedy: str
    effort: str
    owner: str
    met_by: Composition | None = None
    partial_by: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    opened_by: str = ""
    attestable: bool = True
    after: tuple[str, ...] = ()

    @property
    def decided_by(self) -> tuple[str, ...]:
        """Every check that can influence the outcome by itself, in order."""
        met_by = self.met_by.checks if self.met_by else ()
        opener = (self.opened_by,) if self.opened_by else ()
        return tuple(dict.fromkeys((*met_by, *self.partial_by, *opener)))


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of project for which some checks and criteria do not arise, and the reason that is shown for it."""

    id: str
    title: str
    reason: str
    checks: tuple[str, ...]
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """All criteria of one version, in their order; ``digest`` is the SHA-256 of the content.

    ``said`` has the digest of each criterion's own text: a framework is sealed over what it uses, so that a criterion
    added for one framework leaves the others as they were.
    """

    version: str
    digest: str
    criteria: Mapping[str, Criterion]
    profiles: Mapping[str, Profile]
    said: Mapping[str, str]


def _criterion(item: Mapping[str, Any]) -> Criterion:
    return Criterion(
        id=item["id"],
        dimension=item["dimension"],
        statement=item["statement"],
        question=item["question"],
        why=item["why"],
        remedy=item["remedy"],
        effort=item["effort"],
        owner=item["owner"],
        met_by=read_composition(item["met_by"]) if "met_by" in item else None,
        partial_by=tuple(item.get("partial_by", ())),
        supports=tuple(item.get("supports", ())),
        opened_by=item.get("opened_by", ""),
        attestable=item.get("attestable", True),
        after=tuple(item.get("after", ())),
    )


def _profile(item: Mapping[str, Any]) -> Profile:
    return Profile(item["id"], item["title"], item["reason"], tuple(item["checks"]), tuple(item["criteria"]))


def _unknown(
    document: Document, place: tuple[str | int, ...], ids: Iterable[str], known: Container[str], what: str
) -> None:
    for name in ids:
        if name not in known:
            document.complain(place, f"No {what} is called {name!r}.", "Correct the id, or define it.")


def _doubled(document: Document, section: str, items: Iterable[Mapping[str, Any]]) -> None:
    first: dict[str, int] = {}
    for index, item in enumerate(items):
        place = (section, index, "id")
        if item["id"] in first:
            what = f"{item['id']} is defined twice, first on line {first[item['id']]}."
            document.complain(place, what, "Give each its own id.")
        first.setdefault(item["id"], document.line(place))


def _check_criteria(document: Document, criteria: list[Criterion], checks: Container[str]) -> None:
    known = {criterion.id for criterion in criteria}
    for index, criterion in enumerate(criteria):
        place = ("criteria", index)
        met_by = criterion.met_by.checks if criterion.met_by else ()
        _unknown(document, (*place, "met_by"), met_by, checks, "check")
        _unknown(document, (*place, "partial_by"), criterion.partial_by, checks, "check")
        _unknown(document, (*place, "supports"), criterion.supports, checks, "check")
        _unknown(document, (*place, "opened_by"), filter(None, [criterion.opened_by]), checks, "check")
        _unknown(document, (*place, "after"), criterion.after, known, "criterion")


def _check_order(document: Document, criteria: list[Criterion]) -> None:
    cycle = find_cycle({criterion.id: criterion.after for criterion in criteria})
    if cycle:
        index = [criterion.id for criterion in criteria].index(cycle[0])
        what = f"These criteria wait for each other: {' → '.join(cycle)}."
        document.complain(("criteria", index, "after"), what, "Remove one of the `after` entries.")


def _check_profiles(
    document: Document, profiles: list[Profile], criteria: Container[str], checks: Container[str]
) -> None:
    for index, profile in enumerate(profiles):
        _unknown(document, ("profiles", index, "checks"), profile.checks, checks, "check")
        _unknown(document, ("profiles", index, "criteria"), profile.criteria, criteria, "criterion")


def read_library(document: Document, checks: Container[str]) -> Library:
    """The library in a document; ``checks`` are the ids of the catalogue. Raises InvalidDocument with every mistake."""
    check_schema(document, SCHEMA)
    document.insist()
    items, profile_items = document.content["criteria"], document.content.get("profiles", [])
    criteria, profiles = [_criterion(item) for item in items], [_profile(item) for item in profile_items]
    _doubled(document, "criteria", items)
    _doubled(document, "profiles", profile_items)
    _check_criteria(document, criteria, checks)
    _check_order(document, criteria)
    _check_profiles(document, profiles, {criterion.id for criterion in criteria}, checks)
    document.insist()
    return Library(
        document.content["version"],
        document.digest,
        {criterion.id: criterion for criterion in criteria},
        {profile.id: profile for profile in profiles},
        {item["id"]: digest(item) for item in items} | {"profiles": digest(profile_items)},
    )
