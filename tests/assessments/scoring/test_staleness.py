"""Evidence runs out: what rests on it becomes stale, what does not is left alone; a broken check breaks alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assessments.checks.base import Check, Facts
from assessments.checks.verdict import DECLARED, Verdict, met, not_met, unknown
from assessments.evidence import Evidence, Sight
from assessments.frameworks.shipped import framework
from assessments.scoring.engine import score
from assessments.scoring.scorecard import CheckResult, Interval
from mlops_portal.kernel.registry import Registry
from tests.assessments.scoring.worlds import (
    CATALOGUE,
    ERROR,
    MET,
    NOT_APPLICABLE,
    NOT_MET,
    NOW,
    PARTIAL,
    STALE,
    UNKNOWN,
    Wanted,
    blind,
    everything,
    scored,
    seen,
)

DAY = timedelta(days=1)


@pytest.mark.parametrize(("age", "outcome"), [(30, MET), (31, STALE)])
def test_a_verdict_is_valid_to_the_last_moment_of_its_days(age: int, outcome: Wanted) -> None:
    result = scored({}, seen("pushed.GIT-07", MET, at=NOW - age * DAY)).checks["GIT-07"]
    assert result.verdict.outcome is outcome
    assert result.valid_until == NOW + (30 - age) * DAY


@pytest.mark.parametrize("wanted", [MET, PARTIAL, NOT_APPLICABLE])
def test_what_speaks_for_the_project_runs_out(wanted: Wanted) -> None:
    assert scored({}, seen("pushed.GIT-07", wanted, at=NOW - 31 * DAY)).checks["GIT-07"].verdict.outcome is STALE


@pytest.mark.parametrize("wanted", [NOT_MET, UNKNOWN])
def test_what_does_not_is_kept(wanted: Wanted) -> None:
    assert scored({}, seen("pushed.GIT-07", wanted, at=NOW - 31 * DAY)).checks["GIT-07"].verdict.outcome is wanted


def test_an_explicit_end_comes_before_the_days_of_validity() -> None:
    result = scored({}, seen("pushed.GIT-07", MET, at=NOW - 2 * DAY, until=NOW - DAY)).checks["GIT-07"]
    assert result.verdict.outcome is STALE
    assert "Ran out on 2026-11-22" in result.verdict.reason


def test_evidence_from_a_clock_that_is_ahead_lasts_no_longer_than_that_of_now() -> None:
    result = scored({}, seen("pushed.GIT-07", MET, at=NOW + 5000 * DAY)).checks["GIT-07"]
    assert result.valid_until == NOW + 30 * DAY


def test_seen_again_it_is_valid_again() -> None:
    old, new = seen("pushed.GIT-07", MET, at=NOW - 31 * DAY), seen("pushed.GIT-07", MET)
    assert scored({}, old, new).checks["GIT-07"].verdict.outcome is MET


def test_a_stale_check_lowers_what_is_confirmed_and_not_what_is_possible() -> None:
    old = seen("monitoring.MON-01", MET, at=NOW - 3 * DAY)
    scorecard = scored({**everything(but={"MON-01": UNKNOWN, "HUM-08": NOT_MET})}, old)
    assert scorecard.checks["MON-01"].verdict.outcome is UNKNOWN  # the newer evidence stands
    stale = scored({k: v for k, v in everything(but={"HUM-08": NOT_MET}).items() if k != "MON-01"}, old)
    assert stale.overall == Interval(2, 4)


def one_check(answer: object, evidence: list[Evidence], *, may_read: tuple[str, ...] = ()) -> CheckResult:
    """GIT-03 answered by a function of the test; it needs git.code."""
    registry: Registry[Check] = Registry("check")
    registry.register("GIT-03", Check("GIT-03", ("git.code",), may_read, answer))  # type: ignore[arg-type]
    return score(evidence, framework(), CATALOGUE, now=NOW, checks=registry).checks["GIT-03"]


def test_a_verdict_that_stands_without_what_ran_out_is_not_stale() -> None:
    old = seen("mlflow.runs", MET, at=NOW - 200 * DAY)
    result = one_check(lambda _: met("It is there."), [seen("git.code", MET), old], may_read=("mlflow.runs",))
    assert (result.verdict.outcome, result.valid_until) == (MET, NOW + 180 * DAY)


def test_a_verdict_that_rests_on_what_ran_out_is_stale_even_if_it_only_may_read_it() -> None:
    def answer(facts: Facts) -> Verdict:
        return met("Both are there.") if facts.get("mlflow.runs") else not_met("One is missing.")

    old = seen("mlflow.runs", MET, at=NOW - 200 * DAY)
    assert one_check(answer, [seen("git.code", MET), old], may_read=("mlflow.runs",)).verdict.outcome is STALE


def test_without_the_old_evidence_a_weaker_answer_may_remain() -> None:
    def answer(facts: Facts) -> Verdict:
        return met("Seen at work.") if facts.get("mlflow.runs") else met("Declared.", strength=DECLARED)

    old = seen("mlflow.runs", MET, at=NOW - 200 * DAY)
    result = one_check(answer, [seen("git.code", MET), old], may_read=("mlflow.runs",))
    assert (result.verdict.outcome, result.verdict.strength) == (MET, DECLARED)


def broken(facts: Facts) -> Verdict:
    raise KeyError("secret-value")


def test_a_check_that_fails_is_an_error_of_that_check_alone_and_tells_no_values() -> None:
    verdict = one_check(broken, [seen("git.code", MET)]).verdict
    assert verdict.outcome is ERROR
    assert "KeyError at test_staleness.py" in verdict.reason
    assert "secret-value" not in verdict.reason


def test_a_check_that_answers_nothing_is_an_error() -> None:
    assert one_check(lambda _: None, [seen("git.code", MET)]).verdict.outcome is ERROR


def test_operators_are_told_of_errors() -> None:
    scorecard = scored({}, blind("mlflow.MLF-05", Sight.ERROR))
    assert scorecard.checks["MLF-05"].verdict.outcome is ERROR
    assert any("MLF-05" in note and note.startswith("Operators:") for note in scorecard.notes)


def test_a_lifted_declaration_is_valid_no_longer_than_what_lifts_it() -> None:
    scorecard = scored({"GIT-12": "declared"}, seen("orchestrator.ORC-01", MET, at=NOW - 20 * DAY))
    result = scorecard.checks["GIT-12"]
    assert (result.verdict.strength, result.valid_until) == (1.0, NOW + 10 * DAY)
    assert "Seen at work by ORC-01." in result.verdict.reason


def test_a_check_names_the_evidence_it_rests_on_and_how_looking_went() -> None:
    scorecard = scored({"GIT-12": "declared"}, blind("orchestrator.ORC-01", Sight.UNAUTHORISED))
    git, orchestrator = scorecard.checks["GIT-12"].evidence
    assert git.startswith("git.GIT-12:")
    assert len(git.split(":")[1]) == 64
    assert orchestrator.startswith("orchestrator.ORC-01:")
    assert orchestrator.endswith(":unauthorised")
    assert unknown("x").outcome is scorecard.checks["ORC-01"].verdict.outcome
