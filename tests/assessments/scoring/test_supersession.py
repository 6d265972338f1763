"""What is met higher up need not be met again below."""

from __future__ import annotations

import pytest

from assessments.frameworks.framework import Framework
from assessments.frameworks.shipped import framework
from assessments.scoring.scorecard import Interval
from tests.assessments.scoring.worlds import (
    MET,
    NOT_APPLICABLE,
    NOT_MET,
    UNKNOWN,
    Wanted,
    criterion,
    dimension,
    everything,
    scored,
)

#: superseded, its checks, what supersedes it, the checks of that
CASES = [
    ("MR-1.1", ["GIT-03"], "MR-2.1", ["GIT-04"]),
    ("MR-1.2", ["HUM-07"], "MR-2.2", ["APR-01", "APR-02"]),
    ("MR-1.2", ["HUM-07"], "MR-3.2", ["GIT-15", "ORC-08"]),
    ("MR-2.2", ["APR-01", "APR-02"], "MR-3.2", ["GIT-15", "ORC-08"]),
    ("AI-1.1", ["GIT-08"], "AI-3.1", ["MLF-08", "MLF-10"]),
    ("AI-1.3", ["GIT-06"], "AI-3.3", ["GIT-05", "GIT-10"]),
]


@pytest.mark.parametrize("under", [framework("mlops-levels"), framework("azure-mlops")], ids=lambda under: under.id)
@pytest.mark.parametrize(("name", "checks", "by", "its_checks"), CASES, ids=str)
def test_a_superseded_criterion_counts_as_met_through_the_other(
    under: Framework, name: str, checks: list[str], by: str, its_checks: list[str]
) -> None:
    verdicts: dict[str, Wanted] = {**dict.fromkeys(checks, NOT_MET), **dict.fromkeys(its_checks, MET)}
    result = criterion(scored(verdicts, under=under), name)
    assert result.outcome is NOT_MET
    assert result.counts_as_met
    assert result.superseded_by in (by, "MR-2.2")


@pytest.mark.parametrize(("name", "checks", "by", "its_checks"), CASES, ids=str)
@pytest.mark.parametrize("wanted", [NOT_MET, NOT_APPLICABLE])
def test_it_stays_open_when_the_other_is_not_really_met(
    name: str, checks: list[str], by: str, its_checks: list[str], wanted: Wanted
) -> None:
    verdicts: dict[str, Wanted] = {**dict.fromkeys(checks, NOT_MET), **dict.fromkeys(its_checks, wanted)}
    assert not criterion(scored(verdicts), name).counts_as_met


def test_supersession_reaches_through_several_steps() -> None:
    verdicts = everything(but={"HUM-07": NOT_MET, "APR-01": NOT_MET, "HUM-08": NOT_MET})
    scorecard = scored(verdicts, under=framework("azure-mlops"))
    assert criterion(scorecard, "MR-1.2").superseded_by == "MR-2.2"
    assert criterion(scorecard, "MR-2.2").superseded_by == "MR-3.2"
    assert scorecard.overall == Interval(4, 4)


def test_a_superseder_that_is_unknown_keeps_the_level_possible() -> None:
    scorecard = scored(everything(but={"GIT-03": NOT_MET, "GIT-04": UNKNOWN, "HUM-08": NOT_MET}))
    result = criterion(scorecard, "MR-1.1")
    assert not result.counts_as_met
    assert result.could_be_met
    assert dimension(scorecard, "model-release").interval == Interval(0, 4)


def test_a_criterion_met_by_itself_does_not_claim_to_be_superseded() -> None:
    assert criterion(scored(everything()), "MR-1.1").superseded_by == ""
