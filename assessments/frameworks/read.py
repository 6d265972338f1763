"""Reads a framework from its document: schema first, then what a schema cannot say; every mistake with its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from assessments.documents import Document, Place, check_schema
from assessments.frameworks.bands import check_points
from assessments.frameworks.criteria import Library
from assessments.frameworks.cycles import find_cycle
from assessments.frameworks.framework import Dimension, Framework, Level, Placed, Source
from mlops_portal.kernel.digest import digest

SCHEMA = Path(__file__).with_name("framework.schema.json")

#: Levels are written as numbers; this word means "shown, but it does not gate".
SHOWN_ONLY = "none"


def _check_levels(document: Document, content: Mapping[str, Any]) -> None:
    numbers = [level["level"] for level in content["levels"]]
    for index, number in enumerate(numbers):
        if number != index:
            what = f"Level {number} stands where level {index} belongs: {numbers}."
            document.complain(("levels", index, "level"), what, "Number the levels from 0 without gaps or doubles.")
            return


def _doubled(document: Document, dimensions: list[dict[str, Any]]) -> None:
    keys = [dimension["id"] for dimension in dimensions]
    for index, key in enumerate(keys):
        if key in keys[:index]:
            document.complain(
                ("dimensions", index, "id"), f"The dimension {key!r} is defined twice.", "Keep one of them."
            )


def _check_placement(document: Document, content: Mapping[str, Any], library: Library) -> None:
    dimensions = {dimension["id"] for dimension in content["dimensions"]}
    top = len(content["levels"]) - 1
    for name, level in content["criteria"].items():
        place: Place = ("criteria", name)
        criterion = library.criteria.get(name)
        if criterion is None:
            document.complain(
                place, f"No criterion is called {name!r}.", "Correct the id, or define it in criteria.yaml."
            )
        elif criterion.dimension not in dimensions:
            what = f"{name} belongs to the dimension {criterion.dimension!r}, which this framework lacks."
            document.complain(place, what, "Add the dimension, or leave the criterion out.")
        if isinstance(level, int) and level > top:
            document.complain(
                place, f"{name} stands at level {level}; the highest is {top}.", "Give it a level there is."
            )


def _check_reach(document: Document, content: Mapping[str, Any]) -> None:
    used = set(content["criteria"].values())
    for number in range(1, len(content["levels"])):
        if number not in used:
            what = f"No criterion stands at level {number}, so it would be reached for nothing."
            document.complain(("levels", number), what, "Give it a criterion, or remove the level.")
    if content.get("declaration_suffices_up_to", 0) >= len(content["levels"]):
        what = "There is no such level."
        document.complain(("declaration_suffices_up_to",), what, "Name the highest level that a declaration can meet.")


def _check_gated(document: Document, content: Mapping[str, Any]) -> None:
    for index, level in enumerate(content["levels"]):
        if "up_to" in level:
            document.complain(
                ("levels", index, "up_to"), "A gated level has no sum.", "Remove it, or use rule: points."
            )


def _check_supersession(document: Document, content: Mapping[str, Any]) -> None:
    superseded_by: Mapping[str, list[str]] = content.get("superseded_by", {})
    for name, others in superseded_by.items():
        for other in (name, *others):
            if other not in content["criteria"]:
                what = f"{other} is not a criterion of this framework."
                document.complain(("superseded_by", name), what, "Add it to criteria, or remove it here.")
    if cycle := find_cycle(superseded_by):
        what = f"These criteria supersede each other: {' → '.join(cycle)}."
        document.complain(("superseded_by", cycle[0]), what, "Remove one of the entries.")


def _check_order(document: Document, content: Mapping[str, Any], library: Library) -> None:
    for name, others in content.get("superseded_by", {}).items():
        for other in others:
            if other in library.criteria and name in library.criteria[other].after:
                what = f"{other} supersedes {name} and at the same time has to come after it."
                document.complain(("superseded_by", name), what, "Remove the one or the other.")


def _placed(content: Mapping[str, Any], library: Library) -> dict[str, Placed]:
    levels = {name: None if level == SHOWN_ONLY else int(level) for name, level in content["criteria"].items()}
    return {name: Placed(library.criteria[name], level) for name, level in levels.items()}


def _seal(content: Mapping[str, Any], library: Library) -> str:
    """The digest of all that the framework says: its document, the criteria it uses, the profiles."""
    used = {name: library.said[name] for name in (*content["criteria"], "profiles")}
    return digest({"framework": content, "criteria": used})


def _dimensions(items: Iterable[Mapping[str, Any]]) -> tuple[Dimension, ...]:
    return tuple(Dimension(item["id"], item["title"], item.get("self_reported", False)) for item in items)


def _build(content: Mapping[str, Any], library: Library) -> Framework:
    return Framework(
        id=content["id"],
        version=content["version"],
        digest=_seal(content, library),
        title=content["title"],
        summary=content["summary"],
        source=Source(**content["source"]),
        note=content["note"],
        rule=content["rule"],
        declaration_suffices_up_to=content.get("declaration_suffices_up_to", 0),
        dimensions=_dimensions(content["dimensions"]),
        levels=tuple(
            Level(item["level"], item["name"], item["meaning"], item.get("up_to")) for item in content["levels"]
        ),
        placed=_placed(content, library),
        superseded_by={name: tuple(others) for name, others in content.get("superseded_by", {}).items()},
        profiles=library.profiles,
    )


def read_framework(document: Document, library: Library) -> Framework:
    """The framework in a document, over a library of criteria. Raises InvalidDocument with every mistake in it."""
    check_schema(document, SCHEMA)
    document.insist()
    content = document.content
    _check_levels(document, content)
    _doubled(document, content["dimensions"])
    _check_placement(document, content, library)
    if content["rule"] == "points":
        check_points(document, content, library)
    else:
        _check_reach(document, content)
        _check_gated(document, content)
    _check_supersession(document, content)
    _check_order(document, content, library)
    document.insist()
    return _build(content, library)
