"""The ML Test Score: what earns a point, what half of one, the smallest section, the bands, and the way to the next."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.evidence import Evidence
from assessments.frameworks.shipped import framework
from assessments.scoring.difference import difference
from assessments.scoring.explain import explain
from assessments.scoring.next_steps import COSTS
from assessments.scoring.plan import rule_of
from assessments.scoring.points import PointsRule
from assessments.scoring.published import to_json
from assessments.scoring.rules import State
from assessments.scoring.scorecard import Interval, Points, Scorecard, Waiver
from assessments.scoring.what_if import what_if
from tests.assessments.scoring.worlds import (
    CHECK_IDS,
    DECLARATION,
    MET,
    NOT_APPLICABLE,
    NOT_MET,
    NOW,
    PARTIAL,
    POINT_WORLDS,
    UNKNOWN,
    WANTED,
    Verdicts,
    Wanted,
    World,
    attestation,
    attestations,
    criteria,
    dimension,
    everything,
    scored,
)

PAPER = framework("ml-test-score")
VERDICTS = st.dictionaries(st.sampled_from(CHECK_IDS), WANTED)
BY_HAND = [name for name, placed in PAPER.placed.items() if placed.criterion.met_by is None]


def card(verdicts: Verdicts, *extra: Evidence) -> Scorecard:
    return scored(verdicts, *extra, under=PAPER)


def sums(scorecard: Scorecard) -> list[Points | None]:
    return [section.points for section in scorecard.dimensions]


def told() -> Evidence:
    """Attestations of every test that no machine looks at."""
    return attestations([(name, "yes", 90) for name in BY_HAND])


def test_there_are_four_sections_of_seven_tests() -> None:
    sizes = [sum(c.dimension == section.key for c in PAPER.criteria) for section in PAPER.dimensions]
    assert sizes == [7, 7, 7, 7]
    assert [section.title for section in PAPER.dimensions] == ["Data", "Model", "Infrastructure", "Monitoring"]


@pytest.mark.parametrize(
    ("points", "band"),
    [
        (0, 0),
        (0.5, 1),
        (1, 1),
        (1.5, 2),
        (2, 2),
        (2.5, 3),
        (3, 3),
        (3.5, 4),
        (4.5, 4),
        (5, 4),
        (5.5, 5),
        (6, 5),
        (7, 5),
    ],
)
def test_the_bands_are_those_of_the_paper(points: float, band: int) -> None:
    """0 | (0, 1] | (1, 2] | (2, 3] | (3, 5] | above 5."""
    rule = rule_of(PAPER)
    assert isinstance(rule, PointsRule)
    assert rule.band(int(points * 2)) == band


@pytest.mark.parametrize(
    ("wanted", "earned"),
    [
        (MET, (1, 1)),
        (DECLARATION, (0.5, 0.5)),
        (NOT_MET, (0, 0)),
        (UNKNOWN, (0, 1)),
        (PARTIAL, (0, 1)),
        (NOT_APPLICABLE, (1, 1)),
    ],
)
def test_what_is_seen_at_work_earns_a_point_and_what_is_declared_half_of_one(
    wanted: Wanted, earned: tuple[float, float]
) -> None:
    data = dimension(card(everything(NOT_MET, but={"GIT-13": wanted}), attestations([])), "data-tests").points
    assert data is not None
    open_by_hand = 5  # the five tests of the section that only people can tell of
    assert (data.confirmed, data.possible - open_by_hand) == earned


def test_a_declared_test_rises_when_what_would_show_it_at_work_is_not_seen() -> None:
    verdicts = everything(NOT_MET, but={"GIT-16": DECLARATION, "MON-08": UNKNOWN})
    found = criteria(card(verdicts))["MLTS-3.6"]
    assert (found.outcome, found.strength, found.could_be_met) == (MET, 0.5, True)
    assert not criteria(card({**verdicts, "MON-08": NOT_MET}))["MLTS-3.6"].could_be_met


def test_an_attested_test_earns_half_a_point_and_may_be_automated_for_all_we_see() -> None:
    found = criteria(card({}, attestation("MLTS-1.2")))["MLTS-1.2"]
    assert (found.earned, found.could_be_met) == (0.5, True)


def test_the_score_is_the_smallest_section() -> None:
    verdicts = everything(but={"MON-01": NOT_MET, "MON-02": NOT_MET, "MON-04": NOT_MET, "ORC-06": NOT_MET})
    scorecard = card(verdicts)
    assert [found.confirmed for found in filter(None, sums(scorecard))] == [2, 3, 6, 0]
    assert scorecard.overall.confirmed == 0
    assert scorecard.points == Points(0, 2, 7)


def test_with_everything_seen_and_told_the_smallest_section_is_strong() -> None:
    scorecard = card(everything(), told())
    assert sums(scorecard) == [Points(4.5, 7, 7), Points(5, 7, 7), Points(6.5, 7, 7), Points(6, 7, 7)]
    assert scorecard.overall == Interval(4, 5)
    assert PAPER.level_name(scorecard.overall.confirmed) == "Strong"
    assert scorecard.path.target is None  # no machine can see what the data section lacks


@given(world=POINT_WORLDS, verdicts=VERDICTS)
def test_the_sums_are_those_of_the_tests(world: World, verdicts: Verdicts) -> None:
    scorecard = world.score(world.evidence(verdicts))
    for section in scorecard.dimensions:
        assert section.points is not None
        assert section.points.confirmed == sum(c.earned for c in section.criteria)
        assert section.points.possible == sum(1 if c.could_be_met else c.earned for c in section.criteria)
    assert scorecard.points == Points(
        min(s.points.confirmed for s in scorecard.dimensions if s.points),
        min(s.points.possible for s in scorecard.dimensions if s.points),
        4,
    )
    assert scorecard.overall.confirmed == min(s.interval.confirmed for s in scorecard.dimensions)


def passed(world: World, state: State, chosen: tuple[str, ...], target: int) -> bool:
    rule = rule_of(world.framework)
    return rule.overall(rule.confirmed(rule.finished(state, chosen))) >= target


@given(data=st.data(), world=POINT_WORLDS)
@settings(max_examples=80)
def test_no_other_set_of_tests_is_cheaper(data: st.DataObject, world: World) -> None:
    rule = rule_of(world.framework)
    every = rule.bits_of(rule.ids)
    met = data.draw(st.integers(0, every)) & every
    absent = data.draw(st.integers(0, every)) & every
    absent = rule.bits_of(n for n in rule.ids if rule.bits[n] & absent == rule.bits[n]) & ~met
    state = State(met, every & ~met & ~absent, absent)
    todo = rule.ids_of(every & ~(met | absent))
    costs = {name: data.draw(st.sampled_from(list(COSTS.values()))) for name in todo}
    target = rule.overall(rule.confirmed(state)) + 1
    if target > world.framework.top_level:
        return
    sets = chain.from_iterable(combinations(todo, size) for size in range(len(todo) + 1))
    possible = [sum(costs[n] for n in chosen) for chosen in sets if passed(world, state, chosen, target)]
    found = rule.path(state, target, costs, dict.fromkeys(todo, ()))
    assert (found is None) == (not possible)
    if found is not None:
        assert passed(world, state, found, target)
        assert sum(costs[n] for n in found) == min(possible)


@given(data=st.data(), world=POINT_WORLDS)
@settings(max_examples=60)
def test_with_prerequisites_the_path_has_them_and_no_step_that_could_be_left_out(
    data: st.DataObject, world: World
) -> None:
    rule = rule_of(world.framework)
    every = rule.bits_of(rule.ids)
    state = State(0, every, 0)
    earlier = {name: rule.ids[:index] for index, name in enumerate(rule.ids)}
    after = {
        n: tuple(data.draw(st.lists(st.sampled_from(e), max_size=2, unique=True))) if e else ()
        for n, e in earlier.items()
    }
    costs = {name: data.draw(st.sampled_from(list(COSTS.values()))) for name in rule.ids}
    found = rule.path(state, 1, costs, after)
    assert found is not None
    assert passed(world, state, found, 1)
    assert all(set(after[name]) <= set(found) for name in found)
    for name in found:
        rest = tuple(other for other in found if other != name)
        assert not passed(world, state, rest, 1) or any(name in after[other] for other in rest)


@given(world=POINT_WORLDS, verdicts=VERDICTS)
def test_the_path_leads_to_its_band(world: World, verdicts: Verdicts) -> None:
    scorecard = world.score(world.evidence(verdicts))
    path = scorecard.path
    if path.target is not None:
        assert path.leads_to.confirmed >= path.target
        assert path.leads_to == what_if(scorecard, world.framework, [step.criterion for step in path.steps])


def test_a_step_says_the_band_it_leads_to() -> None:
    path = card(everything(but={"MON-01": NOT_MET, "MON-02": NOT_MET, "MON-04": NOT_MET, "ORC-06": NOT_MET})).path
    assert path.target == 1
    assert [(step.dimension, step.level) for step in path.steps] == [("monitoring-tests", 1)]


def test_a_waiver_opens_the_gate_and_adds_no_point() -> None:
    verdicts = everything(but={"MON-01": NOT_MET, "MON-02": NOT_MET, "MON-04": NOT_MET, "ORC-06": NOT_MET})
    waiver = Waiver("MLTS-4.7", "accepted risk", NOW, NOW + timedelta(days=30))
    after = scored(verdicts, under=PAPER, waivers=[waiver])
    assert after.overall == card(verdicts).overall
    assert (after.overall.confirmed, after.waived.confirmed) == (0, 1)


def test_the_explanation_says_what_earns_nothing_what_half_and_what_cannot_be_told() -> None:
    verdicts = everything(but={"GIT-13": NOT_MET})
    sentence = explain(card(verdicts, attestation("MLTS-1.2")), PAPER)[0].sentence
    assert sentence == (
        "Data is in band 2 (up to 5) · 1.5 (up to 6) points – earning nothing: MLTS-1.1; half a point: MLTS-1.2; "
        "not to be told: MLTS-1.3, MLTS-1.4, MLTS-1.5 and MLTS-1.6."
    )


def test_a_change_of_points_inside_a_band_is_told_with_its_cause() -> None:
    before, after = card(everything(but={"MON-04": NOT_MET})), card(everything())
    changes = {change.id: change for change in difference(to_json(before), to_json(after))}
    assert changes["monitoring-tests"].before == "4 (up to 5) · 4 (up to 6) points"
    assert changes["monitoring-tests"].after == "4 (up to 5) · 5 (up to 7) points"
    assert changes["monitoring-tests"].cause == "new evidence"


def test_the_points_are_published_and_gated_scorecards_stay_as_they_were() -> None:
    document = to_json(card({}))
    assert document["points"] == {"confirmed": 0, "possible": 7, "out_of": 7}
    assert document["dimensions"]["data-tests"]["points"]["out_of"] == 7
    gated = to_json(scored({}))
    assert "points" not in gated
    assert not any("points" in found for found in gated["dimensions"].values())


def test_what_was_attested_and_no_machine_sees_is_no_blind_spot() -> None:
    spots = card(everything(), told()).blind_spots
    assert not any("MLTS-1.2" in spot for spot in spots)
