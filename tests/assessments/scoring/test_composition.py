"""How the checks of each criterion combine: the defaults, and every exception that is written down."""

from __future__ import annotations

import pytest

from assessments.checks.verdict import Outcome
from tests.assessments.scoring.worlds import (
    ERROR,
    MET,
    NOT_APPLICABLE,
    NOT_MET,
    PARTIAL,
    STALE,
    UNKNOWN,
    Wanted,
    criterion,
    everything,
    scored,
)

#: criterion, verdicts of some checks (the others unknown), outcome of the criterion
CASES: list[tuple[str, dict[str, Wanted], Outcome]] = [
    # MC-2.1 = ORC-04 or HUM-05
    ("MC-2.1", {"ORC-04": MET}, MET),
    ("MC-2.1", {"HUM-05": MET}, MET),
    ("MC-2.1", {"ORC-04": NOT_MET, "HUM-05": MET}, NOT_MET),
    ("MC-2.1", {"HUM-05": NOT_MET}, UNKNOWN),
    ("MC-2.1", {"ORC-04": NOT_APPLICABLE, "HUM-05": NOT_MET}, NOT_MET),
    # MC-2.3 = GIT-02 and MLF-03
    ("MC-2.3", {"GIT-02": MET, "MLF-03": MET}, MET),
    ("MC-2.3", {"GIT-02": MET}, UNKNOWN),
    ("MC-2.3", {"GIT-02": MET, "MLF-03": NOT_MET}, NOT_MET),
    ("MC-2.3", {"GIT-02": NOT_APPLICABLE, "MLF-03": MET}, MET),
    # MC-2.5 = ORC-02 and ORC-03; ORC-06 supports
    ("MC-2.5", {"ORC-02": MET, "ORC-03": MET, "ORC-06": NOT_MET}, MET),
    ("MC-2.5", {"ORC-02": MET, "ORC-03": NOT_MET}, NOT_MET),
    # MC-2.6 = GIT-11 and MLF-04 and ORC-05; GIT-13 and MLF-07 support
    ("MC-2.6", {"GIT-11": MET, "MLF-04": MET, "ORC-05": MET, "GIT-13": NOT_MET, "MLF-07": NOT_MET}, MET),
    ("MC-2.6", {"GIT-11": MET, "MLF-04": MET}, UNKNOWN),
    ("MC-2.6", {"GIT-11": MET, "MLF-04": NOT_MET, "ORC-05": MET}, NOT_MET),
    # MR-2.2 = APR-01 and APR-02
    ("MR-2.2", {"APR-01": MET, "APR-02": MET}, MET),
    ("MR-2.2", {"APR-01": MET, "APR-02": NOT_MET}, NOT_MET),
    # MR-2.3 = APR-05
    ("MR-2.3", {"APR-05": MET}, MET),
    ("MR-2.3", {"APR-05": NOT_MET}, NOT_MET),
    # AI-1.4 = GIT-18 or MON-01
    ("AI-1.4", {"GIT-18": MET, "MON-01": NOT_MET}, MET),
    ("AI-1.4", {"GIT-18": NOT_MET, "MON-01": MET}, MET),
    ("AI-1.4", {"GIT-18": NOT_MET}, UNKNOWN),
    ("AI-1.4", {"GIT-18": NOT_MET, "MON-01": NOT_MET}, NOT_MET),
    # MR-3.4 = MON-08; GIT-16 alone counts half
    ("MR-3.4", {"MON-08": MET}, MET),
    ("MR-3.4", {"GIT-16": MET}, PARTIAL),
    ("MR-3.4", {"GIT-16": NOT_MET}, UNKNOWN),
    ("MR-3.4", {"GIT-16": MET, "MON-08": NOT_MET}, NOT_MET),
    ("MR-3.4", {"GIT-16": MET, "MON-08": NOT_APPLICABLE}, NOT_APPLICABLE),
    # AI-1.2 = GIT-09; GIT-07 supports
    ("AI-1.2", {"GIT-09": MET, "GIT-07": NOT_MET}, MET),
    ("AI-1.2", {"GIT-07": MET}, UNKNOWN),
    # AI-3.1 = MLF-08 and MLF-10; MLF-09 supports
    ("AI-3.1", {"MLF-08": MET, "MLF-10": MET, "MLF-09": NOT_MET}, MET),
    ("AI-3.1", {"MLF-08": MET, "MLF-10": NOT_MET}, NOT_MET),
    # AI-4.1 = MON-01 and MON-02 and MON-07; MON-03 and MON-04 support
    ("AI-4.1", {"MON-01": MET, "MON-02": MET, "MON-07": MET, "MON-03": NOT_MET, "MON-04": NOT_MET}, MET),
    ("AI-4.1", {"MON-01": MET, "MON-02": MET, "MON-07": NOT_MET}, NOT_MET),
    ("AI-4.1", {"MON-01": MET, "MON-02": MET}, UNKNOWN),
    # P-2.1 = HUM-01 and HUM-02; GIT-17 supports
    ("P-2.1", {"HUM-01": MET, "HUM-02": MET, "GIT-17": NOT_MET}, MET),
    ("P-2.1", {"HUM-01": MET, "HUM-02": PARTIAL}, PARTIAL),
    ("P-2.1", {"HUM-01": MET, "HUM-02": NOT_MET}, NOT_MET),
    # the default: all listed checks
    ("MC-2.2", {"MLF-01": MET, "MLF-02": MET}, MET),
    ("MC-2.2", {"MLF-01": MET, "MLF-02": NOT_MET}, NOT_MET),
    ("AI-1.3", {"GIT-01": MET, "GIT-05": MET, "GIT-06": MET}, MET),
    ("AI-1.3", {"GIT-01": MET, "GIT-05": NOT_MET, "GIT-06": MET}, NOT_MET),
    ("MR-4.1", {"ORC-09": MET, "APR-03": MET}, MET),
    ("MR-4.2", {"MLF-12": MET, "MON-09": NOT_MET}, NOT_MET),
    ("P-4.2", {"MON-05": MET, "MON-06": PARTIAL}, PARTIAL),
]


@pytest.mark.parametrize(("name", "verdicts", "outcome"), CASES, ids=[f"{c[0]} {sorted(c[1])} {c[2]}" for c in CASES])
def test_a_criterion_follows_its_composition(name: str, verdicts: dict[str, Wanted], outcome: Outcome) -> None:
    assert criterion(scored(verdicts), name).outcome is outcome


@pytest.mark.parametrize(("verdict", "outcome"), [(STALE, STALE), (ERROR, ERROR), (PARTIAL, PARTIAL)])
def test_what_ran_out_or_broke_stays_visible_in_the_criterion(verdict: Wanted, outcome: Outcome) -> None:
    assert criterion(scored(everything(but={"MLF-05": verdict})), "MC-2.4").outcome is outcome


def test_a_criterion_whose_checks_all_do_not_apply_does_not_apply_and_does_not_block() -> None:
    result = criterion(scored({"GIT-04": NOT_APPLICABLE}), "MR-2.1")
    assert result.outcome is NOT_APPLICABLE
    assert result.counts_as_met


def test_the_reason_names_the_check_that_decides() -> None:
    result = criterion(scored({"GIT-01": MET, "GIT-05": NOT_MET, "GIT-06": MET}), "AI-1.3")
    assert result.reason == "GIT-05 is not_met. (GIT-05)"


def test_the_strength_of_a_criterion_is_that_of_its_weakest_part() -> None:
    verdicts: dict[str, Wanted] = {"GIT-01": MET, "GIT-05": MET, "GIT-06": "declared"}
    assert criterion(scored(verdicts), "AI-1.3").strength == 0.5
