"""An assessment through the API alone: Alice answers and submits, Dana returns it, Alice mends, Dana accepts."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from assessments.checks.human import QUESTIONS
from assessments.lifecycle.rescore import rescore
from assessments.models import Assessment, EvidenceRecord, Scoring
from mlops_portal.accounts.models import User
from mlops_portal.kernel.actor import Actor
from mlops_portal.projects.models import Project
from tests.api.conftest import Caller, Token


@pytest.fixture
def alices(flights: Project, alice: User, token: Token) -> Caller:
    """Alice's program."""
    rescore(actor=Actor.system("test"), project=flights)
    return token(alice, "read", "assess", "review")


@pytest.fixture
def danas(dana: User, token: Token) -> Caller:
    """Dana's program."""
    return token(dana, "read", "review")


def start(caller: Caller) -> str:
    started = caller.post("projects/flights/assessments/")
    assert started.status_code == 201
    return f"assessments/{started.json()['id']}/"


def items(caller: Caller, assessment: str) -> dict[str, Any]:
    asked = caller.get(f"{assessment}questionnaire/").json()
    return {item["id"]: item for part in asked["dimensions"] for item in part["items"]}


def answer(caller: Caller, assessment: str, item: str, **given: Any) -> Any:
    path = f"{assessment}answers/{item}/"
    before = caller.get(path)
    seen = {"If_Match": before["ETag"]} if before.status_code == 200 else {"If_None_Match": "*"}
    return caller("PUT", path, given, **seen)


def submit(caller: Caller, assessment: str) -> Any:
    return caller.change("POST", f"{assessment}submit/", {}, of=assessment)


def decide(caller: Caller, review: int, choice: str, **more: Any) -> Any:
    shown = caller.get(f"reviews/{review}/").json()
    return caller.post(f"reviews/{review}/decide/", {"answer": choice, "digest": shown["digest"], **more})


def test_alice_submits_dana_returns_alice_mends_dana_accepts(alices: Caller, danas: Caller, flights: Project) -> None:
    assessment = start(alices)
    asked = items(alices, assessment)
    open_questions = [name for name in QUESTIONS if name in asked and not asked[name]["settled"]]
    assert open_questions
    for name in open_questions:
        choice = "yes" if "yes" in asked[name]["choices"] else asked[name]["choices"][0]
        given = answer(alices, assessment, name, answer=choice, text="As agreed", link="https://wiki.example.org/ml")
        assert given.status_code == 200, given.json()
    assert all(item["answer"] for name, item in items(alices, assessment).items() if name in open_questions)

    submitted = submit(alices, assessment)
    assert (submitted.status_code, submitted.json()["state"]) == (200, "submitted")
    review = submitted.json()["review"]
    assert answer(alices, assessment, "HUM-01", answer="no").status_code == 409
    own = decide(alices, review, "approve", reason="It is mine and it is good.")
    assert (own.status_code, own["Content-Type"]) == (403, "application/problem+json")

    assert [row["id"] for row in danas.get("reviews/?tab=waiting").json()["results"]] == [review]
    assert decide(danas, review, "return", reason="Who are the owners?").json()["state"] == "returned"
    mended = answer(alices, assessment, "HUM-01", answer="yes", text="Alice, Bob and Dana")
    assert mended.status_code == 200
    again = submit(alices, assessment).json()
    assert again["review"] != review
    late = danas.post(f"reviews/{review}/decide/", {"answer": "approve", "digest": again["digest"], "reason": "Good."})
    assert late.status_code == 409

    assert decide(danas, again["review"], "approve", reason="Now it is said who.").json()["state"] == "approved"
    accepted = alices.get(assessment).json()
    assert (accepted["state"], accepted["decided_by"]["username"]) == ("accepted", "dana")
    assert EvidenceRecord.objects.filter(project=flights, topic="human.form", standing=True).count() == 1
    live = Scoring.objects.get(project=flights, framework="mlops-levels", live=True)
    assert any(
        change["id"] == "HUM-01" for change in alices.get("projects/flights/scorings/").json()["results"][0]["changes"]
    )
    assert live.scorecard["framework"]["id"] == "mlops-levels"

    published = alices.change("POST", f"{assessment}publish/", {}, of=assessment)
    assert published.json()["published_at"]
    compared = alices.get(f"{assessment}compare/")
    assert (compared.status_code, compared.json()["before"]) == (200, "live")
    call_command("verify_audit")


def test_no_statement_about_a_criterion_holds_longer_than_a_year(alices: Caller) -> None:
    assessment = start(alices)
    attested = next(item for item in items(alices, assessment).values() if item["kind"] == "attestation")
    given = answer(
        alices, assessment, attested["id"], answer="yes", link="https://wiki.example.org/", expires="2099-01-01"
    )
    assert (given.status_code, given.json()["field"]) == (422, "expires")


def test_of_two_editors_the_second_is_told_what_it_is_now(alices: Caller, bob: User, token: Token) -> None:
    bobs, assessment = token(bob, "read", "assess"), start(alices)
    path = f"{assessment}answers/HUM-01/"
    assert answer(alices, assessment, "HUM-01", answer="yes", text="Alice").status_code == 200
    seen = bobs.get(path)["ETag"]
    assert answer(alices, assessment, "HUM-01", answer="yes", text="Alice and Dana").status_code == 200
    refused = bobs("PUT", path, {"answer": "no"}, If_Match=seen)
    assert (refused.status_code, refused["Content-Type"]) == (412, "application/problem+json")
    assert refused["ETag"] == bobs.get(path)["ETag"] != seen
    assert bobs.get(path).json()["text"] == "Alice and Dana"
    assert bobs("PUT", path, {"answer": "no"}).status_code == 428
    assert bobs("PUT", path, {"answer": "no"}, If_None_Match="*").status_code == 412
    assert bobs("PUT", path, {"answer": "no"}, If_Match=refused["ETag"]).status_code == 200


def test_what_was_seen_and_taken_back_since_is_not_answered_anew_unseen(alices: Caller) -> None:
    assessment = start(alices)
    path = f"{assessment}answers/HUM-01/"
    seen = answer(alices, assessment, "HUM-01", answer="yes", text="Alice")["ETag"]
    assert alices("DELETE", path, If_Match=seen).status_code == 204
    assert alices("PUT", path, {"answer": "no"}, If_Match=seen).status_code == 412
    assert alices.get(path).status_code == 404


def test_what_was_read_before_somebody_answered_is_not_submitted(alices: Caller, bob: User, token: Token) -> None:
    bobs, assessment = token(bob, "read", "assess"), start(alices)
    seen = alices.get(assessment)["ETag"]
    assert answer(bobs, assessment, "HUM-01", answer="no").status_code == 200
    assert alices("POST", f"{assessment}submit/", {}, If_Match=seen).status_code == 412
    assert alices("POST", f"{assessment}submit/", {}).status_code == 428
    assert Assessment.objects.get().state == "draft"


def test_an_answer_without_end_is_told_by_its_field_and_nothing_is_lost(alices: Caller) -> None:
    assessment = start(alices)
    answer(alices, assessment, "HUM-01", answer="yes", text="Alice")
    too_long = answer(alices, assessment, "HUM-01", answer="yes", text="x" * 10_001)
    assert (too_long.status_code, too_long.json()["field"]) == (422, "text")
    assert alices.get(f"{assessment}answers/HUM-01/").json()["text"] == "Alice"
    unknown = answer(alices, assessment, "HUM-99", answer="yes")
    assert (unknown.status_code, unknown["Content-Type"]) == (422, "application/problem+json")


def test_charlie_reads_nothing_of_it_before_it_is_published_and_a_public_project_shows_it_then(
    alices: Caller, danas: Caller, flights: Project
) -> None:
    Project.objects.filter(pk=flights.pk).update(visibility="public")
    assessment, visitor = start(alices), Caller()
    assert visitor.get(assessment).status_code == 404
    assert visitor.get("projects/flights/assessments/").json()["results"] == []
    review = submit(alices, assessment).json()["review"]
    decide(danas, review, "approve", reason="Good.")
    assert visitor.get(assessment).status_code == 404
    alices.change("POST", f"{assessment}publish/", {}, of=assessment)
    assert visitor.get(assessment).json()["state"] == "accepted"
    assert visitor.get(f"{assessment}questionnaire/").status_code == 401
