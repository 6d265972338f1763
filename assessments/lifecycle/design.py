"""Writing a project's design down before anything is trained: start, save, submit, withdraw.

Deciding is a review: ``design_reviews``. Locks are taken in the order review, design, trail.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from assessments.lifecycle.design_reviews import FIELDS, KIND, digest_of, facts_of, held, state_of
from assessments.lifecycle.person import person_of
from assessments.lifecycle.versions import check_version
from assessments.lifecycle.wording import text_of
from assessments.models import DesignReview
from assessments.models.planning import OPEN_DESIGN, DesignState, Needed
from mlops_portal.accounts.permissions import authorise
from mlops_portal.audit.record import record
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Conflict, Invalid, InvalidTransition, Stale
from mlops_portal.kernel.redaction import storable
from mlops_portal.projects.models import Project
from mlops_portal.reviews.actions import open_review, supersede_review
from mlops_portal.reviews.models import Review, ReviewState

#: Characters that one of the texts may have.
LONGEST_TEXT = 5000
#: The states in which it can be written on.
EDITABLE = (DesignState.DRAFT, DesignState.RETURNED)


@transaction.atomic
def start_design(*, actor: Actor, project: Project) -> DesignReview:
    """Begin a design, with the texts of the accepted one. Raises NotAllowed; Conflict when one is open."""
    authorise(actor, "assessments.plan", project)
    design = DesignReview(project=project, started_by=person_of(actor), started_at=clock.now())
    accepted = project.design_reviews.filter(state=DesignState.ACCEPTED).first()
    for name in FIELDS if accepted else ():
        setattr(design, name, getattr(accepted, name))
    try:
        with transaction.atomic():
            design.save(force_insert=True)
    except IntegrityError as error:
        what = f"A design of {project.name} is being written already."
        raise Conflict(what, do="Go on with that one, or withdraw it.") from error
    record(actor, "design.started", design, after=state_of(design), project=project)
    return design


@transaction.atomic
def save_design(*, actor: Actor, design: DesignReview, version: int | None, **values: Any) -> DesignReview:
    """Change some of ``FIELDS``; without a difference nothing is written. ``version`` is the one the editor saw.

    Raises NotAllowed; Invalid, naming the field; InvalidTransition while or after it is decided; Stale, naming who
    changed it meanwhile; TypeError for anything else than a field.
    """
    authorise(actor, "assessments.plan", design.project)
    person_of(actor)
    design = _editable(design)
    check_version(design, design.version, version)
    said = checked(values)
    changed = [name for name, value in said.items() if getattr(design, name) != value]
    if not changed:
        return design
    before = {name: getattr(design, name) for name in changed}
    for name in changed:
        setattr(design, name, said[name])
    design.version += 1
    design.save(update_fields=[*changed, "version"])
    after = {name: said[name] for name in changed}
    record(actor, "design.changed", design, before=before, after=after, project=design.project)
    return design


def checked(values: dict[str, Any]) -> dict[str, str]:
    """The texts as they are stored; any may be empty yet. Raises Invalid, naming the field; TypeError."""
    if unknown := set(values) - set(FIELDS):
        raise TypeError(f"Designs have no {', '.join(sorted(unknown))}.")
    said = {name: storable(str(value)).strip() for name, value in values.items()}
    for name, text in said.items():
        if len(text) > LONGEST_TEXT:
            raise Invalid(f"This is {len(text)} characters long.", do=f"Keep it below {LONGEST_TEXT}.", field=name)
    if said.get("needed", "") not in ("", *Needed.values):
        raise Invalid("The answer is yes, no or not yet.", do="Choose one of them.", field="needed")
    return said


def missing(design: DesignReview) -> tuple[str, ...]:
    """The fields that must be filled in before it can be submitted."""
    return tuple(name for name in FIELDS if not getattr(design, name))


@transaction.atomic
def submit_design(*, actor: Actor, design: DesignReview, version: int | None = None) -> DesignReview:
    """Ask a second person to decide on it as it is now; until then it cannot be changed.

    Raises NotAllowed; Invalid, naming the first field that is empty; InvalidTransition when it was submitted already;
    Stale when it is no longer ``version``.
    """
    authorise(actor, "assessments.plan", design.project)
    person, design = person_of(actor), _editable(design)
    check_version(design, design.version, version)
    for name in missing(design):
        raise Invalid(f"{FIELDS[name]}: not answered yet.", do="A reviewer needs all of it.", field=name)
    _freeze(design)
    design.submitted_by, design.submitted_at = person, clock.now()
    design.decided_by = design.decided_at = None
    design.save()
    open_review(
        actor=actor,
        kind=KIND,
        subject_id=str(design.pk),
        title=f"Design of {design.project.name}",
        digest=design.digest,
        project=design.project,
        facts=facts_of(design),
    )
    record(actor, "design.submitted", design, after=state_of(design), project=design.project)
    return design


@transaction.atomic
def withdraw_design(*, actor: Actor, design: DesignReview, reason: str) -> DesignReview:
    """End an open design for good; its texts stay readable, and an open review of it is closed.

    Raises NotAllowed, Invalid without a reason, InvalidTransition when it is not open; Stale when somebody submits it
    at this very moment.
    """
    authorise(actor, "assessments.plan", design.project)
    person_of(actor)
    reason, review = text_of(reason, "reason"), _held_review(design)
    design = held(design.pk)
    if design.state not in OPEN_DESIGN:
        raise InvalidTransition(f"This design is {design.state} already.", do="There is nothing to withdraw.")
    if design.state == DesignState.SUBMITTED and review is None:  # the review comes first in the order of locks
        raise Stale("Somebody submitted it just now.", do="Look at it again, then withdraw it.")
    before = {"state": str(design.state)}
    design.state, design.version = DesignState.WITHDRAWN, design.version + 1
    design.save(update_fields=["state", "version"])
    if review is not None:
        supersede_review(actor=actor, review=review, reason=reason)
    after = state_of(design)
    record(actor, "design.withdrawn", design, before=before, after=after, reason=reason, project=design.project)
    return design


def _editable(design: DesignReview) -> DesignReview:
    design = held(design.pk)
    if design.state not in EDITABLE:
        raise InvalidTransition(f"A design that is {design.state} cannot be changed.", do="Look at it again.")
    return design


def _freeze(design: DesignReview) -> None:
    design.state, design.version = DesignState.SUBMITTED, design.version + 1
    design.digest = digest_of(design)


def _held_review(design: DesignReview) -> Review | None:
    """The open review of a design, held. Deciding holds the review first, so everybody else does as well."""
    open_ = Review.objects.filter(kind=KIND, subject_id=str(design.pk), state=ReviewState.OPEN)
    return open_.select_for_update(no_key=True, of=("self",)).first()
