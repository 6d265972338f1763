"""Times and verdicts are said as a person says them; what is unknown is never red or green."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assessments.checks.verdict import Outcome
from assessments.evidence import Sight
from mlops_portal.jobs.lifecycle import State
from mlops_portal.web import words
from mlops_portal.web.icons import ICONS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (-timedelta(days=3), "in 3 days"),
        (timedelta(days=100), "15 August 2026"),
    ],
)
def test_moments_are_said_relative_to_now(ago: timedelta, said: str) -> None:
    assert words.relative(NOW - ago, NOW) == said


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=28), "28 min ago"),
        (timedelta(hours=7), "7 h ago"),
        (timedelta(days=4), "4 d ago"),
    ],
)
def test_brief_moments_fit_a_narrow_column(ago: timedelta, said: str) -> None:
    assert words.brief(NOW - ago, NOW) == said


@pytest.mark.parametrize(("seconds", "said"), [(0.42, "0.4 s"), (12.3, "12 s"), (185, "3 min 05 s")])
def test_durations_are_as_exact_as_useful(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.STALE, Outcome.ERROR])
def test_unknown_is_neither_red_nor_green(outcome: Outcome) -> None:
    assert words.said(words.OUTCOMES, outcome).tone == "unknown"


@pytest.mark.parametrize(
    ("vocabulary", "values"), [(words.OUTCOMES, Outcome), (words.SIGHTS, Sight), (words.JOB_STATES, State)]
)
def test_every_value_has_a_word_and_an_icon(vocabulary: dict[str, words.Said], values: type[Outcome]) -> None:
    assert {value.value for value in values} <= set(vocabulary)
    assert all(said.word and said.icon in ICONS for said in vocabulary.values())


def test_a_value_without_a_word_is_shown_as_it_is() -> None:
    assert words.said(words.OUTCOMES, "some_new_value").word == "Some new value"
