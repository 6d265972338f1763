"""Verdicts of checks → the judgement on a criterion: composition, declarations, people's word beside the machines'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.checks.human import Attestation
from assessments.checks.verdict import DECLARED, NOTHING, Outcome
from assessments.frameworks.composition import Composition, Mode
from assessments.scoring.hindsight import Hindsight
from assessments.scoring.plan import PlannedCriterion
from assessments.scoring.reasons import attested_reason, explain_outcome
from assessments.scoring.scorecard import CheckResult
from assessments.scoring.statements import Statements

Results = Mapping[str, CheckResult]
Judged = tuple[Outcome, float]

#: Outcomes that could still turn out met.
OPEN = frozenset({Outcome.UNKNOWN, Outcome.STALE, Outcome.ERROR, Outcome.PARTIAL})

#: Where everything is needed the worst part decides, where one is enough the best; both from worst to best.
_OPEN_RANKS = {Outcome.UNKNOWN: 3, Outcome.STALE: 2, Outcome.ERROR: 1}
WORST = {Outcome.NOT_MET: 0, **_OPEN_RANKS, Outcome.PARTIAL: 4, Outcome.MET: 5}
BEST = {Outcome.MET: 0, Outcome.PARTIAL: 1, Outcome.ERROR: 2, Outcome.STALE: 3, Outcome.UNKNOWN: 4, Outcome.NOT_MET: 5}


@dataclass(frozen=True, slots=True)
class Project:
    """What is known of a project when its criteria are judged."""

    results: Results
    hindsight: Hindsight
    statements: Statements


@dataclass(frozen=True, slots=True)
class Judgement:
    """A criterion's outcome by itself, before supersession and waivers; ``attestation`` bears on it, if there is one.

    ``closed`` tells that people, or the profile, said that it is not applicable.
    """

    outcome: Outcome
    strength: float
    reason: str
    attestation: Attestation | None = None
    closed: bool = False


def _leaf(result: CheckResult, threshold: float) -> Judged:
    verdict = result.verdict
    if verdict.outcome is Outcome.MET and verdict.strength < threshold:
        return Outcome.PARTIAL, verdict.strength
    return verdict.outcome, verdict.strength


def _part(item: Composition | str, results: Results, threshold: float) -> Judged:
    return _leaf(results[item], threshold) if isinstance(item, str) else evaluate(item, results, threshold)


def evaluate(composition: Composition, results: Results, threshold: float) -> Judged:
    """The outcome and strength of a composition.

    Parts that do not apply are dropped; a declaration below the ``threshold`` counts as PARTIAL.
    """
    judged = [_part(item, results, threshold) for item in composition.parts]
    parts = [part for part in judged if part[0] is not Outcome.NOT_APPLICABLE]
    if len(parts) < 2:
        return parts[0] if parts else (Outcome.NOT_APPLICABLE, NOTHING)
    outcomes = [outcome for outcome, _ in parts]
    strengths = [strength for _, strength in parts]
    if composition.mode is Mode.ALL:
        return min(outcomes, key=WORST.__getitem__), min(strengths)
    return min(outcomes, key=BEST.__getitem__), max(strengths)


def _declared(planned: PlannedCriterion, results: Results, judged: Judged) -> Judged:
    """A declaration alone counts half while the deciding checks cannot tell; a known no is not softened by it."""
    if judged[0] not in OPEN:
        return judged
    if any(results[name].verdict.outcome is Outcome.MET for name in planned.criterion.partial_by):
        return Outcome.PARTIAL, DECLARED
    return judged


def denied(planned: PlannedCriterion, results: Results) -> bool:
    """Whether the checks say no: all that decide together, or the machines' part of them, whatever people answer."""
    met_by = planned.criterion.met_by
    if met_by is None:
        return False
    return evaluate(met_by, results, planned.threshold)[0] is Outcome.NOT_MET or _machines_deny(planned, results)


def _machines_deny(planned: PlannedCriterion, results: Results) -> bool:
    if not planned.people or planned.machines is None:
        return False
    return evaluate(planned.machines, results, planned.threshold)[0] is Outcome.NOT_MET


def _attestation(planned: PlannedCriterion, project: Project) -> Attestation | None:
    return project.statements.attested.get(planned.criterion.id) if planned.criterion.attestable else None


def people_claim(planned: PlannedCriterion, project: Project) -> bool:
    """Whether people say that the criterion is met: by an attestation, or by answering a question that decides it."""
    attestation = _attestation(planned, project)
    if attestation is not None and attestation.answer == "yes":
        return True
    return any(project.results[name].verdict.outcome is Outcome.MET for name in planned.people)


def remembered_denial(planned: PlannedCriterion, project: Project) -> Results | None:
    """What was last seen, where it denied what people claim and access was withdrawn since; else None."""
    if not project.hindsight.lost or not people_claim(planned, project):
        return None
    remembered = project.hindsight.results(planned.deciding, project.results)
    return remembered if remembered is not None and denied(planned, remembered) else None


def _by_checks(planned: PlannedCriterion, project: Project) -> Judged:
    met_by = planned.criterion.met_by
    if met_by is None:
        return Outcome.UNKNOWN, NOTHING
    return _declared(planned, project.results, evaluate(met_by, project.results, planned.threshold))


def _by_people(planned: PlannedCriterion, attestation: Attestation | None, judged: Judged) -> Judged:
    """A "yes" with proof meets the criterion; a "no" settles only what machines do not look at."""
    if attestation is None or judged[0] in (Outcome.MET, Outcome.NOT_APPLICABLE):
        return judged
    if attestation.answer == "yes":
        return Outcome.MET, DECLARED
    if attestation.answer == "no" and planned.machines is None:
        return Outcome.NOT_MET, NOTHING
    return judged


def _ran_out(planned: PlannedCriterion, project: Project, outcome: Outcome) -> Attestation | None:
    """The attestation that has run out, where the criterion would be met with it."""
    expired = project.statements.expired.get(planned.criterion.id) if planned.criterion.attestable else None
    return expired if outcome is Outcome.UNKNOWN and expired is not None and expired.answer == "yes" else None


def _closed(planned: PlannedCriterion, project: Project) -> Judgement | None:
    stated = project.statements.absent.get(planned.criterion.id)
    if stated is not None:
        return Judgement(Outcome.NOT_APPLICABLE, NOTHING, stated, closed=True)
    opener = planned.criterion.opened_by
    if opener and not project.hindsight.ever_met(opener, project.results):
        reason = f"Asked for only where {opener} is answered with yes."
        return Judgement(Outcome.NOT_APPLICABLE, NOTHING, reason)
    return None


def judge(planned: PlannedCriterion, project: Project) -> Judgement:
    """The judgement on one criterion by itself."""
    closed = _closed(planned, project)
    if closed is not None:
        return closed
    attestation = _attestation(planned, project)
    judged = _by_checks(planned, project)
    if judged[0] is Outcome.NOT_MET or _machines_deny(planned, project.results):
        return Judgement(Outcome.NOT_MET, NOTHING, _reason(planned, project.results, Outcome.NOT_MET), attestation)
    if (remembered := remembered_denial(planned, project)) is not None:
        reason = f"When we could last look: {_reason(planned, remembered, Outcome.NOT_MET)}"
        return Judgement(Outcome.NOT_MET, NOTHING, reason, attestation)
    return _open_to_people(planned, project, attestation, judged)


def _open_to_people(
    planned: PlannedCriterion, project: Project, attestation: Attestation | None, by_checks: Judged
) -> Judgement:
    outcome, strength = _by_people(planned, attestation, by_checks)
    if attestation is not None and outcome is not by_checks[0]:
        return Judgement(outcome, strength, attested_reason(attestation), attestation)
    reason = _reason(planned, project.results, outcome)
    if (expired := _ran_out(planned, project, outcome)) is not None:
        return Judgement(Outcome.STALE, NOTHING, f"Ran out: {attested_reason(expired)} {reason}", expired)
    return Judgement(outcome, strength, reason, attestation)


def _reason(planned: PlannedCriterion, results: Results, outcome: Outcome) -> str:
    return explain_outcome(planned, results, outcome)
