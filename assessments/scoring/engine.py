"""Scores one project: evidence in, a scorecard out. Pure: no clock, no database, no network.

The checks are asked once (``answer``); each framework judges their answers (``score_answers``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from assessments.checks.base import Check
from assessments.checks.catalogue import Catalogue, load_catalogue
from assessments.checks.git.standing import KIND, kind_note
from assessments.checks.load import load_checks
from assessments.checks.verdict import Outcome
from assessments.evidence import SEEING, Evidence, current
from assessments.frameworks.criteria import Profile
from assessments.frameworks.framework import Framework
from assessments.scoring.blind_spots import find_blind_spots, unsettled_checks
from assessments.scoring.contradictions import find_contradictions
from assessments.scoring.hindsight import look_back
from assessments.scoring.judging import Judgement, Project, judge
from assessments.scoring.next_steps import find_path
from assessments.scoring.plan import Plan, PlannedCriterion, Questions, plan_of, questions_of
from assessments.scoring.reasons import asked, with_outcome
from assessments.scoring.rules import Mark, State, interval
from assessments.scoring.scorecard import (
    CheckResult,
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


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What is known of a project at one moment, whatever the framework: answered once, judged under each of them."""

    questions: Questions
    standing: Mapping[str, Evidence]
    project: Project
    now: datetime
    profile: Profile | None


def answer(
    evidence: Iterable[Evidence],
    catalogue: Catalogue | None = None,
    *,
    now: datetime,
    waivers: Iterable[Waiver] = (),
    not_applicable: Iterable[NotApplicable] = (),
    profile: Profile | None = None,
    checks: Registry[Check] | None = None,
) -> Answers:
    """Ask every check of the catalogue, and gather what people stated, as of ``now``. Arguments as for ``score``."""
    items = list(evidence)
    questions = questions_of(catalogue or load_catalogue(), load_checks() if checks is None else checks)
    standing = current(items)
    statements = gather(standing, now, waivers, not_applicable, profile)
    results = answer_all(questions, standing, now, profile)
    project = Project(results, look_back(questions, items, standing, now), statements)
    return Answers(questions, standing, project, now, profile)


def score_answers(answers: Answers, framework: Framework) -> Scorecard:
    """Judge a project's answers under a framework."""
    plan = plan_of(framework, answers.questions)
    judgements = {name: judge(planned, answers.project) for name, planned in plan.criteria.items()}
    return _scorecard(plan, answers, judgements)


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
    answers = answer(
        evidence,
        catalogue,
        now=now,
        waivers=waivers,
        not_applicable=not_applicable,
        profile=profile,
        checks=checks,
    )
    return score_answers(answers, framework)


def _state(plan: Plan, judgements: Judgements, results: Mapping[str, CheckResult]) -> State:
    """What the judgements come to under the framework's rule."""
    met, marks = Outcome.MET, {}
    for name, judgement in judgements.items():
        half = judgement.outcome is met and judgement.strength < plan.criteria[name].aim
        rising = half and _may_rise(plan, plan.criteria[name], results)
        marks[name] = Mark(judgement.outcome, judgement.strength, rising)
    return plan.rule.state(marks)


def _may_rise(plan: Plan, planned: PlannedCriterion, results: Mapping[str, CheckResult]) -> bool:
    """Whether something that is not seen could show a declared or attested criterion at work."""
    if planned.criterion.met_by is None:
        return True  # no machine looks at it: it may be automated without our seeing it
    partly = with_outcome(planned, results, Outcome.PARTIAL)
    return bool(partly or unsettled_checks(planned, plan, results))


def _superseded_by(plan: Plan, name: str, met: int) -> str:
    """The criterion through which this one counts as met; ``met`` is closed under supersession."""
    bits = plan.rule.bits
    if met & bits[name]:
        others = plan.framework.superseded_by.get(name, ())
        return next((other for other in others if met & bits[other]), "")
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
        could_be_met=possible & plan.rule.bits[criterion.id] == plan.rule.bits[criterion.id],
    )


def _dimensions(
    plan: Plan, judgements: Judgements, statements: Statements, state: State
) -> tuple[DimensionResult, ...]:
    rule = plan.rule
    met, confirmed, possible = rule.close(state.met), rule.confirmed(state), rule.possible(state)
    criteria: defaultdict[str, list[CriterionResult]] = defaultdict(list)
    for name, judgement in judgements.items():
        planned = plan.criteria[name]
        criteria[planned.criterion.dimension].append(_criterion(plan, planned, judgement, statements, met, possible))
    low, high = rule.levels(confirmed), rule.levels(possible)
    return tuple(
        DimensionResult(
            dimension.key,
            Interval(low[number], high[number]),
            rule.completion(number, confirmed, state.absent),
            tuple(criteria[dimension.key]),
            rule.points(number, confirmed, possible),
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
        f"Operators: {asked([name], plan.catalogue)} could not be answered through a fault of ours. "
        f"{result.verdict.reason} ({name})"
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


def _scorecard(plan: Plan, answers: Answers, judgements: Judgements) -> Scorecard:
    rule, project, standing = plan.rule, answers.project, answers.standing
    results, statements, profile = project.results, project.statements, answers.profile
    state = _state(plan, judgements, results)
    overall = interval(rule, state)
    waived = interval(rule, state, rule.bits_of(statements.waived)) if statements.waived else overall
    dimensions = _dimensions(plan, judgements, statements, state)
    low, high = rule.confirmed(state), rule.possible(state)
    return Scorecard(
        framework=plan.framework.id,
        framework_version=plan.framework.version,
        catalogue_version=plan.catalogue.version,
        as_of=answers.now,
        overall=overall,
        without_people=Interval(rule.without_people(low), rule.without_people(high)),
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
