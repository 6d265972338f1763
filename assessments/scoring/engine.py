"""Scores one project under one framework: evidence in, a scorecard out. Pure: no clock, no database, no network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from assessments.checks.base import Check
from assessments.checks.catalogue import Catalogue, load_catalogue
from assessments.checks.git.standing import KIND, kind_note
from assessments.checks.load import load_checks
from assessments.checks.verdict import Outcome
from assessments.evidence import SEEING, Evidence, current
from assessments.frameworks.criteria import Profile
from assessments.frameworks.framework import Framework
from assessments.scoring.blind_spots import find_blind_spots
from assessments.scoring.contradictions import find_contradictions
from assessments.scoring.gates import Gates, State
from assessments.scoring.hindsight import look_back
from assessments.scoring.judging import OPEN, Judgement, Project, judge
from assessments.scoring.next_steps import find_path
from assessments.scoring.plan import Plan, PlannedCriterion, plan_of
from assessments.scoring.scorecard import (
    Completion,
    CriterionResult,
    DimensionResult,
    Interval,
    NotApplicable,
    Scorecard,
    Waiver,
)
from assessments.scoring.statements import Statements, gather
from assessments.scoring.verdicts import answer_all
from mlops_portal.kernel.registry import Registry

Judgements = Mapping[str, Judgement]


def score(
    evidence: Iterable[Evidence],
    framework: Framework,
    catalogue: Catalogue | None = None,
    *,
    now: datetime,
    waivers: Iterable[Waiver] = (),
    not_applicable: Iterable[NotApplicable] = (),
    profile: Profile | None = None,
    checks: Registry[Check] | None = None,
) -> Scorecard:
    """Score the evidence of one project as of ``now`` (aware).

    ``evidence`` may hold several items per topic, in any order: the newest stand (see ``evidence.current``), and what
    was seen before access was withdrawn keeps contradictions alive. Attestations are read from the ``human`` topics.
    ``catalogue`` and ``checks`` default to those shipped. The same arguments give the same scorecard, byte for byte.
    """
    items = list(evidence)
    plan = plan_of(framework, catalogue or load_catalogue(), load_checks() if checks is None else checks)
    standing = current(items)
    statements = gather(standing, now, waivers, not_applicable, profile)
    results = answer_all(plan, standing, now, profile)
    project = Project(results, look_back(plan, items, standing, now), statements)
    judgements = {name: judge(planned, project) for name, planned in plan.criteria.items()}
    return _scorecard(plan, project, judgements, standing, now, profile)


def state_of(gates: Gates, outcomes: Mapping[str, Outcome]) -> State:
    """The criteria that are met, open and not applicable, as sets."""
    return State(
        met=gates.bits_of(name for name, outcome in outcomes.items() if outcome is Outcome.MET),
        open=gates.bits_of(name for name, outcome in outcomes.items() if outcome in OPEN),
        absent=gates.bits_of(name for name, outcome in outcomes.items() if outcome is Outcome.NOT_APPLICABLE),
    )


def interval(gates: Gates, state: State, waived: int = 0) -> Interval:
    """The overall interval, with these criteria passed over by waivers."""
    low, high = gates.confirmed(state) | waived, gates.possible(state) | waived
    return Interval(gates.overall(low), gates.overall(high))


def _superseded_by(plan: Plan, name: str, met: int) -> str:
    """The criterion through which this one counts as met; ``met`` is closed under supersession."""
    gates = plan.gates
    if met & gates.bits[name]:
        others = plan.framework.superseded_by.get(name, ())
        return next((other for other in others if met & gates.bits[other]), "")
    return ""


def _stated(judgement: Judgement) -> str:
    attestation = judgement.attestation
    if judgement.closed:
        return f"not applicable: {judgement.reason}"
    if attestation is None:
        return ""
    who = attestation.by or "A member"
    return f"{who} attested “{attestation.answer}” until {attestation.expires:%Y-%m-%d}"


def _criterion(
    plan: Plan, planned: PlannedCriterion, judgement: Judgement, statements: Statements, met: int, possible: int
) -> CriterionResult:
    criterion, attestation = planned.criterion, judgement.attestation
    settled = judgement.outcome in (Outcome.MET, Outcome.NOT_APPLICABLE)
    waiver = statements.waived.get(criterion.id)
    return CriterionResult(
        id=criterion.id,
        level=planned.level,
        outcome=judgement.outcome,
        strength=judgement.strength,
        reason=judgement.reason,
        checks=planned.shown,
        supporting=planned.beside,
        superseded_by="" if settled else _superseded_by(plan, criterion.id, met),
        waived_until=waiver.expires if waiver else None,
        stated=_stated(judgement),
        link=attestation.link if attestation else "",
        stated_until=attestation.expires if attestation else None,
        could_be_met=bool(possible & plan.gates.bits[criterion.id]),
    )


def _dimensions(
    plan: Plan, judgements: Judgements, statements: Statements, state: State
) -> tuple[DimensionResult, ...]:
    gates = plan.gates
    met, confirmed, possible = gates.close(state.met), gates.confirmed(state), gates.possible(state)
    criteria: defaultdict[str, list[CriterionResult]] = defaultdict(list)
    for name, judgement in judgements.items():
        planned = plan.criteria[name]
        criteria[planned.criterion.dimension].append(_criterion(plan, planned, judgement, statements, met, possible))
    low, high = gates.levels(confirmed), gates.levels(possible)
    return tuple(
        DimensionResult(
            dimension.key,
            Interval(low[number], high[number]),
            gates.completion(number, confirmed, state.absent),
            tuple(criteria[dimension.key]),
        )
        for number, dimension in enumerate(plan.framework.dimensions)
    )


def _total(dimensions: Iterable[DimensionResult]) -> tuple[Completion, ...]:
    by_level = zip(*(dimension.completion for dimension in dimensions), strict=True)
    return tuple(Completion(row[0].level, sum(c.met for c in row), sum(c.total for c in row)) for row in by_level)


def _repository_notes(standing: Mapping[str, Evidence]) -> tuple[str, ...]:
    kind = standing.get(KIND)
    note = kind_note(kind.payload) if kind is not None and kind.sight in SEEING else ""
    return (note,) if note else ()


def _notes(
    plan: Plan, project: Project, waived: Interval, overall: Interval, profile: Profile | None
) -> tuple[str, ...]:
    statements = project.statements
    error = Outcome.ERROR
    alarms = [
        f"Operators: {name} could not be answered through a fault of ours. {result.verdict.reason}"
        for name, result in project.results.items()
        if result.verdict.outcome is error
    ]
    notes = [f"Scored as “{profile.title}”: {profile.reason}"] if profile else []
    if statements.unreadable:
        notes.append(f"People's answers could not be read ({statements.unreadable}), so no attestation counts.")
    active = [waiver for name, waiver in statements.waived.items() if name in plan.criteria]
    if active and waived.confirmed > overall.confirmed:
        notes.append(
            f"{overall.confirmed}, waived to {waived.confirmed} until {min(w.expires for w in active):%Y-%m-%d}."
        )
    return (*notes, *alarms)


def _scorecard(
    plan: Plan,
    project: Project,
    judgements: Judgements,
    standing: Mapping[str, Evidence],
    now: datetime,
    profile: Profile | None,
) -> Scorecard:
    gates, results, statements = plan.gates, project.results, project.statements
    state = state_of(gates, {name: judgement.outcome for name, judgement in judgements.items()})
    overall = interval(gates, state)
    waived = interval(gates, state, gates.bits_of(statements.waived)) if statements.waived else overall
    dimensions = _dimensions(plan, judgements, statements, state)
    low, high = gates.confirmed(state), gates.possible(state)
    return Scorecard(
        framework=plan.framework.id,
        framework_version=plan.framework.version,
        catalogue_version=plan.catalogue.version,
        as_of=now,
        overall=overall,
        without_people=Interval(gates.without_people(low), gates.without_people(high)),
        waived=waived,
        completion=_total(dimensions),
        dimensions=dimensions,
        checks=results,
        contradictions=find_contradictions(plan, project, judgements, standing),
        path=find_path(plan, results, standing, judgements, state),
        blind_spots=find_blind_spots(plan, results, standing, state),
        notes=(*_repository_notes(standing), *_notes(plan, project, waived, overall, profile)),
        profile=profile.id if profile else "",
    )
