"""Next steps become owned, dated steps. Only evidence says that one is done; people plan, change and drop.

Whoever changes steps holds the project, as rescoring does, so that planning and settling queue up.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction

from assessments.lifecycle.person import person_of
from assessments.lifecycle.record import locked
from assessments.lifecycle.settling import settle, state_of
from assessments.lifecycle.versions import check_version
from assessments.lifecycle.wording import text_of
from assessments.models import RoadmapStep
from assessments.models.planning import StepState
from assessments.selectors.exemptions import known_criterion
from assessments.selectors.roadmap import criterion_now
from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import authorise
from mlops_portal.audit.record import record
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Conflict, Invalid, InvalidTransition
from mlops_portal.kernel.redaction import storable
from mlops_portal.projects.models import Project, Role

#: What ``change_step`` takes.
FIELDS = ("owner", "due", "note")
#: Characters that a note may have.
LONGEST_NOTE = 2000

#: What the trail says, after the person's name.
VERBS = {
    "roadmap.planned": "planned the step",
    "roadmap.changed": "changed the step",
    "roadmap.dropped": "dropped the step",
    "roadmap.done": "saw evidence that settles the step",
}


@transaction.atomic
def plan_step(
    *,
    actor: Actor,
    project: Project,
    criterion: str,
    owner: User | None = None,
    due: date | None = None,
    note: str = "",
) -> RoadmapStep:
    """Take a criterion on. Raises NotAllowed, Invalid (also when it is met), Conflict when it is planned already."""
    authorise(actor, "assessments.plan", project)
    name, project = known_criterion(criterion).id, locked(project)
    found = criterion_now(project, name)
    if found is not None and found.counts_as_met:
        raise Invalid(f"{name} is met already.", do="Choose one that is open.", field="criterion")
    if project.roadmap.filter(criterion=name, state=StepState.OPEN).exists():
        raise Conflict(f"{name} is on the roadmap already.", do="Change its owner or its day instead.")
    values = _checked(project, {"owner": owner, "due": due, "note": note})
    step = RoadmapStep.objects.create(
        project=project, criterion=name, planned_by=person_of(actor), planned_at=clock.now(), **values
    )
    record(actor, "roadmap.planned", step, after=state_of(step), project=project)
    return step


@transaction.atomic
def change_step(*, actor: Actor, step: RoadmapStep, version: int | None, **values: Any) -> RoadmapStep:
    """Change some of a step's ``FIELDS``. Raises NotAllowed, Invalid, InvalidTransition once it is settled, Stale."""
    if unknown := set(values) - set(FIELDS):
        raise TypeError(f"Steps have no settable {', '.join(sorted(unknown))}.")
    step = _open_step(actor, step)
    check_version(step, step.version, version)
    before, values = state_of(step), _changed(step, _checked(step.project, _changed(step, values)))
    if not values:
        return step
    for name, value in values.items():
        setattr(step, name, value)
    step.version += 1
    step.save(update_fields=[*values, "version"])
    record(actor, "roadmap.changed", step, before=before, after=state_of(step), project=step.project)
    return step


@transaction.atomic
def drop_step(*, actor: Actor, step: RoadmapStep, reason: str) -> RoadmapStep:
    """Take a step off the roadmap, with the reason. Raises NotAllowed, Invalid, InvalidTransition."""
    step, reason = _open_step(actor, step), text_of(reason, "reason")
    settle(actor, step, StepState.DROPPED, reason)
    return step


def _open_step(actor: Actor, step: RoadmapStep) -> RoadmapStep:
    authorise(actor, "assessments.plan", step.project)
    project = locked(step.project)
    step = RoadmapStep.objects.select_related("owner").get(pk=step.pk)
    step.project = project
    if step.state != StepState.OPEN:
        raise InvalidTransition(f"{step.criterion} is {step.get_state_display().lower()}.", do="Plan it anew.")
    return step


def _changed(step: RoadmapStep, values: dict[str, Any]) -> dict[str, Any]:
    """Those that differ from what the step has: an owner who left and a day that is over may stay."""
    return {name: value for name, value in values.items() if getattr(step, name) != value}


def _checked(project: Project, values: dict[str, Any]) -> dict[str, Any]:
    return {name: CHECKS[name](project, value) for name, value in values.items()}


def _owner(project: Project, owner: User | None) -> User | None:
    contributes = project.memberships.exclude(role=Role.VIEWER)
    if owner is not None and not contributes.filter(user=owner, user__is_active=True).exists():
        what = f"{owner.display_name} does not work on {project.name}."
        raise Invalid(what, do="Choose one of its members.", field="owner")
    return owner


def _due(project: Project, due: date | None) -> date | None:
    if due is not None and due < clock.now().date():
        raise Invalid("That day is over.", do="Choose today or a later day.", field="due")
    return due


def _note(project: Project, note: str) -> str:
    note = storable(note).strip()
    if len(note) > LONGEST_NOTE:
        raise Invalid(f"A note has at most {LONGEST_NOTE} characters.", field="note")
    return note


#: By field, what makes a value of it fit; each raises Invalid.
CHECKS: dict[str, Callable[[Project, Any], Any]] = {"owner": _owner, "due": _due, "note": _note}
