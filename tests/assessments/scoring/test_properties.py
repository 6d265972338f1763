"""The nine properties of the scoring, over generated evidence, catalogues and frameworks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.evidence import Evidence, Sight
from assessments.frameworks.framework import Framework
from assessments.frameworks.shipped import shipped_frameworks
from assessments.scoring.engine import answer, score, score_answers
from assessments.scoring.plan import rule_of
from assessments.scoring.points import PointsRule
from assessments.scoring.published import canonical_bytes, from_json, to_json
from assessments.scoring.scorecard import Interval, Points, Scorecard, Waiver
from tests.assessments.scoring.worlds import (
    ANY_WORLDS,
    CATALOGUE,
    CHECK_IDS,
    CHECKS,
    CRITERION_IDS,
    MET,
    NOW,
    POINT_WORLDS,
    WANTED,
    WORLDS,
    Statements,
    Verdicts,
    World,
    attestations,
    blind,
    criteria,
    evidence_of,
    scored,
    seen,
    topic_of,
    verdicts_for,
)

VERDICTS = st.dictionaries(st.sampled_from(CHECK_IDS), WANTED)
STATEMENTS = st.lists(
    st.tuples(st.sampled_from(CRITERION_IDS), st.sampled_from(["yes", "no", "not-sure"]), st.integers(-20, 20)),
    max_size=4,
    unique_by=lambda statement: statement[0],
)
FRAMEWORKS = pytest.mark.parametrize("framework", shipped_frameworks(), ids=lambda framework: framework.id)


def intervals(scorecard: Scorecard) -> list[Interval | Points]:
    """Every level of a scorecard: overall, without people, and by dimension; and the points, where they are counted."""
    points = [d.points for d in scorecard.dimensions if d.points]
    return [scorecard.overall, scorecard.without_people, *(d.interval for d in scorecard.dimensions), *points]


def earlier(items: list[Evidence]) -> list[Evidence]:
    """The same evidence, seen an hour before."""
    hour = timedelta(hours=1)
    return [replace(i, effective_at=i.effective_at - hour, collected_at=i.collected_at - hour) for i in items]


@given(world=ANY_WORLDS, verdicts=VERDICTS, statements=STATEMENTS, name=st.sampled_from(CHECK_IDS))
def test_a_a_true_fact_never_lowers_what_is_confirmed(
    world: World, verdicts: Verdicts, statements: Statements, name: str
) -> None:
    people = attestations(statements)
    before = world.score([*world.evidence(verdicts), people])
    after = world.score([*world.evidence(verdicts | {name: MET}), people])
    assert all(b.confirmed <= a.confirmed for b, a in zip(intervals(before), intervals(after), strict=True))


@FRAMEWORKS
@given(verdicts=verdicts_for(CATALOGUE), name=st.sampled_from([e.id for e in CATALOGUE if e.id != "HUM-08"]))
@settings(max_examples=40)
def test_a_holds_in_the_shipped_frameworks(framework: Framework, verdicts: Verdicts, name: str) -> None:
    before, after = scored(verdicts, under=framework), scored(verdicts | {name: MET}, under=framework)
    assert all(b.confirmed <= a.confirmed for b, a in zip(intervals(before), intervals(after), strict=True))


@given(world=ANY_WORLDS, verdicts=VERDICTS, statements=STATEMENTS, lost=st.sets(st.sampled_from(CHECK_IDS)))
def test_b_losing_access_only_widens_the_interval(
    world: World, verdicts: Verdicts, statements: Statements, lost: set[str]
) -> None:
    evidence = earlier([*world.evidence(verdicts), attestations(statements)])
    gone = [blind(topic_of(world.catalogue[name]), Sight.UNAUTHORISED) for name in lost if name in verdicts]
    before, after = intervals(world.score(evidence)), intervals(world.score([*evidence, *gone]))
    assert all(a.confirmed <= b.confirmed and b.possible <= a.possible for b, a in zip(before, after, strict=True))


@given(world=ANY_WORLDS, verdicts=VERDICTS, statements=STATEMENTS)
def test_b_losing_sight_of_what_people_said_only_widens_the_interval(
    world: World, verdicts: Verdicts, statements: Statements
) -> None:
    evidence = earlier([*world.evidence(verdicts), attestations(statements)])
    before = intervals(world.score(evidence))
    after = intervals(world.score([*evidence, blind("human.form", Sight.UNAUTHORISED)]))
    assert all(a.confirmed <= b.confirmed and b.possible <= a.possible for b, a in zip(before, after, strict=True))


@FRAMEWORKS
@given(verdicts=verdicts_for(CATALOGUE), data=st.data())
@settings(max_examples=40)
def test_b_holds_in_the_shipped_frameworks(framework: Framework, verdicts: Verdicts, data: st.DataObject) -> None:
    lost = data.draw(st.sets(st.sampled_from(sorted(verdicts)))) if verdicts else set()
    statements = data.draw(
        st.lists(st.tuples(st.sampled_from(sorted(framework.placed)), st.sampled_from(["yes", "no"]), st.just(9)))
    )
    evidence = earlier([*evidence_of(verdicts), attestations(statements)])
    gone = [blind(topic_of(CATALOGUE[name]), Sight.UNAUTHORISED) for name in lost]
    before = intervals(scored({}, *evidence, under=framework))
    after = intervals(scored({}, *evidence, *gone, under=framework))
    assert all(a.confirmed <= b.confirmed and b.possible <= a.possible for b, a in zip(before, after, strict=True))


@given(
    world=WORLDS,
    verdicts=VERDICTS,
    fault=st.sampled_from([Sight.UNREACHABLE, Sight.ERROR]),
    name=st.sampled_from(CHECK_IDS),
)
def test_b_a_passing_fault_changes_no_level_at_all(world: World, verdicts: Verdicts, fault: Sight, name: str) -> None:
    evidence = earlier(world.evidence(verdicts | {name: MET}))
    fault_evidence = blind(topic_of(world.catalogue[name]), fault)
    assert intervals(world.score(evidence)) == intervals(world.score([*evidence, fault_evidence]))


@given(world=ANY_WORLDS)
def test_c_without_evidence_no_gating_criterion_is_confirmed_and_every_level_is_possible(world: World) -> None:
    scorecard = world.score([])
    assert scorecard.overall.possible == world.framework.top_level == 3
    assert scorecard.overall.confirmed == 0
    assert not any(result.counts_as_met for result in criteria(scorecard).values())


@FRAMEWORKS
def test_c_without_evidence_the_shipped_frameworks_confirm_0_and_allow_the_highest(framework: Framework) -> None:
    assert scored({}, under=framework).overall == Interval(0, framework.top_level)


@given(world=ANY_WORLDS, verdicts=VERDICTS, statements=STATEMENTS, data=st.data())
def test_d_the_order_of_collection_does_not_matter(
    world: World, verdicts: Verdicts, statements: Statements, data: st.DataObject
) -> None:
    old = earlier(world.evidence(data.draw(VERDICTS)))
    evidence = [*old, *world.evidence(verdicts), attestations(statements)]
    shuffled = data.draw(st.permutations(evidence))
    assert canonical_bytes(world.score(evidence)) == canonical_bytes(world.score(shuffled))


@given(world=ANY_WORLDS, verdicts=VERDICTS, statements=STATEMENTS)
def test_e_the_same_evidence_and_versions_give_the_same_bytes(
    world: World, verdicts: Verdicts, statements: Statements
) -> None:
    first, again = world.score([*world.evidence(verdicts), attestations(statements)]), world.again()
    second = again.score([*again.evidence(verdicts), attestations(statements)])
    assert canonical_bytes(first) == canonical_bytes(second)


@given(verdicts=verdicts_for(CATALOGUE))
@settings(max_examples=25)
def test_e_answers_given_once_and_judged_under_each_framework_give_the_same_bytes(verdicts: Verdicts) -> None:
    evidence = [*evidence_of(verdicts), attestations([("MC-2.7", "yes", 9), ("MLTS-1.2", "yes", 9)])]
    answers = answer(evidence, CATALOGUE, now=NOW, checks=CHECKS)
    for framework in shipped_frameworks():
        alone = score(evidence, framework, CATALOGUE, now=NOW, checks=CHECKS)
        assert canonical_bytes(score_answers(answers, framework)) == canonical_bytes(alone)


@given(world=ANY_WORLDS, verdicts=VERDICTS, statements=STATEMENTS)
def test_e_what_is_published_is_read_back_as_it_was(world: World, verdicts: Verdicts, statements: Statements) -> None:
    scorecard = world.score([*world.evidence(verdicts), attestations(statements)])
    assert canonical_bytes(from_json(to_json(scorecard))) == canonical_bytes(scorecard)


@FRAMEWORKS
def test_f_levels_have_no_gaps_and_every_level_asks_for_something(framework: Framework) -> None:
    assert [level.number for level in framework.levels] == list(range(framework.top_level + 1))
    if framework.rule == "gated":
        assert {p.level for p in framework.placed.values() if p.level} == set(range(1, framework.top_level + 1))


@given(world=POINT_WORLDS, verdicts=VERDICTS)
def test_f_every_sum_lies_in_one_band_and_a_higher_sum_in_no_lower_one(world: World, verdicts: Verdicts) -> None:
    rule = rule_of(world.framework)
    assert isinstance(rule, PointsRule)
    bands = [rule.band(halves) for halves in range(9)]
    assert bands == sorted(bands) == [0, 1, 1, 2, 2, 2, 3, 3, 3]


@given(world=ANY_WORLDS, verdicts=VERDICTS, waived=st.sets(st.sampled_from(CRITERION_IDS)))
def test_g_a_waiver_changes_no_level_and_only_opens_gates(world: World, verdicts: Verdicts, waived: set[str]) -> None:
    waivers = [Waiver(name, "accepted risk", NOW, NOW + timedelta(days=30)) for name in sorted(waived)]
    before, after = world.score(world.evidence(verdicts)), world.score(world.evidence(verdicts), waivers=waivers)
    assert intervals(before) == intervals(after)
    assert after.waived.confirmed >= before.overall.confirmed


@given(world=ANY_WORLDS, verdicts=VERDICTS, name=st.sampled_from(CHECK_IDS))
def test_h_a_failing_collector_changes_no_other_checks_verdict(world: World, verdicts: Verdicts, name: str) -> None:
    failing = [e for e in world.evidence(verdicts) if e.topic != topic_of(world.catalogue[name])]
    before = world.score(world.evidence(verdicts)).checks
    after = world.score([*failing, blind(topic_of(world.catalogue[name]), Sight.ERROR)]).checks
    for entry in world.catalogue:
        if name not in (entry.id, entry.confirmed_by):
            assert before[entry.id].verdict == after[entry.id].verdict
    confirmed = [e.id for e in world.catalogue if e.confirmed_by == name]
    assert all(before[n].verdict.outcome is after[n].verdict.outcome for n in confirmed)


@given(world=ANY_WORLDS, verdicts=VERDICTS, statements=STATEMENTS)
def test_i_what_a_met_criterion_supersedes_is_never_left_open(
    world: World, verdicts: Verdicts, statements: Statements
) -> None:
    results = criteria(world.score([*world.evidence(verdicts), attestations(statements)]))
    for name, others in world.framework.superseded_by.items():
        if any(results[other].outcome is MET for other in others):
            assert results[name].counts_as_met


@given(world=ANY_WORLDS, verdicts=VERDICTS, statements=STATEMENTS)
def test_possible_is_never_below_confirmed(world: World, verdicts: Verdicts, statements: Statements) -> None:
    scorecard = world.score([*world.evidence(verdicts), attestations(statements)])
    assert all(interval.confirmed <= interval.possible for interval in intervals(scorecard))


@given(world=WORLDS, verdicts=VERDICTS)
def test_a_level_confirmed_has_every_criterion_below_it_counted_as_met(world: World, verdicts: Verdicts) -> None:
    for dimension in world.score(world.evidence(verdicts)).dimensions:
        for criterion in dimension.criteria:
            if criterion.level is not None and criterion.level <= dimension.interval.confirmed:
                assert criterion.counts_as_met


@given(world=ANY_WORLDS, verdicts=VERDICTS, days=st.integers(0, 60))
def test_time_alone_never_raises_what_is_confirmed(world: World, verdicts: Verdicts, days: int) -> None:
    evidence = [*world.evidence(verdicts), seen("git.other", MET)]
    before, after = world.score(evidence), world.score(evidence, now=NOW + timedelta(days=days))
    assert all(a.confirmed <= b.confirmed for b, a in zip(intervals(before), intervals(after), strict=True))
