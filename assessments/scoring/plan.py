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
from assessments.scoring.gates import Gates, gates_of
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
    """A criterion at its level; ``threshold`` is the strength that meets it.

    ``deciding`` are the checks of its composition; ``machines`` is the part of it that machines decide, ``people`` the
    checks of the rest. ``shown`` and ``beside`` are the checks as a scorecard lists them.
    """

    criterion: Criterion
    level: int | None
    threshold: float
    deciding: tuple[str, ...]
    machines: Composition | None
    people: tuple[str, ...]
    shown: tuple[str, ...]
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A framework, a catalogue and the registered checks, joined; ``confirmations`` are pairs of check ids."""

    framework: Framework
    catalogue: Catalogue
    checks: tuple[PlannedCheck, ...]
    criteria: Mapping[str, PlannedCriterion]
    gates: Gates
    by_id: Mapping[str, PlannedCheck]
    confirmations: tuple[tuple[str, str], ...]


def _check(entry: Entry, checks: Registry[Check]) -> PlannedCheck:
    check = checks.get(entry.id) if entry.id in checks else None
    confirming = checks.get(entry.confirmed_by) if entry.confirmed_by in checks else None
    own = check.reads if check else ()
    reads = (*own, *(confirming.reads if confirming else ()))
    return PlannedCheck(entry, check, own, tuple(dict.fromkeys(reads)))


def _criterion(criterion: Criterion, level: int | None, framework: Framework, catalogue: Catalogue) -> PlannedCriterion:
    declared = level is not None and level <= framework.declaration_suffices_up_to
    named = criterion.met_by.checks if criterion.met_by else ()
    people = tuple(name for name in named if catalogue[name].kind is Kind.SELF_REPORTED)
    machines = only(criterion.met_by, frozenset(named) - frozenset(people))
    return PlannedCriterion(
        criterion=criterion,
        level=level,
        threshold=DECLARED if declared else OBSERVED,
        deciding=named,
        machines=machines,
        people=people,
        shown=tuple(dict.fromkeys((*named, *criterion.partial_by))),
        beside=(*criterion.supports, *((criterion.opened_by,) if criterion.opened_by else ())),
    )


@lru_cache(maxsize=32)
def _plan(framework: Framework, catalogue: Catalogue, checks: Registry[Check], _registered: int) -> Plan:
    planned = tuple(_check(entry, checks) for entry in catalogue)
    criteria = {
        name: _criterion(placed.criterion, placed.level, framework, catalogue)
        for name, placed in framework.placed.items()
    }
    by_id = {item.entry.id: item for item in planned}
    confirmations = tuple((entry.id, entry.confirmed_by) for entry in catalogue if entry.confirmed_by)
    return Plan(framework, catalogue, planned, criteria, gates_of(framework), by_id, confirmations)


def plan_of(framework: Framework, catalogue: Catalogue, checks: Registry[Check]) -> Plan:
    """The plan, worked out once for each framework, catalogue and state of the registry."""
    return _plan(framework, catalogue, checks, len(checks))
