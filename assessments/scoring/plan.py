"""What can be worked out once for a framework and a catalogue, so that scoring a project is only the project's part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from assessments.checks.base import Check
from assessments.checks.catalogue import Catalogue, Entry, Kind
from assessments.checks.verdict import DECLARED, OBSERVED
from assessments.frameworks.composition import Composition, only
from assessments.frameworks.criteria import Criterion
from assessments.frameworks.framework import Framework
from assessments.scoring.gates import gates_of
from assessments.scoring.points import points_of
from assessments.scoring.rules import Rule
from mlops_portal.kernel.registry import Registry


@dataclass(frozen=True, slots=True, eq=False)
class PlannedCheck:
    """A check with its catalogue entry; ``own`` are the topics it reads, ``reads`` those of what confirms it as well.

    ``check`` is None when no function answers it.
    """

    entry: Entry
    check: Check | None
    own: tuple[str, ...]
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PlannedCriterion:
    """A criterion at its level; ``threshold`` is the strength that meets it, ``aim`` that which leaves nothing to gain.

    ``deciding`` are the checks of its composition; ``machines`` is the part of it that machines decide, ``people`` the
    checks of the rest. ``shown`` and ``beside`` are the checks as a scorecard lists them.
    """

    criterion: Criterion
    level: int | None
    threshold: float
    aim: float
    deciding: tuple[str, ...]
    machines: Composition | None
    people: tuple[str, ...]
    shown: tuple[str, ...]
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Questions:
    """A catalogue and the registered checks, joined: what is asked whatever the framework.

    ``confirmations`` are pairs of check ids: what is declared, and what sees it at work.
    """

    catalogue: Catalogue
    checks: tuple[PlannedCheck, ...]
    by_id: Mapping[str, PlannedCheck]
    confirmations: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A framework over the questions that its criteria draw on."""

    framework: Framework
    questions: Questions
    criteria: Mapping[str, PlannedCriterion]
    rule: Rule

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue that the questions are from."""
        return self.questions.catalogue

    @property
    def by_id(self) -> Mapping[str, PlannedCheck]:
        """Every check by its id."""
        return self.questions.by_id

    def level_of(self, name: str) -> int | None:
        """The level that a criterion opens; None where it is shown only, or earns points instead."""
        return self.criteria[name].level if self.framework.rule == "gated" else None


@lru_cache(maxsize=64)
def rule_of(framework: Framework) -> Rule:
    """The framework's rule, worked out once."""
    return points_of(framework) if framework.rule == "points" else gates_of(framework)


def _check(entry: Entry, checks: Registry[Check]) -> PlannedCheck:
    check = checks.get(entry.id) if entry.id in checks else None
    confirming = checks.get(entry.confirmed_by) if entry.confirmed_by in checks else None
    own = check.reads if check else ()
    reads = (*own, *(confirming.reads if confirming else ()))
    return PlannedCheck(entry, check, own, tuple(dict.fromkeys(reads)))


def _criterion(criterion: Criterion, level: int | None, framework: Framework, catalogue: Catalogue) -> PlannedCriterion:
    by_points = framework.rule == "points"
    declared = by_points or (level is not None and level <= framework.declaration_suffices_up_to)
    threshold = DECLARED if declared else OBSERVED
    named = criterion.met_by.checks if criterion.met_by else ()
    people = tuple(name for name in named if catalogue[name].kind is Kind.SELF_REPORTED)
    machines = only(criterion.met_by, frozenset(named) - frozenset(people))
    return PlannedCriterion(
        criterion=criterion,
        level=level,
        threshold=threshold,
        aim=OBSERVED if by_points else threshold,
        deciding=named,
        machines=machines,
        people=people,
        shown=tuple(dict.fromkeys((*named, *criterion.partial_by))),
        beside=(*criterion.supports, *((criterion.opened_by,) if criterion.opened_by else ())),
    )


@lru_cache(maxsize=8)
def _questions(catalogue: Catalogue, checks: Registry[Check], _registered: int) -> Questions:
    planned = tuple(_check(entry, checks) for entry in catalogue)
    confirmations = tuple((entry.id, entry.confirmed_by) for entry in catalogue if entry.confirmed_by)
    return Questions(catalogue, planned, {item.entry.id: item for item in planned}, confirmations)


def questions_of(catalogue: Catalogue, checks: Registry[Check]) -> Questions:
    """The questions, worked out once for each catalogue and state of the registry."""
    return _questions(catalogue, checks, len(checks))


@lru_cache(maxsize=64)
def plan_of(framework: Framework, questions: Questions) -> Plan:
    """The plan, worked out once for each framework and its questions."""
    catalogue = questions.catalogue
    criteria = {
        name: _criterion(placed.criterion, placed.level, framework, catalogue)
        for name, placed in framework.placed.items()
    }
    return Plan(framework, questions, criteria, rule_of(framework))
