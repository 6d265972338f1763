"""The scorecard as it is shown: what stands in the way, failing first, joined with its texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assessments.checks.catalogue import load_catalogue
from assessments.checks.verdict import Outcome, met, not_met, unknown
from assessments.frameworks.shipped import framework
from assessments.scoring.scorecard import Interval, Scorecard
from assessments.web.changes import change_line, scoring_changes
from assessments.web.presentation import WORST_FIRST, Shown, present
from tests.portal.scenery import card, varied

FRAMEWORK, CATALOGUE = framework(), load_catalogue()
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def shown(scorecard: Scorecard) -> Shown:
    return present(scorecard, FRAMEWORK, CATALOGUE)


def test_what_stands_in_the_way_comes_failing_first() -> None:
    order = [WORST_FIRST.index(line.result.outcome) for line in shown(card(varied())).blocking]
    assert order
    assert order == sorted(order)


def test_only_criteria_up_to_the_next_level_stand_in_the_way() -> None:
    scorecard = card(varied())
    assert {line.result.level for line in shown(scorecard).blocking} == {1}
    assert all(not line.result.counts_as_met for line in shown(scorecard).blocking)


def test_nothing_stands_in_the_way_of_a_project_at_the_top() -> None:
    top = shown(card({}, otherwise=met("Yes.")))
    open_criteria = [line for group in top.groups for line in group.criteria if not line.result.counts_as_met]
    assert not [line for line in open_criteria if line.result.level is not None]
    assert top.blocking == ()


def test_every_criterion_of_the_framework_is_shown_once_with_its_statement() -> None:
    lines = [line for group in shown(card({})).groups for line in group.criteria]
    assert sorted(line.result.id for line in lines) == sorted(FRAMEWORK.placed)
    assert all(line.title == FRAMEWORK.criterion(line.result.id).statement for line in lines)


def test_a_check_is_shown_with_its_question_and_what_was_seen() -> None:
    lines = [check for group in shown(card(varied())).groups for line in group.criteria for check in line.checks]
    assert all(line.question == CATALOGUE[line.id].question for line in lines)
    assert any(line.seen for line in lines)


def test_what_was_only_declared_is_marked() -> None:
    declared = met("A file says so.", strength=0.5)
    lines = [c for g in shown(card({}, otherwise=declared)).groups for line in g.criteria for c in line.checks]
    assert lines
    assert all(line.declared_only for line in lines)


def test_steps_carry_the_statement_of_their_criterion() -> None:
    scorecard = card({}, otherwise=not_met("No."))
    steps = shown(scorecard).steps
    assert [step.step for step in steps] == list(scorecard.path.steps)
    assert all(step.title == FRAMEWORK.criterion(step.step.criterion).statement for step in steps)


def test_unseen_checks_are_counted_once() -> None:
    assert shown(card({}, otherwise=not_met("No."))).unseen == 0
    nothing = shown(card({}, otherwise=unknown("Not connected yet.")))
    still_open = [line for group in nothing.groups for line in group.criteria if not line.result.counts_as_met]
    assert nothing.unseen == len({check.id for line in still_open for check in line.checks})


def test_a_scorecard_of_an_older_catalogue_is_still_shown() -> None:
    scorecard = card(varied())
    renamed = {f"OLD-{name}": result._replace(id=f"OLD-{name}") for name, result in scorecard.checks.items()}
    assert shown(replace(scorecard, checks=renamed)).groups


def test_the_blocking_criteria_do_not_exceed_the_framework() -> None:
    assert shown(replace(card(varied()), overall=Interval(4, 4))).groups


@pytest.mark.parametrize(
    ("change", "what", "after"),
    [
        ({"kind": "overall", "id": "overall", "before": "0", "after": "1 (up to 3)"}, "Overall level", "1 (up to 3)"),
        ({"kind": "dimension", "id": "people", "after": "2"}, "People", "2"),
        ({"kind": "check", "id": "GIT-01", "after": "NOT_MET"}, CATALOGUE["GIT-01"].question, "not met"),
        (
            {"kind": "criterion", "id": "P-2.1", "after": "MET (declared)"},
            FRAMEWORK.criterion("P-2.1").statement,
            "met (declared)",
        ),
        ({"kind": "check", "id": "GONE-1", "after": "MET"}, "GONE-1", "met"),
        ({}, "", ""),
    ],
)
def test_a_change_is_told_in_words(change: dict[str, str], what: str, after: str) -> None:
    line = change_line(change, FRAMEWORK, CATALOGUE)
    assert (line.what, line.after) == (what, after)


def test_levels_are_told_before_what_moved_them_and_the_overall_one_first() -> None:
    kinds = [("check", "GIT-01"), ("dimension", "people"), ("overall", "overall")]
    told = scoring_changes(NOW, [{"kind": kind, "id": name} for kind, name in kinds], FRAMEWORK, CATALOGUE)
    assert [line.what for line in told.levels] == ["Overall level", "People"]
    assert [line.id for line in told.details] == ["GIT-01"]


def test_outcomes_that_block_are_exactly_those_that_do_not_count_as_met() -> None:
    assert set(WORST_FIRST) == set(Outcome) - {Outcome.MET, Outcome.NOT_APPLICABLE}
