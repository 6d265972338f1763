"""Moving an assessment from state to state: held, checked against the table, counted."""

from __future__ import annotations

from assessments.models import Assessment
from assessments.transitions import ANSWERABLE, State, checked
from mlops_portal.kernel.digest import digest
from mlops_portal.kernel.errors import InvalidTransition
from mlops_portal.reviews.models import Review, ReviewState

#: The kind under which assessments are reviewed.
KIND = "assessment"


def held(id: int | str) -> Assessment:
    """The assessment as it is now, held until the transaction ends: whoever changes it queues up here."""
    return Assessment.objects.select_for_update(no_key=True, of=("self",)).select_related("project").get(pk=id)


def held_draft(id: int | str) -> Assessment:
    """The same for changing its answers. Raises InvalidTransition when they are frozen."""
    draft = held(id)
    if draft.state not in ANSWERABLE:
        what = f"The answers of an assessment that is {draft.state} cannot be changed."
        raise InvalidTransition(what, do="Withdraw it, or start the next one.")
    return draft


def held_review(assessment: Assessment) -> Review | None:
    """The open review of an assessment, held. Deciding holds the review first, so everybody else does as well."""
    open_ = Review.objects.filter(kind=KIND, subject_id=str(assessment.pk), state=ReviewState.OPEN)
    return open_.select_for_update(no_key=True, of=("self",)).first()


def move(assessment: Assessment, state: State) -> None:
    """Set a held assessment to ``state``, unsaved. Raises InvalidTransition where the table has no such way."""
    assessment.state = checked(State(assessment.state), state)
    assessment.version += 1


def seal(assessment: Assessment) -> str:
    """The SHA-256 of what a reviewer decides on: the answers, the scorecard, and the versions they were made under."""
    return digest(
        {
            "assessment": assessment.pk,
            "framework": [assessment.framework, assessment.framework_version, assessment.catalogue_version],
            "answers": assessment.answers,
            "scorecard": assessment.scorecard,
        }
    )
