"""Answering: by the rules of ``mlops.yaml``, never over somebody else's answer, and nothing that was saved is lost."""

from __future__ import annotations

from typing import Any

import pytest

from assessments.lifecycle.answering import answer_item, clear_answer, set_agreements
from assessments.lifecycle.assess import start_assessment
from assessments.models import Answer, Assessment
from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel.errors import Invalid, Stale
from mlops_portal.projects.models import Project
from tests.assessments.lifecycle.people import PROOF, by, in_days, say


@pytest.fixture
def draft(flights: Project, alice: User) -> Assessment:
    return start_assessment(actor=by(alice), project=flights)


def answered(item: str = "HUM-03") -> Answer:
    return Answer.objects.get(item=item)


def test_an_answer_is_kept_with_who_gave_it_and_the_trail_has_both_sides(draft: Assessment, alice: User) -> None:
    say(alice, draft, text="First words.")
    say(alice, draft, text="Better words.")
    assert (answered().text, answered().by) == ("Better words.", alice)
    entry = AuditEntry.objects.filter(verb="assessment.answered").order_by("sequence").last()
    assert entry is not None
    assert (entry.before["text"], entry.after["text"]) == ("First words.", "Better words.")


def test_of_two_editors_the_later_is_told_whose_answer_it_would_have_overwritten(
    draft: Assessment, alice: User, bob: User
) -> None:
    say(bob, draft, text="Bob's words.", version=0)
    with pytest.raises(Stale, match="Bob Brandt changed the answer to HUM-03 on 20"):
        say(alice, draft, text="Alice's words.", version=0)
    assert answered().text == "Bob's words."
    say(alice, draft, text="Alice's words.", version=answered().version)
    assert answered().text == "Alice's words."


def test_an_answer_taken_back_meanwhile_is_told_with_who_did_it(draft: Assessment, alice: User, bob: User) -> None:
    say(alice, draft)
    seen = answered().version
    clear_answer(actor=by(bob), assessment=draft, item="HUM-03", version=seen)
    with pytest.raises(Stale, match="Bob Brandt"):
        say(alice, draft, text="More.", version=seen)


def test_an_answer_taken_back_and_given_anew_is_another_one(draft: Assessment, alice: User, bob: User) -> None:
    say(alice, draft)
    seen = answered().version
    clear_answer(actor=by(bob), assessment=draft, item="HUM-03")
    say(bob, draft, text="Anew.")
    with pytest.raises(Stale):
        say(alice, draft, text="More.", version=seen)


def test_saving_the_same_twice_changes_nothing(draft: Assessment, alice: User, bob: User) -> None:
    say(alice, draft, version=0)
    before = answered()
    say(alice, draft, version=0)
    say(bob, draft)
    after = answered()
    assert (after.version, after.at, after.by) == (before.version, before.at, alice)
    assert AuditEntry.objects.filter(verb="assessment.answered").count() == 1


def test_clearing_what_is_not_there_is_no_change(draft: Assessment, alice: User) -> None:
    clear_answer(actor=by(alice), assessment=draft, item="HUM-03", version=0)
    assert not AuditEntry.objects.filter(verb="assessment.answered").exists()


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"item": "HUM-99"}, "item", "nothing that this assessment asks"),
        ({"item": "ZZ-1.1"}, "item", "nothing that this assessment asks"),
        ({"answer": "perhaps"}, "answer", "is not an answer"),
        ({"answer": "registry"}, "answer", "is not an answer"),
        ({"link": "javascript:alert(1)"}, "link", "http"),
        ({"link": "https://bob:pw@example.org/"}, "link", "no password"),
        ({"link": "https://x.org/" + "a" * 1000}, "link", "not"),
        ({"expires": -1}, "expires", "must end after it was given"),
        ({"expires": 0}, "expires", "must end after it was given"),
        ({"expires": 400}, "expires", "within a year"),
        ({"item": "MR-2.1", "expires": None}, "expires", "must end"),
        ({"item": "MR-2.1", "expires": 30, "link": ""}, "link", "needs a proof"),
        ({"item": "MR-2.1", "expires": 30, "answer": "pipeline"}, "answer", "is not an answer"),
    ],
)
def test_what_mlops_yaml_refuses_the_form_refuses_beside_the_field(
    draft: Assessment, alice: User, given: dict[str, Any], field: str, words: str
) -> None:
    days = given.pop("expires", None)
    values = {"item": "HUM-03", "answer": "yes", "link": PROOF, **given}
    with pytest.raises(Invalid) as refused:
        answer_item(actor=by(alice), assessment=draft, expires=None if days is None else in_days(days), **values)
    assert refused.value.field == field
    assert words in refused.value.what
    assert refused.value.do or field == "item"
    assert not Answer.objects.exists()


def test_a_no_about_a_criterion_holds_for_a_year_when_nobody_says_otherwise(draft: Assessment, alice: User) -> None:
    answer_item(actor=by(alice), assessment=draft, item="MR-2.1", answer="no")
    assert answered("MR-2.1").expires == in_days(365)


def test_ten_megabytes_of_words_are_refused_with_the_limit_and_the_answer_before_stays(
    draft: Assessment, alice: User
) -> None:
    say(alice, draft, text="Short and good.")
    with pytest.raises(Invalid, match="10,485,760 characters long; 10,000 are kept") as refused:
        say(alice, draft, text="x" * 10 * 2**20)
    assert refused.value.field == "text"
    assert answered().text == "Short and good."


def test_what_no_database_can_hold_is_taken_out_of_words(draft: Assessment, alice: User) -> None:
    say(alice, draft, text="a\x00b\ud800")
    assert answered().text == "ab?"


def test_agreements_follow_the_rules_of_mlops_yaml_and_name_the_wrong_one(draft: Assessment, alice: User) -> None:
    agreed = {"staleness_days": 60, "availability": 0.995, "slices": ["carrier"]}
    set_agreements(actor=by(alice), assessment=draft, agreements=agreed)
    draft.refresh_from_db()
    assert draft.agreements == agreed
    with pytest.raises(Invalid) as refused:
        set_agreements(actor=by(alice), assessment=draft, agreements={"availability": 2})
    assert refused.value.field == "availability"
    with pytest.raises(Invalid):
        set_agreements(actor=by(alice), assessment=draft, agreements={"colour": "red"})
    draft.refresh_from_db()
    assert draft.agreements == agreed


def test_every_change_of_a_draft_counts_its_version(draft: Assessment, alice: User) -> None:
    say(alice, draft)
    set_agreements(actor=by(alice), assessment=draft, agreements={"staleness_days": 30})
    clear_answer(actor=by(alice), assessment=draft, item="HUM-03")
    draft.refresh_from_db()
    assert draft.version == 4


def test_what_no_database_takes_is_left_out_of_what_was_agreed(draft: Assessment, alice: User) -> None:
    agreed = {"slices": ["J\x00FK", "L\ud800GA"]}
    assert set_agreements(actor=by(alice), assessment=draft, agreements=agreed).agreements == {
        "slices": ["JFK", "L?GA"]
    }
    with pytest.raises(Invalid, match="nothing that this assessment asks"):
        say(alice, draft, "HUM\x00-00")
