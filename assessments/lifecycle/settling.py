"""Steps of a roadmap end: evidence settles them while rescoring, or a person drops them.

Apart from the actions of the roadmap because rescoring calls it, and they call what rescores.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assessments.checks.verdict import Outcome
from assessments.models import RoadmapStep
from assessments.models.planning import StepState
from assessments.scoring.scorecard import CriterionResult, Scorecard
from mlops_portal.audit.record import record
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.projects.models import Project

#: The reason of a step that is done.
MET = "Evidence meets the criterion."


def settle_steps(*, actor: Actor, project: Project, scorecards: Iterable[Scorecard]) -> list[RoadmapStep]:
    """Close the open steps that evidence has settled; called while rescoring, which holds the project.

    The first of the scorecards that has the criterion decides. A waiver settles nothing; what turned out not to be
    applicable is dropped.
    """
    steps = list(project.roadmap.filter(state=StepState.OPEN).select_related("project", "owner"))
    found = _results(scorecards) if steps else {}
    settled = [step for step in steps if step.criterion in found and found[step.criterion].counts_as_met]
    for step in settled:
        _settle_by(actor, step, found[step.criterion])
    return settled


def _results(scorecards: Iterable[Scorecard]) -> dict[str, CriterionResult]:
    found: dict[str, CriterionResult] = {}
    for result in (c for card in scorecards for dimension in card.dimensions for c in dimension.criteria):
        found.setdefault(result.id, result)
    return found


def _settle_by(actor: Actor, step: RoadmapStep, result: CriterionResult) -> None:
    if result.outcome is Outcome.NOT_APPLICABLE and not result.superseded_by:
        settle(actor, step, StepState.DROPPED, result.reason or "The criterion is not applicable.")
    else:
        settle(actor, step, StepState.DONE, MET)


def settle(actor: Actor, step: RoadmapStep, state: StepState, reason: str) -> None:
    """End a step, with the reason; call it inside a transaction that holds the project."""
    step.state, step.reason, step.settled_at = state, reason, clock.now()
    step.version += 1
    step.save(update_fields=["state", "reason", "settled_at", "version"])
    record(actor, f"roadmap.{state}", step, after=state_of(step), reason=reason, project=step.project)


def state_of(step: RoadmapStep) -> dict[str, Any]:
    """What the trail keeps of a step."""
    return {
        "criterion": step.criterion,
        "owner": step.owner.username if step.owner else None,
        "due": step.due.isoformat() if step.due else None,
        "note": step.note,
        "state": str(step.state),
    }
