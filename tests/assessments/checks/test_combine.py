"""How several answers become one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.checks.combine import all_of, by_share
from assessments.checks.verdict import Outcome, Verdict, met, not_applicable, not_met, partial, unknown

ALL = [met("a"), partial("b"), not_met("c"), unknown("d"), not_applicable("e")]
RANK = {Outcome.NOT_MET: 0, Outcome.PARTIAL: 1, Outcome.UNKNOWN: 2, Outcome.MET: 3, Outcome.NOT_APPLICABLE: 4}


@pytest.mark.parametrize(
    ("verdicts", "wanted"),
    [
        ([met("a"), met("b")], Outcome.MET),
        ([met("a"), not_applicable("b")], Outcome.MET),
        ([met("a"), not_met("b")], Outcome.PARTIAL),
        ([met("a"), unknown("b")], Outcome.UNKNOWN),
        ([not_met("a"), unknown("b")], Outcome.NOT_MET),
        ([not_met("a"), partial("b")], Outcome.PARTIAL),
        ([not_applicable("a"), not_applicable("b")], Outcome.NOT_APPLICABLE),
    ],
)
def test_a_question_about_several_things_must_be_true_of_each(verdicts: list[Verdict], wanted: Outcome) -> None:
    assert all_of(verdicts).outcome is wanted


@given(st.lists(st.sampled_from(ALL), min_size=1, max_size=5))
def test_the_order_does_not_matter_and_met_means_that_nothing_failed(verdicts: list[Verdict]) -> None:
    joined = all_of(verdicts)
    assert joined.outcome is all_of(verdicts[::-1]).outcome
    if joined.outcome is Outcome.MET:
        assert {verdict.outcome for verdict in verdicts} <= {Outcome.MET, Outcome.NOT_APPLICABLE}


@given(st.lists(st.sampled_from(ALL), min_size=1, max_size=4))
def test_one_more_true_thing_never_makes_it_worse(verdicts: list[Verdict]) -> None:
    before, after = all_of(verdicts).outcome, all_of([*verdicts, met("more")]).outcome
    assert RANK[after] >= RANK[before] or before is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("good", "total", "wanted"),
    [(4, 5, Outcome.MET), (3, 5, Outcome.PARTIAL), (0, 5, Outcome.NOT_MET), (5, 5, Outcome.MET)],
)
def test_a_share_counts_from_its_bound_on(good: int, total: int, wanted: Outcome) -> None:
    verdict = by_share(good, total, 0.8, "runs are tracked")
    assert verdict.outcome is wanted
    assert f"{good} of {total}" in verdict.reason


@given(st.integers(1, 500), st.integers(0, 500), st.sampled_from([0.8, 0.9, 1.0]))
def test_whole_shares_are_not_lost_to_rounding(total: int, good: int, enough: float) -> None:
    verdict = by_share(min(good, total), total, enough, "runs")
    exactly_enough = min(good, total) * 10 >= round(enough * 10) * total
    assert (verdict.outcome is Outcome.MET) is exactly_enough
