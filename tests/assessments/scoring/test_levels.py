"""Each level of the default framework can be reached, and is blocked by each criterion that it asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from assessments.evidence import Evidence
from assessments.frameworks.framework import Framework
from assessments.frameworks.shipped import framework, shipped_frameworks
from assessments.scoring.scorecard import Completion, Interval
from tests.assessments.scoring.worlds import (
    DECLARATION,
    MET,
    NOT_APPLICABLE,
    NOT_MET,
    PARTIAL,
    UNKNOWN,
    Wanted,
    attestations,
    criterion,
    dimension,
    everything,
    scored,
)

DEFAULT = framework()
GATED = [under for under in shipped_frameworks() if under.rule == "gated"]
GATING = [
    pytest.param(under, name, id=f"{under.id} {name}")
    for under in GATED
    for name, placed in under.placed.items()
    if placed.level is not None
]


def failing(names: set[str], under: Framework) -> dict[str, Wanted]:
    """Everything met, except the checks that decide these criteria and no others."""
    kept = {c for n, p in under.placed.items() if n not in names for c in p.criterion.decided_by}
    lost = {c for n in names for c in under.criterion(n).decided_by}
    return everything(MET, but=dict.fromkeys(lost - kept, NOT_MET) | {"HUM-08": NOT_MET})


def told(under: Framework, but: Iterable[str] = ()) -> Evidence:
    """Attestations of everything that no machine can see and that applies, with exceptions."""
    unseen = [n for n, p in under.placed.items() if p.criterion.met_by is None and not p.criterion.opened_by]
    return attestations([(name, "yes", 90) for name in unseen if name not in but])


def above(level: int, under: Framework) -> set[str]:
    """The criteria above a level."""
    return {name for name, placed in under.placed.items() if placed.level is not None and placed.level > level}


@pytest.mark.parametrize("under", GATED, ids=lambda under: under.id)
def test_a_project_with_everything_is_at_the_top_with_certainty(under: Framework) -> None:
    verdicts = everything(but={"HUM-08": NOT_MET})
    assert scored(verdicts, told(under), under=under).overall == Interval(under.top_level, under.top_level)


@pytest.mark.parametrize(
    ("under", "level"), [pytest.param(f, n, id=f"{f.id} {n}") for f in GATED for n in range(f.top_level)]
)
def test_each_level_is_reached_when_only_what_is_above_it_fails(under: Framework, level: int) -> None:
    higher = above(level, under)
    scorecard = scored(failing(higher, under), told(under, but=higher), under=under)
    assert scorecard.overall == Interval(level, level)


@pytest.mark.parametrize(("under", "name"), GATING)
def test_each_criterion_blocks_its_level_in_its_dimension(under: Framework, name: str) -> None:
    """Whatever the checks of one criterion fail, the dimension stops below its level (unless it is superseded)."""
    placed, level = under.placed[name], under.level_of(name) or 0
    decisive = [c for c in placed.criterion.decided_by if c != "HUM-08"]
    verdicts = everything(but={"HUM-08": MET} | dict.fromkeys(decisive, NOT_MET))
    result = criterion(scored(verdicts, under=under), name)
    superseded = any(
        not set(under.criterion(other).decided_by) & set(decisive) for other in under.superseded_by.get(name, ())
    )
    assert result.counts_as_met is superseded
    if not superseded:
        reached = dimension(scored(verdicts, under=under), placed.criterion.dimension).interval
        assert reached.confirmed < level
        assert reached.possible < level or not decisive


@pytest.mark.parametrize("wanted", [UNKNOWN, PARTIAL])
def test_what_is_unknown_or_partial_keeps_the_upper_end_open(wanted: Wanted) -> None:
    assert scored(everything(but={"MLF-05": wanted, "HUM-08": NOT_MET})).overall == Interval(1, 4)


def test_the_overall_level_is_the_lowest_dimension_at_both_ends() -> None:
    scorecard = scored(everything(but={"GIT-03": UNKNOWN, "GIT-04": UNKNOWN, "MON-06": NOT_MET, "HUM-08": NOT_MET}))
    assert dimension(scorecard, "model-release").interval == Interval(0, 4)
    assert dimension(scorecard, "people").interval == Interval(2, 2)
    assert scorecard.overall == Interval(0, 2)


def test_overall_without_people_leaves_the_self_reported_dimension_out() -> None:
    answers = dict.fromkeys(("HUM-01", "HUM-02", "HUM-03"), NOT_MET)
    scorecard = scored(everything(but={**answers, "HUM-08": NOT_MET}))
    assert (scorecard.overall, scorecard.without_people) == (Interval(1, 1), Interval(4, 4))


def test_a_level_that_a_framework_leaves_empty_in_a_dimension_is_inherited() -> None:
    scorecard = scored({})
    assert dimension(scorecard, "people").interval == Interval(1, 4)


def test_completion_counts_every_level_so_that_a_gate_does_not_hide_the_work_above_it() -> None:
    scorecard = scored(everything(but={"GIT-03": NOT_MET, "GIT-04": NOT_MET, "HUM-08": NOT_MET}))
    assert dimension(scorecard, "model-release").completion == (
        Completion(1, 0, 1),
        Completion(2, 2, 3),
        Completion(3, 5, 5),
        Completion(4, 1, 1),
    )
    assert scorecard.completion[0] == Completion(1, 5, 6)


def test_a_criterion_without_a_level_is_shown_and_does_not_gate() -> None:
    scorecard = scored(everything(but={"HUM-07": NOT_MET, "APR-01": NOT_MET, "GIT-15": NOT_MET, "HUM-08": NOT_MET}))
    assert criterion(scorecard, "MR-1.2").level is None
    assert not criterion(scorecard, "MR-1.2").counts_as_met
    assert scored(everything(but={"MLF-12": NOT_MET, "HUM-08": NOT_MET})).overall == Interval(4, 4)


def test_at_level_1_a_declaration_is_enough_and_from_level_2_on_it_is_not() -> None:
    declared = {"GIT-09": DECLARATION, "GIT-12": DECLARATION, "HUM-08": NOT_MET}
    scorecard = scored(everything(but=declared | {"GIT-07": UNKNOWN, "ORC-01": UNKNOWN}))
    assert criterion(scorecard, "AI-1.2").outcome is MET
    assert criterion(scorecard, "AI-1.2").strength == 0.5
    assert criterion(scorecard, "MC-1.1").outcome is UNKNOWN


CONFIRMATIONS: Mapping[str, str] = {
    "GIT-06": "GIT-07",
    "GIT-08": "GIT-07",
    "GIT-09": "GIT-07",
    "GIT-10": "GIT-07",
    "GIT-12": "ORC-01",
    "GIT-14": "ORC-08",
    "GIT-15": "ORC-08",
    "GIT-16": "MON-08",
    "GIT-18": "MON-01",
}


@pytest.mark.parametrize(("declared", "confirming"), CONFIRMATIONS.items())
@pytest.mark.parametrize(
    ("wanted", "strength"), [(MET, 1.0), (DECLARATION, 0.5), (NOT_MET, 0.5), (UNKNOWN, 0.5), (NOT_APPLICABLE, 0.5)]
)
def test_a_declaration_reaches_full_strength_only_with_its_run_time_check(
    declared: str, confirming: str, wanted: Wanted, strength: float
) -> None:
    scorecard = scored({declared: DECLARATION, confirming: wanted})
    assert scorecard.checks[declared].verdict.strength == strength


def test_a_declaration_that_nothing_confirms_leaves_a_higher_level_open_but_possible() -> None:
    scorecard = scored(everything(but={"GIT-14": DECLARATION, "ORC-08": UNKNOWN, "HUM-08": NOT_MET}))
    assert criterion(scorecard, "MR-3.5").outcome is PARTIAL
    assert scorecard.overall == Interval(2, 4)
