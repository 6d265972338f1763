"""Who sees which review, and what waits for whom: in few queries, however much there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser

from mlops_portal.accounts.memory import remembering
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import NotFound
from mlops_portal.projects.models import Membership, Project
from mlops_portal.reviews.actions import decide, withdraw_review
from mlops_portal.reviews.kinds import KINDS
from mlops_portal.reviews.models import Review
from mlops_portal.reviews.selectors import decided, open_review_of, requested_by, review_for, waiting_for
from tests.reviews.conftest import as_actor
from tests.reviews.things import Things

Ask = Callable[..., Review]


def sees(person: Any, review: Review) -> bool:
    try:
        return review_for(person, review.pk) == review
    except NotFound:
        return False


def approve(person: User, review: Review) -> None:
    decide(actor=as_actor(person), review=review, answer="approve", reason="It holds.", digest="as shown")


def test_members_and_governance_see_a_review_and_strangers_do_not(
    review: Review, alice: User, bob: User, charlie: User, dana: User
) -> None:
    people = {"alice": alice, "bob": bob, "charlie": charlie, "dana": dana, "visitor": AnonymousUser()}
    assert {name for name, person in people.items() if sees(person, review)} == {"alice", "bob", "dana"}


def test_the_kind_may_show_it_to_others(ask: Ask, charlie: User, things: Things) -> None:
    things.hands["model"] = {charlie.pk}
    assert sees(charlie, ask())


def test_a_hidden_review_is_told_in_the_same_words_as_one_that_is_not_there(review: Review, charlie: User) -> None:
    said = []
    for number in (review.pk, 10**30, "none", "²"):
        with pytest.raises(NotFound) as refusal:
            review_for(charlie, number)
        said.append(str(refusal.value))
    assert len(set(said)) == 1


def test_the_portal_itself_sees_every_review(review: Review) -> None:
    assert review_for(Actor.system("tests"), str(review.pk)) == review


def test_a_review_waits_for_those_who_may_decide_it(
    review: Review, alice: User, bob: User, charlie: User, dana: User
) -> None:
    waits = [person.username for person in (alice, bob, charlie, dana) if review in waiting_for(person)]
    assert waits == ["bob", "dana"]


def test_a_review_does_not_wait_for_who_had_a_hand_in_it_or_has_decided(
    ask: Ask, bob: User, dana: User, things: Things
) -> None:
    things.hands["model"] = {bob.pk}
    review = ask(needed=2)
    approve(dana, review)
    assert not waiting_for(bob).exists()
    assert not waiting_for(dana).exists()


def test_a_viewer_is_not_asked(review: Review, bob: User, flights: Project) -> None:
    Membership.objects.filter(user=bob).update(role="viewer")
    assert not waiting_for(bob).exists()
    assert sees(bob, review)


def test_membership_of_one_project_is_not_membership_of_another(review: Review, charlie: User) -> None:
    Membership.objects.create(project=Project.objects.create(slug="other"), user=charlie, role="owner")
    assert not waiting_for(charlie).exists()


def test_what_has_run_out_waits_for_nobody_even_before_it_is_closed(review: Review, bob: User) -> None:
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert not waiting_for(bob).exists()


def test_who_waits_longest_comes_first(ask: Ask, bob: User) -> None:
    first, second = ask("a"), ask("b")
    assert list(waiting_for(bob)) == [first, second]


def test_what_somebody_asked_for_lists_the_open_first(ask: Ask, alice: User, bob: User) -> None:
    first, second, third = ask("a"), ask("b"), ask("c")
    withdraw_review(actor=as_actor(alice), review=third, reason="Too early.")
    assert list(requested_by(alice)) == [second, first, third]
    assert not requested_by(bob).exists()


def test_what_is_decided_is_seen_by_those_who_see_the_project(
    review: Review, alice: User, bob: User, charlie: User, dana: User
) -> None:
    assert not decided(dana).exists()
    approve(bob, review)
    assert [person.username for person in (alice, bob, charlie, dana) if decided(person).exists()] == [
        "alice",
        "bob",
        "dana",
    ]


def test_a_kind_that_is_no_more_breaks_no_queue(review: Review, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(KINDS._items, "thing")
    assert not waiting_for(bob).exists()
    assert not sees(bob, review)


def test_the_open_review_of_a_thing_is_found(review: Review, bob: User) -> None:
    assert open_review_of("thing", "model") == review
    approve(bob, review)
    assert open_review_of("thing", "model") is None


@pytest.mark.parametrize("who", ["bob", "dana"])
def test_what_waits_is_known_in_as_many_queries_for_thirty_projects_as_for_one(
    who: str, ask: Ask, bob: User, dana: User, django_assert_max_num_queries: Any
) -> None:
    person = {"bob": bob, "dana": dana}[who]

    def count() -> int:
        with remembering(), django_assert_max_num_queries(3) as captured:
            assert waiting_for(person).count()
        return len(captured)

    ask()
    few = count()
    for number in range(30):
        project = Project.objects.create(slug=f"p-{number}")
        Membership.objects.create(project=project, user=bob, role="ml-engineer")
        Membership.objects.create(project=project, user=bob, role="viewer")
        ask(f"thing-{number}", project=project)
    assert waiting_for(person).count() == 31
    assert count() == few
