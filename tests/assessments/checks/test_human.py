"""What people's answers count for, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.checks.human import attestations, expired_attestations
from assessments.checks.verdict import DECLARED, OBSERVED, Outcome
from assessments.evidence import Evidence, Sight
from tests.assessments.checks.evidence import NOW, ago, asked, outcome

MET, PARTIAL, NOT_MET = Outcome.MET, Outcome.PARTIAL, Outcome.NOT_MET
UNKNOWN, STALE = Outcome.UNKNOWN, Outcome.STALE


def answer(id: str = "HUM-02", **changes: Any) -> dict[str, Any]:
    whole = {
        "id": id,
        "answer": "yes",
        "text": "the nightly job",
        "link": "https://git.example.org/job",
        "by": "Bob",
        "at": ago(10),
        "expires": "",
        "line": 3,
    }
    return {**whole, **changes}


def said(*answers: dict[str, Any], topic: str = "human.file", **more: Any) -> dict[str, Any]:
    return {topic: {"path": "mlops.yaml", "answers": list(answers), "errors": [], **more}}


def test_a_yes_with_its_link_is_met_and_shown_with_its_place() -> None:
    verdict = asked("HUM-02", said(answer()), days=180)
    assert (verdict.outcome, verdict.strength, verdict.link) == (MET, OBSERVED, "https://git.example.org/job")
    assert verdict.seen[0].where == "mlops.yaml:3"
    assert "Bob answered “yes”" in verdict.seen[0].text


@pytest.mark.parametrize("question", ["HUM-02", "HUM-03", "HUM-04", "HUM-06"])
def test_a_yes_without_the_link_asked_for_counts_half(question: str) -> None:
    verdict = asked(question, said(answer(question, link="")), days=180)
    assert (verdict.outcome, verdict.strength) == (PARTIAL, DECLARED)


@pytest.mark.parametrize("question", ["HUM-01", "HUM-05", "HUM-08"])
def test_questions_without_a_link_need_words(question: str) -> None:
    assert outcome(question, said(answer(question, link="")), days=180) is MET
    assert outcome(question, said(answer(question, link="", text="")), days=180) is PARTIAL


@pytest.mark.parametrize("number", range(1, 9))
def test_every_question_knows_no_not_sure_silence_and_age(number: int) -> None:
    question = f"HUM-{number:02}"
    assert outcome(question, said(answer(question, answer="no"))) is NOT_MET
    assert outcome(question, said(answer(question, answer="not-sure"))) is UNKNOWN
    assert outcome(question, said()) is UNKNOWN
    assert outcome(question, {}) is UNKNOWN
    assert outcome(question, said(answer(question, at=ago(91)))) is STALE
    assert outcome(question, said(answer(question, expires=ago(1)))) is STALE


def test_an_answer_of_the_future_is_not_there_yet() -> None:
    assert outcome("HUM-02", said(answer(at=ago(-1)))) is UNKNOWN


def test_errors_in_the_answers_are_the_reason_when_there_is_no_good_one() -> None:
    verdict = asked("HUM-02", said(errors=["mlops.yaml:4: 'maybe' is not an answer."]))
    assert verdict.outcome is UNKNOWN
    assert "mlops.yaml:4" in verdict.reason


@pytest.mark.parametrize(("file_days", "form_days", "wanted"), [(5, 10, NOT_MET), (10, 5, MET)])
def test_the_newest_answer_stands_whichever_way_it_came(file_days: int, form_days: int, wanted: Outcome) -> None:
    both = {
        **said(answer(answer="no", at=ago(file_days))),
        **said(answer(answer="yes", at=ago(form_days)), topic="human.form"),
    }
    assert outcome("HUM-02", both) is wanted


def test_answers_that_cannot_be_seen_any_more_do_not_count() -> None:
    assert outcome("HUM-02", {"human.file": None}) is UNKNOWN


@pytest.mark.parametrize("way", ["yes", "file", "registry", "pipeline"])
def test_every_way_of_handing_over_is_an_honest_answer(way: str) -> None:
    assert outcome("HUM-07", said(answer("HUM-07", answer=way)), days=365) is MET


def test_a_registry_that_shows_no_model_contradicts_and_the_outcome_stays() -> None:
    people = said(answer("HUM-07", answer="registry"))
    verdict = asked("HUM-07", {**people, "mlflow.models": {"models": []}}, days=365)
    assert verdict.outcome is MET
    assert "which shows none (MLF-05)" in verdict.reason
    agreeing = asked("HUM-07", {**people, "mlflow.models": {"models": [{"name": "delay"}]}}, days=365)
    assert "Contradicts" not in agreeing.reason


def _evidence(*answers: dict[str, Any], topic: str = "human.file") -> dict[str, Evidence]:
    return {topic: Evidence(topic, "mlops.yaml", Sight.OK, NOW, NOW, said(*answers, topic=topic)[topic])}


def test_an_attestation_holds_until_its_end_and_is_listed_as_expired_after_it() -> None:
    evidence = _evidence(answer("MC-2.1", expires=ago(-30)))
    assert attestations(evidence, NOW)["MC-2.1"].where == "mlops.yaml:3"
    later = NOW + timedelta(days=31)
    assert attestations(evidence, later) == {}
    assert expired_attestations(evidence, later)["MC-2.1"].by == "Bob"


@pytest.mark.parametrize("changes", [{"link": "", "expires": ago(-30)}, {"expires": ""}])
def test_an_attestation_without_proof_or_end_counts_for_nothing(changes: dict[str, Any]) -> None:
    evidence = _evidence(answer("MC-2.1", **changes))
    assert attestations(evidence, NOW) == expired_attestations(evidence, NOW) == {}


def test_questions_are_no_attestations() -> None:
    assert attestations(_evidence(answer("HUM-01", expires=ago(-30))), NOW) == {}


def test_a_newer_no_takes_an_attestation_back() -> None:
    old, new = answer("MC-2.1", expires=ago(-30)), answer("MC-2.1", answer="no", at=ago(1), expires=ago(-30))
    evidence = {**_evidence(old), **_evidence(new, topic="human.form")}
    assert attestations(evidence, NOW)["MC-2.1"].answer == "no"


@given(st.permutations([answer(answer=word, at=ago(days)) for word in ("yes", "no") for days in (1, 1, 2, 200)]))
def test_the_order_in_which_answers_are_kept_does_not_matter(answers: list[dict[str, Any]]) -> None:
    assert outcome("HUM-02", said(*answers)) is outcome("HUM-02", said(*reversed(answers)))
