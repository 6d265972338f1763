"""A framework as its page shows it: dimensions, criteria, the checks that decide; and differences. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assessments.checks.base import SOURCE_NAMES
from assessments.checks.catalogue import Catalogue
from assessments.frameworks.framework import Dimension, Framework, Placed


@dataclass(frozen=True, slots=True)
class CheckText:
    """One check under a criterion: what is asked, where it is seen, and for how many days an answer holds."""

    id: str
    question: str
    source: str
    days: int


@dataclass(frozen=True, slots=True)
class CriterionText:
    """One criterion at its level, with the checks that decide it and those shown beside."""

    placed: Placed
    decides: tuple[CheckText, ...]
    beside: tuple[CheckText, ...]
    superseded_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DimensionText:
    """One dimension with its criteria, the lowest level first."""

    dimension: Dimension
    criteria: tuple[CriterionText, ...]


def _check(id: str, catalogue: Catalogue) -> CheckText:
    entry = catalogue[id]
    return CheckText(id, entry.question, SOURCE_NAMES.get(entry.source, entry.source), entry.validity.days)


def _criterion(placed: Placed, framework: Framework, catalogue: Catalogue) -> CriterionText:
    criterion = placed.criterion
    beside = tuple(dict.fromkeys((*criterion.supports, *((criterion.opened_by,) if criterion.opened_by else ()))))
    met_by = criterion.met_by.checks if criterion.met_by else ()
    return CriterionText(
        placed=placed,
        decides=tuple(_check(name, catalogue) for name in dict.fromkeys((*met_by, *criterion.partial_by))),
        beside=tuple(_check(name, catalogue) for name in beside),
        superseded_by=framework.superseded_by.get(criterion.id, ()),
    )


def rubric(framework: Framework, catalogue: Catalogue) -> tuple[DimensionText, ...]:
    """Every dimension of a framework with its criteria; those that do not gate come last."""

    def of(dimension: Dimension) -> Iterable[CriterionText]:
        placed = [p for p in framework.placed.values() if p.criterion.dimension == dimension.key]
        placed.sort(key=lambda item: item.level or framework.top_level + 1)
        return (_criterion(item, framework, catalogue) for item in placed)

    return tuple(DimensionText(dimension, tuple(of(dimension))) for dimension in framework.dimensions)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two versions say differently; "–" where one of them does not say it."""

    what: str
    id: str
    before: str
    after: str


def _level(framework: Framework, name: str) -> str:
    if name not in framework.placed:
        return "not asked for"
    level = framework.level_of(name)
    counted = "counts" if framework.rule == "points" else f"level {level}"
    return "shown only" if level is None else counted


def _texts(old: Framework, new: Framework) -> Iterator[Difference]:
    said = {"Title": "title", "Summary": "summary", "Note": "note", "Rule": "rule"}
    for what, name in said.items():
        yield Difference(what, "", str(getattr(old, name)), str(getattr(new, name)))
    yield Difference("Source", "", f"{old.source.title}, {old.source.date}", f"{new.source.title}, {new.source.date}")
    enough = (old.declaration_suffices_up_to, new.declaration_suffices_up_to)
    yield Difference("A declaration is enough up to level", "", str(enough[0]), str(enough[1]))
    for number in range(max(old.top_level, new.top_level) + 1):
        before, after = ([level.name for level in f.levels if level.number == number] for f in (old, new))
        yield Difference(f"Name of level {number}", "", *("".join(names) or "–" for names in (before, after)))


def _criteria(old: Framework, new: Framework) -> Iterator[Difference]:
    for name in dict.fromkeys((*old.placed, *new.placed)):
        criterion = (new if name in new.placed else old).criterion(name)
        yield Difference(criterion.statement, name, _level(old, name), _level(new, name))
        through = [", ".join(f.superseded_by.get(name, ())) or "nothing" for f in (old, new)]
        yield Difference(f"Replaced by, for: {criterion.statement}", name, *through)


def compared(old: Framework, new: Framework) -> tuple[Difference, ...]:
    """Everything that two versions of a framework say differently."""
    every = (*_texts(old, new), *_criteria(old, new))
    return tuple(found for found in every if found.before != found.after)
