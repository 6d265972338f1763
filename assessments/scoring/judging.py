"""Verdicts of checks → the judgement on a criterion: composition, declarations, people's word beside the machines'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from assessments.checks.human import Attestation
from assessments.checks.verdict import DECLARED, NOTHING, Outcome, Verdict
from assessments.frameworks.composition import Composition, Mode
from assessments.scoring.hindsight import Hindsight
from assessments.scoring.plan import PlannedCriterion
from assessments.scoring.reasons import attested_reason, explain_outcome
from assessments.scoring.rules import OPEN
from assessments.scoring.scorecard import CheckResult
from assessments.scoring.statements import Statements

#: Looking a member up on its enumeration costs more than the comparison; these are compared thousands of times.
MET, PARTIAL, NOT_MET = Outcome.MET, Outcome.PARTIAL, Outcome.NOT_MET
NOT_APPLICABLE = Outcome.NOT_APPLICABLE

Results = Mapping[str, CheckResult]
Judged = tuple[Outcome, float]

#: Where everything is needed the worst part decides, and where one is enough the best: the first of these that occurs.
UNSEEN_FIRST = (Outcome.ERROR, Outcome.STALE, Outcome.UNKNOWN)
WORST = (Outcome.NOT_MET, *UNSEEN_FIRST, Outcome.PARTIAL, Outcome.MET)
BEST = (Outcome.MET, Outcome.PARTIAL, *UNSEEN_FIRST, Outcome.NOT_MET)


@dataclass(frozen=True, slots=True)
class Project:
    """What is known of a project when its criteria are judged."""

    results: Results
    hindsight: Hindsight
    statements: Statements


class Judgement(NamedTuple):
    """A criterion's outcome by itself, before supersession and waivers; ``attestation`` bears on it, if there is one.

    ``closed`` tells that people, or the profile, said that it is not applicable.
    """

    outcome: Outcome
    strength: float
    reason: str
    attestation: Attestation | None = None
    closed: bool = False


def _leaf(verdict: Verdict, threshold: float) -> Judged:
    outcome, strength = verdict.outcome, verdict.strength
    return (PARTIAL if outcome is MET and strength < threshold else outcome), strength


def _part(item: Composition | str, results: Results, threshold: float) -> Judged:
    return _leaf(results[item].verdict, threshold) if isinstance(item, str) else evaluate(item, results, threshold)


def evaluate(composition: Composition, results: Results, threshold: float) -> Judged:
    """The outcome and strength of a composition.

    Parts that do not apply are dropped; a declaration below the ``threshold`` counts as PARTIAL.
    """
    if len(composition.parts) == 1:
        return _part(composition.parts[0], results, threshold)
    judged = [_part(item, results, threshold) for item in composition.parts]
    parts = [part for part in judged if part[0] is not NOT_APPLICABLE]
    if len(parts) < 2:
        return parts[0] if parts else (NOT_APPLICABLE, NOTHING)
    outcomes = [outcome for outcome, _ in parts]
    strengths = [strength for _, strength in parts]
    if composition.mode is Mode.ALL:
        return _first(WORST, outcomes), min(strengths)
    return _first(BEST, outcomes), max(strengths)


def _first(order: tuple[Outcome, ...], outcomes: list[Outcome]) -> Outcome:
    return next(outcome for outcome in order if outcome in outcomes)


def _declared(planned: PlannedCriterion, results: Results, judged: Judged) -> Judged:
    """A declaration alone counts half while the deciding checks cannot tell; a known no is not softened by it."""
    if judged[0] not in OPEN:
        return judged
    if any(results[name].verdict.outcome is MET for name in planned.criterion.partial_by):
        return PARTIAL, DECLARED
    return judged


def denied(planned: PlannedCriterion, results: Results) -> bool:
    """Whether the checks say no: all that decide together, or the machines' part of them, whatever people answer."""
    met_by = planned.criterion.met_by
    if met_by is None:
        return False
    return evaluate(met_by, results, planned.threshold)[0] is NOT_MET or _machines_deny(planned, results)


def _machines_deny(planned: PlannedCriterion, results: Results) -> bool:
    if not planned.people or planned.machines is None:
        return False
    return evaluate(planned.machines, results, planned.threshold)[0] is NOT_MET


def _attestation(planned: PlannedCriterion, project: Project) -> Attestation | None:
    return project.statements.attested.get(planned.criterion.id) if planned.criterion.attestable else None


def people_claim(planned: PlannedCriterion, project: Project) -> bool:
    """Whether people say that the criterion is met: by an attestation, or by answering a question that decides it."""
    attestation = _attestation(planned, project)
    if attestation is not None and attestation.answer == "yes":
        return True
    return any(project.results[name].verdict.outcome is MET for name in planned.people)


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


def _was_settled(planned: PlannedCriterion, project: Project) -> bool:
    """Whether the checks met the criterion, or left it out, by what can be seen no longer: a "no" did not count then.

    Were it to count now, losing sight would take away what is possible.
    """
    remembered = project.hindsight.results(planned.deciding, project.results)
    if remembered is None or planned.criterion.met_by is None:
        return False
    return evaluate(planned.criterion.met_by, remembered, planned.threshold)[0] in (MET, NOT_APPLICABLE)


def _by_people(planned: PlannedCriterion, project: Project, attestation: Attestation | None, judged: Judged) -> Judged:
    """A "yes" with proof meets the criterion; a "no" settles only what machines do not look at."""
    if attestation is None or judged[0] in (MET, NOT_APPLICABLE):
        return judged
    if attestation.answer == "yes":
        return MET, DECLARED
    if attestation.answer == "no" and planned.machines is None and not _was_settled(planned, project):
        return NOT_MET, NOTHING
    return judged


def _ran_out(planned: PlannedCriterion, project: Project, outcome: Outcome) -> Attestation | None:
    """The attestation that has run out, where the criterion would be met with it."""
    expired = project.statements.expired.get(planned.criterion.id) if planned.criterion.attestable else None
    return expired if outcome is Outcome.UNKNOWN and expired is not None and expired.answer == "yes" else None


def _closed(planned: PlannedCriterion, project: Project) -> Judgement | None:
    stated = project.statements.absent.get(planned.criterion.id)
    if stated is not None:
        return Judgement(NOT_APPLICABLE, NOTHING, stated, closed=True)
    opener = planned.criterion.opened_by
    if opener and not project.hindsight.ever_met(opener, project.results):
        question = project.hindsight.questions.by_id[opener].entry.question
        reason = f"Asked for only where this is answered with yes: “{question}” ({opener})."
        return Judgement(NOT_APPLICABLE, NOTHING, reason)
    return None


def judge(planned: PlannedCriterion, project: Project) -> Judgement:
    """The judgement on one criterion by itself."""
    closed = _closed(planned, project)
    if closed is not None:
        return closed
    attestation = _attestation(planned, project)
    judged = _by_checks(planned, project)
    if judged[0] is NOT_MET or _machines_deny(planned, project.results):
        return Judgement(NOT_MET, NOTHING, _reason(planned, project.results, NOT_MET), attestation)
    if (remembered := remembered_denial(planned, project)) is not None:
        reason = f"When we could last look: {_reason(planned, remembered, NOT_MET)}"
        return Judgement(NOT_MET, NOTHING, reason, attestation)
    return _open_to_people(planned, project, attestation, judged)


def _open_to_people(
    planned: PlannedCriterion, project: Project, attestation: Attestation | None, by_checks: Judged
) -> Judgement:
    outcome, strength = _by_people(planned, project, attestation, by_checks)
    if attestation is not None and outcome is not by_checks[0]:
        return Judgement(outcome, strength, attested_reason(attestation), attestation)
    reason = _reason(planned, project.results, outcome)
    if (expired := _ran_out(planned, project, outcome)) is not None:
        return Judgement(Outcome.STALE, NOTHING, f"Ran out: {attested_reason(expired)} {reason}", expired)
    return Judgement(outcome, strength, reason, attestation)


def _reason(planned: PlannedCriterion, results: Results, outcome: Outcome) -> str:
    return explain_outcome(planned, results, outcome)
