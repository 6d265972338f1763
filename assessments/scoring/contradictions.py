"""Where people and machines disagree. The machine's evidence wins until a person resolves it; nothing is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from assessments.checks.catalogue import Kind
from assessments.checks.human import reply_to
from assessments.checks.verdict import Outcome
from assessments.evidence import Evidence
from assessments.scoring.judging import Judgement, Project, denied, remembered_denial
from assessments.scoring.plan import Plan, PlannedCriterion
from assessments.scoring.reasons import attested_reason, with_questions
from assessments.scoring.scorecard import Contradiction

#: The question how models are handed over, the check that looks into the registry, and their criterion.
HAND_OFF, REGISTRY, HAND_OFF_CRITERION = "HUM-07", "MLF-05", "MR-1.2"


def _said(planned: PlannedCriterion, plan: Plan, project: Project, judgement: Judgement) -> str:
    """What people say in favour of the criterion, or nothing."""
    if judgement.attestation is not None and judgement.attestation.answer == "yes":
        return "" if judgement.outcome is Outcome.STALE else attested_reason(judgement.attestation)
    answered = [name for name in planned.people if project.results[name].verdict.outcome is Outcome.MET]
    return with_questions(answered, project.results, plan.catalogue)


def _against(planned: PlannedCriterion, plan: Plan, project: Project) -> str:
    """What was seen against the criterion: where it decides, and by machines in the checks beside it."""
    remembered = remembered_denial(planned, project)
    results = project.results if remembered is None else remembered
    deciding = planned.deciding if denied(planned, results) else ()
    beside = (name for name in planned.criterion.supports if plan.catalogue[name].kind is not Kind.SELF_REPORTED)
    denying = [name for name in (*deciding, *beside) if results[name].verdict.outcome is Outcome.NOT_MET]
    return with_questions(denying, results, plan.catalogue)


def _may_be_denied(planned: PlannedCriterion, project: Project) -> bool:
    """Whether there can be something against the criterion: the sentences need not be put together where not."""
    results, no = project.results, Outcome.NOT_MET
    if project.hindsight.lost:
        return True
    return any(results[name].verdict.outcome is no for name in (*planned.deciding, *planned.criterion.supports))


def _people_deny(planned: PlannedCriterion, project: Project, judgement: Judgement) -> Contradiction | None:
    """Machines saw it, and yet a person attests that it is not so."""
    attestation = judgement.attestation
    if attestation is None or attestation.answer != "no" or judgement.outcome is not Outcome.MET:
        return None
    return Contradiction(planned.criterion.id, attested_reason(attestation), judgement.reason)


def _of_criterion(
    planned: PlannedCriterion, plan: Plan, project: Project, judgement: Judgement
) -> Contradiction | None:
    silent = judgement.attestation is None and not planned.people
    if silent or judgement.outcome is Outcome.NOT_APPLICABLE:
        return None
    if not _may_be_denied(planned, project):
        return _people_deny(planned, project, judgement)
    if (said := _said(planned, plan, project, judgement)) and (against := _against(planned, plan, project)):
        return Contradiction(planned.criterion.id, said, against)
    return _people_deny(planned, project, judgement)


def _hand_off(plan: Plan, project: Project, standing: Mapping[str, Evidence]) -> Iterator[Contradiction]:
    """People say how a model is handed over (HUM-07); the registry (MLF-05) may show another way."""
    if HAND_OFF_CRITERION not in plan.criteria or REGISTRY not in project.results:
        return
    answered, registry = project.results[HAND_OFF].verdict, project.results[REGISTRY].verdict
    reply = reply_to(HAND_OFF, standing, project.hindsight.now) if answered.outcome is Outcome.MET else None
    if reply is None:
        return
    by_registry = reply.answer in ("registry", "pipeline")
    if registry.outcome is (Outcome.NOT_MET if by_registry else Outcome.MET) and reply.answer != "yes":
        said = f"{reply.by or 'A member'} answered that models are handed over by “{reply.answer}”."
        against = with_questions([REGISTRY], project.results, plan.catalogue)
        yield Contradiction(HAND_OFF_CRITERION, said, against)


def find_contradictions(
    plan: Plan, project: Project, judgements: Mapping[str, Judgement], standing: Mapping[str, Evidence]
) -> tuple[Contradiction, ...]:
    """Every disagreement, in the framework's order."""
    found: Iterable[Contradiction | None] = (
        _of_criterion(plan.criteria[name], plan, project, judgement) for name, judgement in judgements.items()
    )
    return (*filter(None, found), *_hand_off(plan, project, standing))
