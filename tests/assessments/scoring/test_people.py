"""People's word beside what machines see: attestations, questions, contradictions, what does not apply."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assessments.evidence import Sight
from assessments.frameworks.shipped import framework, profile
from assessments.scoring.scorecard import Interval, NotApplicable, Waiver
from tests.assessments.scoring.worlds import (
    MET,
    NOT_APPLICABLE,
    NOT_MET,
    NOW,
    PARTIAL,
    STALE,
    UNKNOWN,
    Wanted,
    attestation,
    blind,
    criterion,
    everything,
    scored,
    seen,
)

DAY = timedelta(days=1)
AZURE = framework("azure-mlops")


@pytest.mark.parametrize("wanted", [UNKNOWN, PARTIAL, STALE])
def test_an_attestation_meets_a_criterion_that_machines_cannot_settle(wanted: Wanted) -> None:
    result = criterion(scored({"MLF-05": wanted}, attestation("MC-2.4")), "MC-2.4")
    assert (result.outcome, result.strength) == (MET, 0.5)
    assert result.link == "https://wiki.example/proof"
    assert result.stated_until == NOW + 90 * DAY
    assert "Alice attested" in result.stated


def test_machines_win_over_an_attestation_and_the_contradiction_is_shown() -> None:
    scorecard = scored({"MLF-05": NOT_MET}, attestation("MC-2.4"))
    assert criterion(scorecard, "MC-2.4").outcome is NOT_MET
    (found,) = scorecard.contradictions
    assert found.criterion == "MC-2.4"
    assert "Alice attested “yes”" in found.people_say
    assert "MLF-05" in found.machines_saw


def test_an_attestation_that_ran_out_leaves_the_criterion_stale() -> None:
    result = criterion(scored({}, attestation("MC-2.4", days=0), now=NOW + DAY), "MC-2.4")
    assert result.outcome is STALE
    assert "Ran out" in result.reason


def test_an_attested_no_settles_only_what_machines_do_not_look_at() -> None:
    assert criterion(scored({}, attestation("MC-2.4", "no")), "MC-2.4").outcome is UNKNOWN
    assert criterion(scored({"HUM-03": UNKNOWN}, attestation("P-3.1", "no")), "P-3.1").outcome is NOT_MET


def test_an_attested_no_against_what_machines_saw_is_shown_and_machines_win() -> None:
    scorecard = scored({"MLF-05": MET}, attestation("MC-2.4", "no"))
    assert criterion(scorecard, "MC-2.4").outcome is MET
    assert [found.criterion for found in scorecard.contradictions] == ["MC-2.4"]


def test_peoples_own_no_is_not_overruled_by_an_attestation() -> None:
    scorecard = scored({"HUM-03": NOT_MET}, attestation("P-3.1"))
    assert criterion(scorecard, "P-3.1").outcome is NOT_MET
    assert [found.criterion for found in scorecard.contradictions] == ["P-3.1"]


def test_a_supporting_check_that_says_no_is_shown_beside_an_attestation_and_does_not_decide() -> None:
    scorecard = scored({"GIT-07": NOT_MET}, attestation("AI-1.2"))
    assert criterion(scorecard, "AI-1.2").outcome is MET
    assert "GIT-07" in scorecard.contradictions[0].machines_saw


def test_a_contradiction_does_not_vanish_because_access_was_withdrawn() -> None:
    before = seen("mlflow.MLF-05", NOT_MET, at=NOW - DAY)
    scorecard = scored({}, before, blind("mlflow.MLF-05", Sight.UNAUTHORISED), attestation("MC-2.4"))
    result = criterion(scorecard, "MC-2.4")
    assert result.outcome is NOT_MET
    assert result.reason.startswith("When we could last look")
    assert scorecard.contradictions[0].criterion == "MC-2.4"


def test_without_a_memory_of_a_no_an_attestation_stands_where_access_is_refused() -> None:
    scorecard = scored({}, blind("mlflow.MLF-05", Sight.UNAUTHORISED), attestation("MC-2.4"))
    assert criterion(scorecard, "MC-2.4").outcome is MET


def test_people_who_call_their_compute_managed_are_contradicted_by_a_laptop() -> None:
    scorecard = scored({"HUM-05": MET, "ORC-04": NOT_MET})
    assert criterion(scorecard, "MC-2.1").outcome is NOT_MET
    assert "(HUM-05)" in scorecard.contradictions[0].people_say
    assert "(ORC-04)" in scorecard.contradictions[0].machines_saw


def test_a_contradiction_says_what_was_asked_first_and_the_ids_last() -> None:
    (found,) = scored({"HUM-01": MET, "HUM-02": MET, "GIT-17": NOT_MET}).contradictions
    assert found.people_say.startswith(
        "“Are owners named for data science, data engineering and software engineering?”"
    )
    assert found.people_say.endswith("(HUM-02)")
    assert found.machines_saw.startswith("“Do people in at least two roles change the training code")
    assert found.machines_saw.endswith("(GIT-17)")


def test_a_no_that_did_not_count_beside_an_answer_does_not_count_when_the_answer_is_lost() -> None:
    before = seen("answers.HUM-04", MET, at=NOW - DAY)
    assert criterion(scored({}, before, attestation("P-3.2", "no")), "P-3.2").outcome is MET
    lost = scored({}, before, blind("answers.HUM-04", Sight.UNAUTHORISED), attestation("P-3.2", "no"))
    assert criterion(lost, "P-3.2").outcome is UNKNOWN


def test_answers_about_roles_are_contradicted_by_the_history_without_being_overruled() -> None:
    scorecard = scored({"HUM-01": MET, "HUM-02": MET, "GIT-17": NOT_MET})
    assert criterion(scorecard, "P-2.1").outcome is MET
    assert [found.criterion for found in scorecard.contradictions] == ["P-2.1"]


def hand_over(answer: str) -> dict[str, object]:
    return {"id": "HUM-07", "answer": answer, "by": "Bob", "at": (NOW - DAY).isoformat()}


@pytest.mark.parametrize(
    ("answer", "registry", "contradicted"),
    [
        ("registry", NOT_MET, True),
        ("pipeline", NOT_MET, True),
        ("file", MET, True),
        ("registry", MET, False),
        ("file", NOT_MET, False),
        ("file", UNKNOWN, False),
    ],
)
def test_the_way_models_are_handed_over_is_held_against_the_registry(
    answer: str, registry: Wanted, contradicted: bool
) -> None:
    form = attestation("MC-2.2")
    form.payload["answers"].append(hand_over(answer))
    found = scored({"HUM-07": MET, "MLF-05": registry}, form).contradictions
    assert [item.criterion for item in found] == (["MR-1.2"] if contradicted else [])


def test_malformed_answers_are_noted_and_nothing_else_changes() -> None:
    form = attestation("MC-2.4")
    form.payload["answers"].append({"id": "MC-2.2"})
    scorecard = scored({"GIT-03": MET}, form)
    assert criterion(scorecard, "MC-2.4").outcome is UNKNOWN
    assert criterion(scorecard, "MR-1.1").outcome is MET
    assert any("answers could not be read" in note for note in scorecard.notes)


@pytest.mark.parametrize(
    ("answer", "outcomes"),
    [
        (MET, [UNKNOWN, NOT_MET]),
        (NOT_MET, [NOT_APPLICABLE, NOT_APPLICABLE]),
        (UNKNOWN, [NOT_APPLICABLE, NOT_APPLICABLE]),
        (PARTIAL, [NOT_APPLICABLE, NOT_APPLICABLE]),
    ],
)
def test_feature_store_criteria_apply_only_where_one_is_needed(answer: Wanted, outcomes: list[Wanted]) -> None:
    scorecard = scored({"HUM-08": answer, "MON-10": NOT_MET}, under=AZURE)
    assert [criterion(scorecard, name).outcome for name in ("MC-2.7", "MC-4.2")] == outcomes


def test_a_needed_feature_store_stays_needed_when_the_answer_grows_old() -> None:
    scorecard = scored({"HUM-08": MET}, under=AZURE, now=NOW + 400 * DAY)
    assert scorecard.checks["HUM-08"].verdict.outcome is STALE
    assert criterion(scorecard, "MC-2.7").outcome is UNKNOWN


def test_an_adopted_feature_store_can_be_attested() -> None:
    assert criterion(scored({"HUM-08": MET}, attestation("MC-2.7"), under=AZURE), "MC-2.7").outcome is MET


def test_what_is_approved_as_not_applicable_neither_blocks_nor_counts() -> None:
    approved = [NotApplicable("MR-3.4", "Scores are computed once a year.")]
    scorecard = scored(everything(but={"MON-08": NOT_MET, "HUM-08": NOT_MET}), not_applicable=approved)
    result = criterion(scorecard, "MR-3.4")
    assert (result.outcome, result.reason) == (NOT_APPLICABLE, "Scores are computed once a year.")
    assert scorecard.overall == Interval(4, 4)
    release = next(d for d in scorecard.dimensions if d.key == "model-release")
    assert release.completion[2].total == 4


def test_a_single_maintainer_is_not_asked_for_second_people_and_it_is_shown() -> None:
    alone = dict.fromkeys(("APR-01", "APR-04", "HUM-01", "HUM-02", "HUM-03", "HUM-04", "HUM-06"), NOT_MET)
    verdicts = everything(but={**alone, "HUM-08": NOT_MET})
    plain, single = scored(verdicts), scored(verdicts, profile=profile("single-maintainer"))
    assert (plain.overall, single.overall) == (Interval(1, 1), Interval(4, 4))
    assert single.profile == "single-maintainer"
    assert "Single maintainer" in single.notes[0]
    assert single.checks["APR-01"].verdict.outcome is NOT_APPLICABLE
    assert "Single maintainer" in criterion(single, "P-3.1").reason


def waiver(name: str, start: int, end: int) -> Waiver:
    return Waiver(name, "accepted risk", NOW + start * DAY, NOW + end * DAY)


@pytest.mark.parametrize(("start", "end", "active"), [(-1, 1, True), (0, 1, True), (1, 2, False), (-2, 0, False)])
def test_a_waiver_counts_from_its_start_until_it_expires(start: int, end: int, *, active: bool) -> None:
    verdicts = everything(but={"MLF-05": NOT_MET, "HUM-08": NOT_MET})
    scorecard = scored(verdicts, waivers=[waiver("MC-2.4", start, end)])
    assert scorecard.overall == Interval(1, 1)
    assert scorecard.waived == (Interval(4, 4) if active else Interval(1, 1))
    assert (criterion(scorecard, "MC-2.4").waived_until is not None) is active
    assert any("waived to 4" in note for note in scorecard.notes) is active


def test_a_waived_criterion_does_not_supersede_another() -> None:
    verdicts = everything(but={"GIT-03": NOT_MET, "GIT-04": NOT_MET, "HUM-08": NOT_MET})
    assert scored(verdicts, waivers=[waiver("MR-2.1", -1, 1)]).waived.confirmed == 0
