"""Four eyes: who asked never decides, a decision is about what was shown, and counts once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.audit.verify import Verification
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Conflict, Invalid, InvalidTransition, NotAllowed, Stale
from mlops_portal.projects.models import Project
from mlops_portal.reviews.actions import (
    comment,
    decide,
    expire_review,
    open_review,
    supersede_review,
    withdraw_review,
)
from mlops_portal.reviews.models import Comment, Decision, Review
from tests.reviews.conftest import as_actor
from tests.reviews.things import Things

Ask = Callable[..., Review]


def say(person: User, review: Review, answer: str = "approve", **values: Any) -> Review:
    said = {"reason": "It holds.", "digest": "as shown", **values}
    return decide(actor=as_actor(person), review=review, answer=answer, **said)


def trail() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("sequence").values_list("actor_name", "verb"))


def test_a_second_person_approves_and_the_thing_is_told(review: Review, bob: User, things: Things) -> None:
    assert say(bob, review).state == "approved"
    review.refresh_from_db()
    assert (review.state, review.closed_at is not None) == ("approved", True)
    assert things.told == [("model", "approved")]


def test_a_return_closes_it_with_reasons_also_for_its_parts(review: Review, bob: User, things: Things) -> None:
    say(bob, review, "return", reason="The lid.", details={"lid": " It does not close. ", "box": "  "})
    decision = review.decisions.get()
    assert (decision.answer, decision.reason, decision.details) == ("return", "The lid.", {"lid": "It does not close."})
    assert things.told == [("model", "returned: The lid.")]


def test_one_return_is_enough_when_several_must_approve(ask: Ask, bob: User, dana: User) -> None:
    review = ask(needed=3)
    say(bob, review)
    assert say(dana, review, "return").state == "returned"


def test_two_approvals_take_two_people(ask: Ask, bob: User, dana: User, things: Things) -> None:
    review = ask(needed=2)
    assert say(bob, review).state == "open"
    with pytest.raises(Conflict, match="Bob Brandt has decided already"):
        say(bob, review)
    assert say(dana, review).state == "approved"
    assert things.told == [("model", "in part"), ("model", "approved")]


@pytest.mark.parametrize("superuser", [False, True])
def test_who_asked_never_decides(review: Review, alice: User, superuser: bool) -> None:
    alice.is_superuser = superuser
    alice.save()
    with pytest.raises(NotAllowed, match="Alice Ahmed asked for this review and may not decide it"):
        say(alice, review)


def test_the_database_itself_refuses_the_requester(review: Review, alice: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            review=review, requester=alice, reviewer=alice, answer="approve", reason="Mine.", at=clock.now()
        )


def test_the_database_itself_refuses_a_second_decision_of_one_person(review: Review, alice: User, bob: User) -> None:
    values = {"review": review, "requester": alice, "reviewer": bob, "answer": "approve", "reason": "Yes."}
    Decision.objects.create(**values, at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(**values, at=clock.now())


@pytest.mark.parametrize("superuser", [False, True])
def test_who_had_a_hand_in_it_never_decides(ask: Ask, bob: User, things: Things, superuser: bool) -> None:
    bob.is_superuser = superuser
    bob.save()
    things.hands["model"] = {bob.pk}
    review = ask()
    with pytest.raises(NotAllowed, match="Bob Brandt had a hand in this"):
        say(bob, review)
    things.hands.clear()  # what was true when it was asked for stays true
    with pytest.raises(NotAllowed, match="Bob Brandt had a hand in this"):
        say(bob, review)


def test_who_got_a_hand_in_it_later_does_not_decide_either(review: Review, bob: User, things: Things) -> None:
    things.hands["model"] = {bob.pk}
    with pytest.raises(NotAllowed, match="had a hand"):
        say(bob, review)


def test_a_stranger_does_not_decide(review: Review, charlie: User) -> None:
    with pytest.raises(NotAllowed, match="Charlie Castro may not decide this review"):
        say(charlie, review)


@pytest.mark.parametrize("digest", ["as shown", "as it is now"])
def test_a_decision_about_what_has_changed_is_refused(review: Review, bob: User, things: Things, digest: str) -> None:
    things.digests["model"] = "as it is now"
    with pytest.raises(Stale, match="has changed since it was shown"):
        say(bob, review, digest=digest)
    assert not review.decisions.exists()


def test_a_decision_about_something_else_than_was_asked_is_refused(review: Review, bob: User) -> None:
    with pytest.raises(Stale):
        say(bob, review, digest="something else")


def test_what_is_gone_cannot_be_approved(review: Review, bob: User, things: Things) -> None:
    del things.digests["model"]
    with pytest.raises(Stale):
        say(bob, review)


def test_what_has_run_out_is_not_decided_even_before_it_is_closed(review: Review, bob: User) -> None:
    with time_machine.travel(clock.now() + timedelta(days=31)), pytest.raises(InvalidTransition, match="has run out"):
        say(bob, review)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"answer": "perhaps"}, "answer"),
        ({"reason": " \x00\n"}, "reason"),
        ({"reason": "x" * 10_001}, "reason"),
        ({"details": {"lid": "x" * 10_001}}, "detail-lid"),
        ({"details": {"wheels": "There are none."}}, "details"),
    ],
)
def test_a_decision_that_says_nothing_is_refused_beside_its_field(
    review: Review, bob: User, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        say(bob, review, **values)
    assert refusal.value.field == field


def test_what_databases_refuse_is_left_out_of_a_text(review: Review, bob: User) -> None:
    say(bob, review, reason="It\x00 holds \ud800.")
    assert review.decisions.get().reason == "It holds ?."


def test_a_double_click_is_one_decision(review: Review, bob: User, things: Things) -> None:
    say(bob, review)
    with pytest.raises(Conflict, match="Bob Brandt has decided already"):
        say(bob, review)
    assert Decision.objects.count() == 1
    assert len(things.told) == 1


def test_who_comes_second_is_told_that_it_is_decided(review: Review, bob: User, dana: User) -> None:
    say(bob, review)
    with pytest.raises(InvalidTransition, match="is already approved"):
        say(dana, review, "return")


def test_who_asked_takes_it_back_with_a_reason(review: Review, alice: User, things: Things) -> None:
    with pytest.raises(Invalid, match="This needs words"):
        withdraw_review(actor=as_actor(alice), review=review, reason=" ")
    assert withdraw_review(actor=as_actor(alice), review=review, reason="Too early.").state == "withdrawn"
    assert things.told == [("model", "withdrawn")]
    assert AuditEntry.objects.first().reason == "Too early."  # type: ignore[union-attr]


def test_others_do_not_take_it_back_but_governance_does(review: Review, bob: User, dana: User) -> None:
    with pytest.raises(NotAllowed):
        withdraw_review(actor=as_actor(bob), review=review, reason="I do not like it.")
    assert withdraw_review(actor=as_actor(dana), review=review, reason="Asked twice.").state == "withdrawn"


def test_what_is_withdrawn_is_neither_decided_nor_withdrawn_again(review: Review, alice: User, bob: User) -> None:
    withdraw_review(actor=as_actor(alice), review=review, reason="Too early.")
    with pytest.raises(InvalidTransition):
        say(bob, review)
    with pytest.raises(InvalidTransition):
        withdraw_review(actor=as_actor(alice), review=review, reason="Again.")


def test_superseding_closes_it_without_telling_the_kind_that_asked_for_it(review: Review, things: Things) -> None:
    actor = Actor.system("tests")
    assert supersede_review(actor=actor, review=review, reason="A newer one.").state == "superseded"
    assert things.told == []


def test_it_runs_out_by_the_clock_and_not_before(review: Review, things: Things) -> None:
    actor = Actor.system("tests")
    with pytest.raises(InvalidTransition, match="has not run out"):
        expire_review(actor=actor, review=review)
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert expire_review(actor=actor, review=review).state == "expired"
    assert things.told == [("model", "expired")]


def test_a_subject_has_one_open_review_and_another_after_it(ask: Ask, bob: User) -> None:
    first = ask()
    with pytest.raises(Conflict, match="already open"):
        ask()
    say(bob, first, "return")
    assert ask().pk != first.pk


@pytest.mark.parametrize("values", [{"needed": 0}, {"digest": ""}])
def test_a_request_that_nobody_could_decide_is_refused(
    things: Things, alice: User, flights: Project, values: dict[str, Any]
) -> None:
    asked = {"kind": "thing", "subject_id": "model", "title": "The model", "digest": "as shown", "project": flights}
    with pytest.raises(Invalid):
        open_review(actor=as_actor(alice), **{**asked, **values})


def test_machines_neither_ask_nor_decide(review: Review, things: Things, flights: Project) -> None:
    machine = Actor.system("tests")
    with pytest.raises(NotAllowed, match="is no person"):
        open_review(actor=machine, kind="thing", subject_id="x", title="X", digest="d", project=flights)
    with pytest.raises(NotAllowed, match="is no person"):
        decide(actor=machine, review=review, answer="approve", reason="It holds.", digest="as shown")


def test_people_talk_and_a_double_click_says_it_once(review: Review, alice: User, bob: User) -> None:
    for person, text in ((bob, "Why?"), (bob, " Why? "), (alice, "Because."), (bob, "Why?")):
        comment(actor=as_actor(person), review=review, text=text)
    assert [said.text for said in Comment.objects.all()] == ["Why?", "Because.", "Why?"]
    assert [verb for _, verb in trail()].count("review.commented") == 3


def test_strangers_do_not_talk_and_nobody_says_nothing(review: Review, bob: User, charlie: User) -> None:
    with pytest.raises(NotAllowed):
        comment(actor=as_actor(charlie), review=review, text="Hello.")
    with pytest.raises(Invalid):
        comment(actor=as_actor(bob), review=review, text="\n")


def test_every_change_is_in_the_trail_and_the_trail_verifies(ask: Ask, alice: User, bob: User, dana: User) -> None:
    review = ask(needed=2)
    comment(actor=as_actor(bob), review=review, text="Why?")
    say(bob, review, reason="Now I see.")
    say(dana, review, "return", details={"lid": "Loose."})
    again = ask("box")
    withdraw_review(actor=as_actor(alice), review=again, reason="Too early.")
    assert trail() == [
        ("Alice Ahmed", "review.opened"),
        ("Bob Brandt", "review.commented"),
        ("Bob Brandt", "review.approved"),
        ("Dana Dimova", "review.returned"),
        ("Alice Ahmed", "review.opened"),
        ("Alice Ahmed", "review.withdrawn"),
    ]
    entry = AuditEntry.objects.get(verb="review.returned")
    assert (entry.reason, entry.after["details"], entry.project_id) == (
        "It holds.",
        {"lid": "Loose."},
        review.project_id,
    )
    assert not list(Verification().findings())


@pytest.mark.parametrize("answer", ["approve", "return"])
def test_nothing_is_half_done_when_the_thing_fails(review: Review, bob: User, things: Things, answer: str) -> None:
    before = trail()
    things.fails = True
    with pytest.raises(OSError, match="stuck"):
        say(bob, review, answer)
    review.refresh_from_db()
    assert (review.state, review.closed_at, review.decisions.count(), trail()) == ("open", None, 0, before)
    things.fails = False
    say(bob, review, answer)


def test_nothing_is_half_taken_back_when_the_thing_fails(review: Review, alice: User, things: Things) -> None:
    things.fails = True
    with pytest.raises(OSError, match="stuck"):
        withdraw_review(actor=as_actor(alice), review=review, reason="Too early.")
    review.refresh_from_db()
    assert review.state == "open"
