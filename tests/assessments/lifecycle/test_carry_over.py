"""A new assessment begins with the answers that still stand, as they were given."""

from __future__ import annotations

from datetime import timedelta

from assessments.lifecycle.answering import clear_answer
from assessments.lifecycle.assess import start_assessment, submit_assessment
from assessments.models import Answer, Assessment
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.assessments.lifecycle.people import (
    PROOF,
    accept,
    attest,
    by,
    in_days,
    machines_saw,
    say,
    seen,
    submitted,
)


def carried(assessment: Assessment) -> dict[str, Answer]:
    return {answer.item: answer for answer in Answer.objects.filter(assessment=assessment)}


def test_what_was_accepted_is_carried_over_with_its_author_its_time_and_its_end(
    flights: Project, alice: User, bob: User, dana: User
) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    say(bob, draft, "HUM-03")
    attest(alice, draft, "MR-2.1")
    first = accept(dana, submit_assessment(actor=by(alice), assessment=draft))
    then = carried(first)
    now = carried(start_assessment(actor=by(alice), project=flights))
    assert now.keys() == then.keys()
    assert [(a.by, a.at, a.expires) for a in now.values()] == [(a.by, a.at, a.expires) for a in then.values()]
    assert now["HUM-03"].by == bob


def test_what_ran_out_is_asked_again(flights: Project, alice: User, dana: User) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    say(alice, draft, "HUM-03")
    attest(alice, draft, "MR-2.1")
    accept(dana, submit_assessment(actor=by(alice), assessment=draft))
    Answer.objects.filter(item="HUM-03").update(at=clock.now() - timedelta(days=181))
    Answer.objects.filter(item="MR-2.1").update(expires=in_days(0))
    assert carried(start_assessment(actor=by(alice), project=flights)) == {}


def test_what_mlops_yaml_says_is_taken_over_and_names_who_said_it(flights: Project, alice: User) -> None:
    at = (clock.now() - timedelta(days=3)).isoformat()
    ends = f"{in_days(30)}T00:00:00+00:00"
    said = {"text": "", "link": PROOF, "by": "Charlie", "at": at, "line": 4}
    answers = [{"id": "MR-2.1", "answer": "yes", "expires": ends, **said}]
    machines_saw(flights, seen("human.file", path="mlops.yaml", answers=answers))
    draft = start_assessment(actor=by(alice), project=flights)
    taken = carried(draft)["MR-2.1"]
    assert (taken.said_by, taken.expires, taken.at.isoformat()) == ("Charlie (mlops.yaml)", in_days(30), at)
    frozen = submit_assessment(actor=by(alice), assessment=draft).answers["answers"]
    assert frozen[0]["by"] == "Charlie (mlops.yaml)"


def test_saving_a_carried_answer_again_confirms_it_as_ones_own(
    flights: Project, alice: User, bob: User, dana: User
) -> None:
    accept(dana, submitted(bob, flights))
    draft = start_assessment(actor=by(alice), project=flights)
    before = carried(draft)["HUM-03"]
    say(alice, draft, version=before.version)
    after = carried(draft)["HUM-03"]
    assert after.by == alice
    assert after.at > before.at


def test_what_was_taken_back_ends_with_the_next_acceptance(flights: Project, alice: User, dana: User) -> None:
    first = accept(dana, submitted(alice, flights))
    draft = start_assessment(actor=by(alice), project=flights)
    clear_answer(actor=by(alice), assessment=draft, item="HUM-03")
    second = accept(dana, submit_assessment(actor=by(alice), assessment=draft))
    assert first.answers["answers"]
    assert second.answers["answers"] == []
