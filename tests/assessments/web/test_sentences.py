"""The sentences above a level are true for every interval and target."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring.scorecard import Interval
from assessments.web.sentences import level_sentence, target_sentence

intervals = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda ends: Interval(min(ends), max(ends)))


def test_a_certain_level_says_that_nothing_could_change_it() -> None:
    assert level_sentence(Interval(2, 2), 0) == (
        "Level 2 is confirmed by evidence. Nothing that is unknown could change it."
    )


def test_an_open_level_says_how_high_and_how_much_is_unseen() -> None:
    assert level_sentence(Interval(1, 3), 12) == (
        "Level 1 is confirmed by evidence. It may be as high as 3: 12 open checks could not be judged."
    )
    assert level_sentence(Interval(1, 3), 1, "blind spot").endswith("as high as 3: 1 blind spot.")


@pytest.mark.parametrize(
    ("interval", "target", "said"),
    [
        (Interval(2, 2), None, ""),
        (Interval(2, 3), 2, "At the target of 2."),
        (Interval(4, 4), 1, "Beyond the target of 1: effort was spent past what the project needs."),
        (Interval(1, 3), 3, "The target is 3: 2 levels to prove, and possibly reached already."),
        (Interval(1, 1), 2, "The target is 2: 1 level to go."),
    ],
)
def test_the_level_is_told_against_the_target(interval: Interval, target: int | None, said: str) -> None:
    assert target_sentence(interval, target) == said


@given(intervals, st.integers(0, 4))
def test_a_target_is_called_possibly_reached_exactly_when_it_is(interval: Interval, target: int) -> None:
    possibly = interval.confirmed < target <= interval.possible
    assert ("possibly reached" in target_sentence(interval, target)) is possibly
