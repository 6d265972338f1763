"""A job's life: from every state only where the table says."""

from __future__ import annotations

import itertools

import pytest

from mlops_portal.jobs.lifecycle import FINAL, OPEN, TRANSITIONS, State, check_transition
from mlops_portal.kernel.errors import InvalidTransition


@pytest.mark.parametrize(("current", "wanted"), list(itertools.product(State, State)))
def test_only_the_transitions_of_the_table_pass(current: State, wanted: State) -> None:
    if wanted in TRANSITIONS[current]:
        check_transition(current, wanted)
        return
    with pytest.raises(InvalidTransition, match=f"A {current} job cannot become {wanted}"):
        check_transition(current, wanted)


def test_every_state_is_either_open_or_final() -> None:
    assert set(State) == OPEN | FINAL
    assert not OPEN & FINAL


def test_success_is_for_good() -> None:
    assert not TRANSITIONS[State.SUCCEEDED]
