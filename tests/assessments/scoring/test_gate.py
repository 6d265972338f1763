"""The gate: what is asked for against both ends of the interval; waivers open it while they last, and raise nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assessments.scoring.gate import Decision, gate, passing_over, waived_now
from assessments.scoring.published import from_json, to_json
from assessments.scoring.scorecard import NotApplicable, Waiver
from tests.assessments.scoring.worlds import (
    CHECK_IDS,
    CRITERION_IDS,
    NOT_MET,
    NOW,
    WANTED,
    WORLDS,
    Verdicts,
    World,
    everything,
    scored,
)

VERDICTS = st.dictionaries(st.sampled_from(CHECK_IDS), WANTED)
WAIVED = st.sets(st.sampled_from(CRITERION_IDS))
LEVELS = st.integers(0, 4)


def waivers(names: set[str], days: int = 30) -> list[Waiver]:
    return [Waiver(name, "accepted risk", NOW, NOW + timedelta(days=days)) for name in sorted(names)]


@given(world=WORLDS, verdicts=VERDICTS, wanted=LEVELS, strict=st.booleans())
def test_one_demand_is_judged_by_both_ends_of_the_interval(
    world: World, verdicts: Verdicts, wanted: int, strict: bool
) -> None:
    card = world.score(world.evidence(verdicts))
    decision, reached = gate(card, wanted, strict=strict).decision, card.overall
    assert (decision is Decision.PASSES) == (reached.confirmed >= wanted)
    assert (decision is Decision.INCONCLUSIVE) == (reached.confirmed < wanted <= reached.possible and not strict)


@given(world=WORLDS, verdicts=VERDICTS, data=st.data())
def test_all_demands_together_are_as_bad_as_the_worst(world: World, verdicts: Verdicts, data: st.DataObject) -> None:
    card = world.score(world.evidence(verdicts))
    minima = [(dimension.key, data.draw(LEVELS)) for dimension in card.dimensions]
    order = [Decision.PASSES, Decision.INCONCLUSIVE, Decision.BELOW]
    alone = [gate(card, None, [demand]).decision for demand in minima]
    assert gate(card, None, minima).decision is max(alone, key=order.index)


@given(world=WORLDS, verdicts=VERDICTS, names=WAIVED)
def test_what_waivers_open_is_what_the_engine_says_they_open(world: World, verdicts: Verdicts, names: set[str]) -> None:
    card = world.score(world.evidence(verdicts), waivers=waivers(names))
    assert waived_now(card, NOW) == card.waived
    assert passing_over(card, frozenset()) == card.overall


@given(world=WORLDS, verdicts=VERDICTS, names=WAIVED)
def test_leaving_criteria_out_gives_the_level_the_engine_gives_without_them(
    world: World, verdicts: Verdicts, names: set[str]
) -> None:
    evidence = world.evidence(verdicts)
    without = [NotApplicable(name, "does not arise") for name in sorted(names)]
    before = world.score(evidence)
    superseding = {other for others in world.framework.superseded_by.values() for other in others}
    assume(not names & superseding)  # a superseding criterion that does not arise no longer vouches for another
    assert passing_over(before, names) == world.score(evidence, not_applicable=without).overall


@given(world=WORLDS, verdicts=VERDICTS, names=WAIVED, wanted=LEVELS)
def test_a_waiver_never_closes_a_gate_and_opens_it_only_by_name_and_for_a_time(
    world: World, verdicts: Verdicts, names: set[str], wanted: int
) -> None:
    card = world.score(world.evidence(verdicts), waivers=waivers(names))
    found, bare = gate(card, wanted), gate(card, wanted, waived=False)
    if bare.decision is Decision.PASSES:
        assert found.decision is Decision.PASSES
        assert not found.openings
    elif found.decision is Decision.PASSES:
        assert {opening.criterion for opening in found.openings} <= names
        assert found.open_until == NOW + timedelta(days=30)
        assert gate(card, wanted, at=NOW + timedelta(days=30)).decision is bare.decision


def test_it_says_why_in_words() -> None:
    verdicts = everything(but={"GIT-05": NOT_MET})
    card = scored(verdicts)
    assert gate(card, 1).sentence == "Level 0 is confirmed and no more than 0 is possible; 1 was asked for."
    blocking = {c.id for d in card.dimensions for c in d.criteria if c.level and not c.counts_as_met}
    opened = scored(verdicts, waivers=waivers(blocking, days=9))
    assert opened.overall.confirmed == 0
    assert gate(opened, 1).sentence == (
        "Level 0 is confirmed, waived to 4 until 2 December 2026: the gate for level 1 is open."
    )


def test_what_cannot_be_told_yet_is_said_and_without_a_demand_it_passes() -> None:
    card = scored({})
    assert gate(card, 2).sentence == "Level 0 is confirmed and 4 is possible: whether it is 2 cannot be told yet."
    assert gate(card).decision is Decision.PASSES
    assert gate(card).sentence == "No level was asked for."


def test_a_dimension_that_there_is_not_is_named_with_those_there_are() -> None:
    with pytest.raises(LookupError, match="model-release"):
        gate(scored({}), None, [("astrology", 2)])


def test_a_stored_scorecard_is_decided_like_a_fresh_one() -> None:
    card = scored(everything(but={"GIT-05": NOT_MET}))
    assert gate(from_json(to_json(card)), 2) == gate(card, 2)
