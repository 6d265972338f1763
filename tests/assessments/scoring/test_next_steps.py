"""The cheapest path: least effort, feasible order, and no cheaper set that an exhaustive search could find."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessments.evidence import Sight
from assessments.frameworks.shipped import framework
from assessments.scoring.explain import explain
from assessments.scoring.next_steps import COSTS
from assessments.scoring.scorecard import Cure, Effort, Interval, Scorecard
from assessments.scoring.what_if import what_if
from tests.assessments.scoring.worlds import (
    CHECK_IDS,
    DECLARATION,
    ERROR,
    MET,
    NOT_APPLICABLE,
    NOT_MET,
    PARTIAL,
    STALE,
    UNKNOWN,
    WANTED,
    WORLDS,
    Verdicts,
    Wanted,
    World,
    attestation,
    blind,
    criteria,
    criterion,
    everything,
    scored,
)

VERDICTS = st.dictionaries(st.sampled_from(CHECK_IDS), WANTED)
DEFAULT = framework()


def names(scorecard: Scorecard) -> list[str]:
    """The criteria of the path, in its order."""
    return [step.criterion for step in scorecard.path.steps]


def feasible(world: World, scorecard: Scorecard, chosen: tuple[str, ...]) -> bool:
    """Whether finishing these reaches the target, with every prerequisite counted as met."""
    passed = world_passed(world, scorecard, chosen)
    prerequisites = set(chain.from_iterable(world.framework.criterion(name).after for name in chosen))
    reached = what_if(scorecard, world.framework, chosen).confirmed
    return prerequisites <= passed and reached >= (scorecard.path.target or 0)


def world_passed(world: World, scorecard: Scorecard, chosen: tuple[str, ...]) -> set[str]:
    """What counts as met once these are finished, worked out slowly and plainly."""
    results = criteria(scorecard)
    met = {name for name, result in results.items() if result.outcome is MET} | set(chosen)
    while True:
        more = {n for n, others in world.framework.superseded_by.items() if n not in met and met & set(others)}
        if not more:
            return met | {name for name, result in results.items() if result.outcome is NOT_APPLICABLE}
        met |= more


def cost(scorecard: Scorecard, world: World, name: str) -> int:
    """The cost of one criterion: that of its step if it is one, else by its outcome."""
    step = next((step for step in scorecard.path.steps if step.criterion == name), None)
    if step is not None:
        return COSTS[step.effort]
    result = criteria(scorecard)[name]
    see = result.outcome in (UNKNOWN, STALE, ERROR) and (result.level or 9) <= (scorecard.path.target or 0)
    return COSTS[Effort.SMALL if see else Effort(world.framework.criterion(name).effort)]


@given(world=WORLDS, verdicts=VERDICTS)
@settings(max_examples=60)
def test_no_other_set_of_criteria_is_cheaper(world: World, verdicts: dict[str, Wanted]) -> None:
    scorecard = world.score(world.evidence({n: v for n, v in verdicts.items() if v not in (PARTIAL, DECLARATION)}))
    assume(scorecard.path.target is not None)
    assume(not any(result.outcome is PARTIAL for result in criteria(scorecard).values()))
    todo = [n for n, r in criteria(scorecard).items() if r.outcome not in (MET, NOT_APPLICABLE)]
    sets = chain.from_iterable(combinations(todo, size) for size in range(len(todo) + 1))
    costs = [sum(cost(scorecard, world, n) for n in chosen) for chosen in sets if feasible(world, scorecard, chosen)]
    assert sum(COSTS[step.effort] for step in scorecard.path.steps) == min(costs)


@given(world=WORLDS, verdicts=VERDICTS)
def test_the_path_leads_to_its_target_in_an_order_that_respects_prerequisites(world: World, verdicts: Verdicts) -> None:
    scorecard = world.score(world.evidence(verdicts))
    path = scorecard.path
    chosen = tuple(names(scorecard))
    if path.target is None:
        assert not chosen
        return
    assert feasible(world, scorecard, chosen)
    assert path.leads_to == what_if(scorecard, world.framework, chosen)
    for index, step in enumerate(path.steps):
        assert set(step.after) <= set(chosen[:index])


@given(world=WORLDS, verdicts=VERDICTS)
def test_a_path_has_no_step_that_could_be_left_out(world: World, verdicts: Verdicts) -> None:
    scorecard = world.score(world.evidence(verdicts))
    chosen = tuple(names(scorecard))
    for name in chosen:
        assert not feasible(world, scorecard, tuple(other for other in chosen if other != name))


def test_at_the_top_there_is_no_next_step() -> None:
    path = scored(everything(but={"HUM-08": NOT_MET})).path
    assert (path.target, path.steps, path.leads_to) == (None, (), Interval(4, 4))


def test_a_superseder_is_chosen_where_it_is_needed_anyway() -> None:
    verdicts = everything(but={"GIT-03": NOT_MET, "GIT-04": NOT_MET, "HUM-08": NOT_MET})
    assert names(scored(verdicts)) == ["MR-1.1"]  # for level 1 the small step is cheaper than writing tests
    both = everything(but={"APR-01": NOT_MET, "MLF-11": NOT_MET, "GIT-15": NOT_MET, "HUM-08": NOT_MET})
    assert names(scored(both)) == ["MR-2.2"]
    level_3 = scored(everything(but={"GIT-10": NOT_MET, "GIT-05": NOT_MET, "HUM-08": NOT_MET}))
    assert names(level_3) == ["AI-3.3"]  # AI-1.3 is met through it


def test_prerequisites_come_first_even_from_higher_levels() -> None:
    verdicts = everything(but={"MLF-01": NOT_MET, "MLF-05": NOT_MET, "MON-01": NOT_MET, "GIT-18": NOT_MET})
    scorecard = scored(verdicts)
    assert names(scorecard) == ["AI-1.4"]
    next_level = scored(everything(but={"MLF-01": NOT_MET, "MLF-05": NOT_MET, "HUM-08": NOT_MET}))
    assert names(next_level) == ["MC-2.2", "MC-2.4"]
    assert next_level.path.steps[1].after == ("MC-2.2",)


def test_what_fails_comes_before_what_is_only_unseen() -> None:
    scorecard = scored(everything(but={"GIT-09": UNKNOWN, "GIT-03": NOT_MET, "GIT-04": NOT_MET, "HUM-08": NOT_MET}))
    assert names(scorecard) == ["MR-1.1", "AI-1.2"]
    assert [step.cure for step in scorecard.path.steps] == [Cure.DO_IT, Cure.LET_US_SEE]


@pytest.mark.parametrize(
    ("verdicts", "cure", "checks"),
    [
        ({"MLF-05": NOT_MET}, Cure.DO_IT, ("MLF-05",)),
        ({"MLF-05": PARTIAL}, Cure.DO_IT, ("MLF-05",)),
        ({"MLF-05": UNKNOWN}, Cure.LET_US_SEE, ("MLF-05",)),
        ({"MLF-05": STALE}, Cure.LET_US_SEE, ("MLF-05",)),
        ({"MLF-05": ERROR}, Cure.LET_US_SEE, ("MLF-05",)),
    ],
)
def test_the_cure_is_to_do_it_or_to_let_us_see_it(
    verdicts: dict[str, Wanted], cure: Cure, checks: tuple[str, ...]
) -> None:
    (step,) = scored(everything(but={"HUM-08": NOT_MET, **verdicts})).path.steps
    assert (step.criterion, step.cure, step.checks) == ("MC-2.4", cure, checks)


def test_what_is_declared_needs_to_be_seen_at_work() -> None:
    verdicts = everything(but={"GIT-14": DECLARATION, "ORC-08": UNKNOWN, "GIT-15": DECLARATION, "HUM-08": NOT_MET})
    steps = {step.criterion: step for step in scored(verdicts).path.steps}
    assert steps["MR-3.5"].cure is Cure.LET_US_SEE
    assert steps["MR-3.5"].checks == ("ORC-08",)
    assert "ORC-08" in steps["MR-3.5"].remedy


def test_a_step_says_who_does_what_and_how_much_work_it_is() -> None:
    (step,) = scored(everything(but={"GIT-11": NOT_MET, "HUM-08": NOT_MET})).path.steps
    assert (step.criterion, step.dimension, step.level) == ("MC-2.6", "model-creation", 2)
    assert (step.effort, step.owner) == (Effort.MEDIUM, "data-scientist")
    assert step.remedy.startswith("Commit a lock file")
    assert step.reason == "GIT-11 is not_met. (GIT-11)"


def test_a_step_that_asks_to_look_speaks_in_questions_with_the_ids_behind() -> None:
    (step,) = scored(everything(but={"HUM-03": UNKNOWN, "HUM-08": NOT_MET})).path.steps
    assert step.remedy.startswith(
        "Answer in the portal or in mlops.yaml: “Where is the contract for inputs and outputs"
    )
    assert "?” (HUM-03)." in step.remedy
    verdicts = everything(but={"HUM-08": NOT_MET})
    del verdicts["ORC-05"]
    (step,) = scored(verdicts, blind("orchestrator.ORC-05", Sight.UNAUTHORISED)).path.steps
    assert "so that “Is each run bound to a pipeline version and commit?” can be answered (ORC-05)." in step.remedy


def test_what_if_answers_for_any_choice_of_criteria() -> None:
    scorecard = scored(everything(but={"MLF-05": NOT_MET, "MLF-11": NOT_MET, "HUM-08": NOT_MET}))
    assert what_if(scorecard, DEFAULT, []) == scorecard.overall == Interval(1, 1)
    assert what_if(scorecard, DEFAULT, ["MC-2.4"]) == Interval(2, 2)
    assert what_if(scorecard, DEFAULT, ["MC-2.4", "MR-3.1"]) == Interval(4, 4)


def test_what_if_refuses_what_the_framework_does_not_have() -> None:
    with pytest.raises(ValueError, match=r"MC-9\.9"):
        what_if(scored({}), DEFAULT, ["MC-9.9"])
    with pytest.raises(ValueError, match="azure-mlops"):
        what_if(scored({}), framework("azure-mlops"), [])


def test_blind_spots_name_the_source_and_what_it_leaves_open() -> None:
    verdicts = everything(but={"HUM-08": NOT_MET})
    del verdicts["MLF-05"]
    (spot,) = scored(verdicts).blind_spots
    assert (
        "alias?” cannot be answered, so one criterion stays open in Model creation (1, up to 4) (MLF-05, MC-2.4)."
        in spot
    )
    assert spot.startswith("MLflow – ")


@pytest.mark.parametrize(
    ("sight", "words"),
    [(Sight.UNAUTHORISED, "could not be looked at (unauthorised)"), (Sight.ERROR, "could not be looked at (error)")],
)
def test_blind_spots_say_how_looking_went(sight: Sight, words: str) -> None:
    verdicts = everything(but={"HUM-08": NOT_MET})
    del verdicts["MLF-05"]
    (spot,) = scored(verdicts, blind("mlflow.MLF-05", sight)).blind_spots
    assert words in spot


def test_a_source_that_could_not_narrow_the_interval_is_no_blind_spot() -> None:
    assert scored(everything(but={"HUM-08": NOT_MET, "MLF-07": UNKNOWN})).blind_spots == ()
    failing = everything(but={"GIT-03": NOT_MET, "GIT-04": NOT_MET, "MLF-11": UNKNOWN, "HUM-08": NOT_MET})
    assert scored(failing).blind_spots == ()


def test_the_explanation_names_what_blocks_each_dimension_failing_first() -> None:
    scorecard = scored(everything(but={"MLF-05": UNKNOWN, "GIT-11": NOT_MET, "HUM-08": NOT_MET}))
    creation = explain(scorecard, DEFAULT)[1]
    assert [c.id for c in creation.blocking] == ["MC-2.6", "MC-2.4"]
    assert [c.id for c in creation.doubtful] == ["MC-2.4"]
    assert creation.sentence == (
        "Model creation is at 1: for level 2, MC-2.6 is not met and MC-2.4 cannot be confirmed."
    )
    assert explain(scorecard, DEFAULT)[0].sentence == "People has reached the highest level, 4."


def test_an_attested_criterion_is_no_step() -> None:
    scorecard = scored(everything(but={"MLF-05": UNKNOWN, "HUM-08": NOT_MET}), attestation("MC-2.4"))
    assert criterion(scorecard, "MC-2.4").outcome is MET
    assert scorecard.path.target is None
