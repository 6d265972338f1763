"""Which sources would narrow the interval, and what is unknown because of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from assessments.checks.base import SOURCE_NAMES
from assessments.checks.verdict import Outcome
from assessments.evidence import SEEING, Evidence
from assessments.scoring.plan import Plan, PlannedCheck, PlannedCriterion
from assessments.scoring.reasons import UNSETTLED, declared_only, listed, with_outcome
from assessments.scoring.rules import State
from assessments.scoring.scorecard import CheckResult

Results = Mapping[str, CheckResult]

#: A sentence names this many checks or criteria, and the number of the rest.
MOST_NAMED = 4


@dataclass(slots=True)
class Spot:
    """What one source leaves open: checks, criteria, dimensions (by number)."""

    checks: dict[str, None] = field(default_factory=dict)
    criteria: dict[str, None] = field(default_factory=dict)
    dimensions: dict[int, None] = field(default_factory=dict)


def unsettled_checks(planned: PlannedCriterion, plan: Plan, results: Results) -> tuple[str, ...]:
    """The checks whose answer would settle an open criterion: unknown ones, and those that confirm a declaration."""
    confirming = (plan.catalogue[name].confirmed_by for name in declared_only(planned, results))
    awaited = (name for name in confirming if name and results[name].verdict.outcome in UNSETTLED)
    return tuple(dict.fromkeys((*with_outcome(planned, results, *UNSETTLED), *awaited)))


def source_of(planned: PlannedCheck, standing: Mapping[str, Evidence]) -> str:
    """The source that keeps a check from being answered: that of the first needed topic that cannot be seen."""
    for topic in planned.check.needs if planned.check else ():
        item = standing.get(topic)
        if item is None or item.sight not in SEEING:
            return topic.partition(".")[0]
    return planned.entry.source


def _state_of(source: str, spot: Spot, results: Results, standing: Mapping[str, Evidence]) -> str:
    sights = [item.sight for topic, item in standing.items() if topic.partition(".")[0] == source]
    blind = next((sight for sight in sights if sight not in SEEING), None)
    if not sights:
        return "not given yet" if source == "human" else "not connected"
    if blind is not None:
        return f"could not be looked at ({blind.value})"
    stale = any(results[name].verdict.outcome is Outcome.STALE for name in spot.checks)
    return "seen too long ago" if stale else "connected, but does not tell enough"


def _collect(plan: Plan, results: Results, standing: Mapping[str, Evidence], state: State) -> dict[str, Spot]:
    rule, possible = plan.rule, plan.rule.possible(state)
    doubtful = possible & ~rule.confirmed(state)
    spots: dict[str, Spot] = {}
    for dimension, level in enumerate(rule.levels(possible)):
        for name in rule.ids_of(doubtful & rule.telling(dimension, level)):
            if state.met & rule.bits[name] and plan.criteria[name].criterion.met_by is None:
                continue  # attested already, and no machine could add anything
            for source, check in _open_sources(plan, name, results, standing):
                spot = spots.setdefault(source, Spot())
                spot.criteria[name], spot.dimensions[dimension] = None, None
                if check:
                    spot.checks[check] = None
    return spots


def _open_sources(
    plan: Plan, name: str, results: Results, standing: Mapping[str, Evidence]
) -> Iterator[tuple[str, str]]:
    checks = unsettled_checks(plan.criteria[name], plan, results)
    if not checks and plan.criteria[name].criterion.met_by is None:
        yield "human", ""
    for check in checks:
        yield source_of(plan.by_id[check], standing), check


def _questions(checks: list[str], plan: Plan) -> str:
    """The one question in words, or how many there are."""
    return f"“{plan.catalogue[checks[0]].question}”" if len(checks) == 1 else f"{len(checks)} questions"


def some(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    return (
        listed(names)
        if len(names) <= MOST_NAMED + 1
        else f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"
    )


def find_blind_spots(plan: Plan, results: Results, standing: Mapping[str, Evidence], state: State) -> tuple[str, ...]:
    """One sentence for each source that would narrow the interval, the one that leaves most open first."""
    rule = plan.rule
    confirmed, possible = rule.confirmed(state), rule.possible(state)
    if confirmed == possible:
        return ()
    low, high = rule.levels(confirmed), rule.levels(possible)
    titles = [dimension.title for dimension in plan.framework.dimensions]
    spots = _collect(plan, results, standing, state)

    def sentence(source: str, spot: Spot) -> str:
        name = SOURCE_NAMES.get(source, source)
        where = listed(f"{titles[d]} ({low[d]}, up to {high[d]})" for d in spot.dimensions)
        checks = f"{_questions(sorted(spot.checks), plan)} cannot be answered, so " if spot.checks else ""
        criteria = "one criterion stays" if len(spot.criteria) == 1 else f"{len(spot.criteria)} criteria stay"
        ids = ", ".join(filter(None, [some(sorted(spot.checks)), some(list(spot.criteria))]))
        state = _state_of(source, spot, results, standing)
        return f"{name[:1].upper()}{name[1:]} – {state}: {checks}{criteria} open in {where} ({ids})."

    ordered = sorted(spots.items(), key=lambda entry: (-len(entry[1].criteria), entry[0]))
    return tuple(sentence(source, spot) for source, spot in ordered)
