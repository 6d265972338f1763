"""The life of an assessment as a table: which state may follow which. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from mlops_portal.kernel.errors import InvalidTransition


class State(StrEnum):
    """Where an assessment stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in-review"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


#: A returned assessment is mended and submitted again; what was accepted ends only by its successor.
TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.WITHDRAWN}),
    State.SUBMITTED: frozenset({State.IN_REVIEW, State.ACCEPTED, State.RETURNED, State.WITHDRAWN}),
    State.IN_REVIEW: frozenset({State.ACCEPTED, State.RETURNED, State.WITHDRAWN}),
    State.RETURNED: frozenset({State.SUBMITTED, State.WITHDRAWN}),
    State.ACCEPTED: frozenset({State.SUPERSEDED}),
    State.SUPERSEDED: frozenset(),
    State.WITHDRAWN: frozenset(),
}

#: States in which answers may be changed; states in which work is open; states before the reviewer's decision.
ANSWERABLE = frozenset({State.DRAFT, State.RETURNED})
OPEN = frozenset({State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.RETURNED})
UNDECIDED = frozenset({State.SUBMITTED, State.IN_REVIEW})


def checked(now: State, then: State) -> State:
    """``then``, when it may follow ``now``. Raises InvalidTransition, saying what may."""
    if then in TRANSITIONS[now]:
        return then
    may = ", ".join(sorted(TRANSITIONS[now])) or "nothing: this is final"
    raise InvalidTransition(f"An assessment that is {now} cannot become {then}.", do=f"What may follow: {may}.")
