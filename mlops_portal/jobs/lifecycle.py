"""The life of a job, pure: its states and which may follow which."""

from __future__ import annotations

from enum import StrEnum

from mlops_portal.kernel.errors import InvalidTransition


class State(StrEnum):
    """Where a job is. Every job ends in exactly one of the last three."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = frozenset({State.QUEUED, State.RUNNING})
FINAL = frozenset({State.SUCCEEDED, State.FAILED, State.CANCELLED})

#: From where to where. Running → queued is a job whose worker died, was stopped, or that is tried again.
TRANSITIONS: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.RUNNING, State.CANCELLED, State.FAILED}),
    State.RUNNING: frozenset({State.QUEUED, State.SUCCEEDED, State.FAILED, State.CANCELLED}),
    State.FAILED: frozenset({State.QUEUED}),
    State.CANCELLED: frozenset({State.QUEUED}),
    State.SUCCEEDED: frozenset(),
}


def check_transition(current: str, wanted: State) -> None:
    """Raise InvalidTransition unless ``wanted`` may follow ``current``."""
    if wanted not in TRANSITIONS[State(current)]:
        raise InvalidTransition(f"A {current} job cannot become {wanted.value}.", do="Look at the job's present state.")
