"""Reviews on pages: queue, conversation, a decision with a second look; what was typed is never lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.test import Client

from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Membership, Project
from mlops_portal.reviews.kinds import KINDS
from mlops_portal.reviews.models import Comment, Decision, Review
from tests.portal.conftest import Clients
from tests.reviews.things import Things

Ask = Callable[..., Review]
SAID = {"answer": "approve", "reason": "I looked: **it holds**.", "digest": "as shown"}


@pytest.fixture
def things(monkeypatch: pytest.MonkeyPatch) -> Things:
    kind = Things()
    monkeypatch.setitem(KINDS._items, kind.key, kind)
    return kind


@pytest.fixture
def ask(things: Things, alice: User, flights: Project) -> Ask:
    return partial(things.ask, alice, project=flights)


@pytest.fixture
def review(ask: Ask) -> Review:
    return ask(facts=[("Level", "2, up to 3"), ("See", "https://ci.example.org/7"), ("Bad", "<b>javascript:x</b>")])


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def send(client: Client, path: str, status: int = 200, **data: str) -> str:
    response = client.post(path, data)
    assert response.status_code == status
    return response.content.decode() if status != 302 else str(response["Location"])


def decide(client: Client, review: Review, status: int = 200, **data: str) -> str:
    return send(client, f"/reviews/{review.pk}/decide/", status, **{**SAID, **data})


def test_the_queue_shows_each_person_what_waits_for_them(clients: Clients, review: Review) -> None:
    waits = {who: "The model" in page(clients[who], "/reviews/") for who in ("alice", "bob", "charlie", "dana")}
    assert waits == {"alice": False, "bob": True, "charlie": False, "dana": True}
    assert "The model" in page(clients["alice"], "/reviews/?tab=mine")
    assert "Nothing waits for you" in page(clients["charlie"], "/reviews/")


def test_a_decided_review_moves_to_the_last_tab_with_who_decided(clients: Clients, review: Review) -> None:
    decide(clients["bob"], review, 302, step="confirm")
    assert "The model" not in page(clients["dana"], "/reviews/")
    html = page(clients["dana"], "/reviews/?tab=decided")
    assert "The model" in html
    assert "by Bob Brandt" in html
    assert "The model" not in page(clients["charlie"], "/reviews/?tab=decided")


def test_an_unknown_tab_is_refused(clients: Clients) -> None:
    page(clients["bob"], "/reviews/?tab=odd", 400)


def test_rows_can_be_reached_and_decided_by_keys(clients: Clients, review: Review) -> None:
    html = page(clients["bob"], "/reviews/")
    for part in (
        "data-row",
        "data-open",
        'data-key="a"',
        'data-key="x"',
        f"/reviews/{review.pk}/decide/?answer=return",
    ):
        assert part in html


def test_the_navigation_counts_what_waits_for_the_person(clients: Clients, ask: Ask) -> None:
    ask("a"), ask("b")
    counted = '<span class="badge">2<span class="visually-hidden"> waiting for you</span></span>'
    assert counted in page(clients["bob"], "/jobs/")
    assert 'class="badge"' not in page(clients["alice"], "/jobs/")
    assert 'class="badge"' not in page(clients["visitor"], "/")


def test_a_review_shows_what_it_is_about_and_where_it_stands(clients: Clients, review: Review) -> None:
    html = page(clients["bob"], f"/reviews/{review.pk}/")
    for part in ("2, up to 3", "Alice Ahmed", "0 of 1 approval", "<code>as shown</code>", 'href="/things/model/"'):
        assert part in html
    assert '<a href="https://ci.example.org/7" rel="noreferrer nofollow">' in html
    assert "&lt;b&gt;javascript:x&lt;/b&gt;" in html


@pytest.mark.parametrize(
    ("who", "why"),
    [("alice", "You asked for this review"), ("viewer", "needs the right to collect"), ("hand", "You had a hand in")],
)
def test_who_may_not_decide_is_told_why_and_offered_nothing(
    clients: Clients, ask: Ask, things: Things, bob: User, who: str, why: str
) -> None:
    things.hands["model"] = {bob.pk} if who == "hand" else set()
    review = ask()
    if who == "viewer":
        Membership.objects.filter(user=bob).update(role="viewer")
    client = clients["alice" if who == "alice" else "bob"]
    html = page(client, f"/reviews/{review.pk}/")
    assert why in html
    assert "decide/?answer" not in html
    assert why in page(client, f"/reviews/{review.pk}/decide/", 403)
    assert "not counted" in decide(client, review, 403, step="confirm")
    assert not Decision.objects.exists()


def test_that_the_subject_has_changed_is_said_before_anybody_clicks(
    clients: Clients, review: Review, things: Things
) -> None:
    things.digests["model"] = "as it is now"
    html = page(clients["bob"], f"/reviews/{review.pk}/")
    assert "has changed since this was asked" in html
    assert "decide/?answer" not in html
    assert clients["bob"].get(f"/reviews/{review.pk}/decide/")["Location"] == f"/reviews/{review.pk}/"


def test_nothing_counts_before_the_consequence_was_confirmed(clients: Clients, review: Review) -> None:
    form = page(clients["bob"], f"/reviews/{review.pk}/decide/?answer=approve")
    assert 'value="approve" required checked' in form
    html = decide(clients["bob"], review, 200, **{"detail-lid": "It squeaks."})
    assert "The thing is let in at once." in html
    assert "<strong>it holds</strong>" in html
    assert "It squeaks." in html
    assert not Decision.objects.exists()
    assert (
        decide(clients["bob"], review, 302, step="confirm", **{"detail-lid": "It squeaks."}) == f"/reviews/{review.pk}/"
    )
    decision = Decision.objects.get()
    assert (decision.answer, decision.reason, decision.details) == ("approve", SAID["reason"], {"lid": "It squeaks."})
    html = page(clients["alice"], f"/reviews/{review.pk}/")
    assert "Bob Brandt approved it" in html
    assert "<strong>it holds</strong>" in html
    assert "The lid closes" in html


def test_the_second_look_can_be_left_without_losing_a_word(clients: Clients, review: Review) -> None:
    html = decide(clients["bob"], review, 200, step="edit", answer="return", **{"detail-box": "Too <small>"})
    assert 'value="return" required checked' in html
    assert "I looked: **it holds**.</textarea>" in html
    assert "Too &lt;small&gt;</textarea>" in html
    assert not Decision.objects.exists()


def test_the_first_of_two_approvals_is_told_that_another_is_needed(clients: Clients, ask: Ask) -> None:
    review = ask(needed=2)
    assert "1 more by somebody else is needed" in decide(clients["bob"], review)
    decide(clients["bob"], review, 302, step="confirm")
    html = page(clients["bob"], f"/reviews/{review.pk}/")
    assert "1 of 2 approvals" in html
    assert "You have decided: approved" in html
    assert "decide/?answer" not in html
    decide(clients["dana"], review, 302, step="confirm")
    review.refresh_from_db()
    assert review.state == "approved"


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"reason": "  "}, "reason-error", "This needs words."),
        ({"answer": ""}, "answer-error", "A decision is approve or return."),
        ({"detail-lid": "x" * 10_001}, "detail-lid-error", "This is 10001 characters long."),
    ],
)
@pytest.mark.parametrize("step", ["", "confirm"])
def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(
    clients: Clients, review: Review, wrong: dict[str, str], field: str, says: str, step: str
) -> None:
    html = decide(clients["bob"], review, 400, step=step, **{"detail-box": "It wobbles.", **wrong})
    assert f'id="{field}"><li>{says}' in html
    assert "It wobbles.</textarea>" in html
    assert "as shown" in html
    assert not Decision.objects.exists()


def test_a_double_click_counts_once_and_is_told_kindly(clients: Clients, review: Review) -> None:
    decide(clients["bob"], review, 302, step="confirm")
    response = clients["bob"].post(f"/reviews/{review.pk}/decide/", {**SAID, "step": "confirm"}, follow=True)
    assert "You have decided already; it counted once." in response.content.decode()
    assert Decision.objects.count() == 1


def test_a_second_decision_with_other_words_is_refused_and_the_words_are_kept(clients: Clients, review: Review) -> None:
    decide(clients["bob"], review, 302, step="confirm")
    html = decide(clients["bob"], review, 409, step="confirm", answer="return", reason="No, it does not.")
    assert "Bob Brandt has decided already." in html
    assert "No, it does not." in html


@pytest.mark.parametrize("step", ["", "confirm"])
def test_a_change_in_the_last_moment_refuses_the_decision_and_keeps_the_words(
    clients: Clients, review: Review, things: Things, step: str
) -> None:
    things.digests["model"] = "as it is now"
    html = decide(clients["bob"], review, 409, step=step, **{"detail-lid": "It squeaks."})
    assert "has changed since it was shown" in html
    assert "I looked: **it holds**." in html
    assert "It squeaks." in html
    assert "Say it in the conversation instead" in html


def test_who_comes_too_late_keeps_the_words(clients: Clients, review: Review) -> None:
    decide(clients["dana"], review, 302, step="confirm")
    html = decide(clients["bob"], review, 409, step="confirm", reason="I agree.")
    assert "is already approved" in html
    assert "I agree." in html


def test_what_has_run_out_says_so_and_offers_nothing(clients: Clients, review: Review) -> None:
    with time_machine.travel(clock.now() + timedelta(days=31)):
        clients["bob"].force_login(User.objects.get(username="bob"))
        html = page(clients["bob"], f"/reviews/{review.pk}/")
    assert "The time to decide is over." in html
    assert "decide/?answer" not in html


def test_people_talk_in_markdown(clients: Clients, review: Review) -> None:
    where = send(clients["bob"], f"/reviews/{review.pk}/comment/", 302, text="Why *this* <script>?")
    assert where == f"/reviews/{review.pk}/#comment-{Comment.objects.get().pk}"
    html = page(clients["alice"], f"/reviews/{review.pk}/")
    assert "Why <em>this</em> &lt;script&gt;?" in html


def test_saying_nothing_is_refused_beside_the_field(clients: Clients, review: Review) -> None:
    html = send(clients["bob"], f"/reviews/{review.pk}/comment/", 400, text=" ")
    assert 'id="text-error"><li>This needs words.' in html
    long = send(clients["bob"], f"/reviews/{review.pk}/comment/", 400, text="x" * 10_001)
    assert "x" * 10_001 in long


def test_a_long_conversation_shows_its_end_and_all_of_it_on_demand(clients: Clients, review: Review, bob: User) -> None:
    for number in range(60):
        Comment.objects.create(review=review, author=bob, text=f"Remark-{number}.", at=clock.now())
    html = page(clients["alice"], f"/reviews/{review.pk}/")
    assert "Remark-9." not in html
    assert "Remark-59." in html
    assert "Show 10 earlier" in html
    assert "Remark-9." in page(clients["alice"], f"/reviews/{review.pk}/?conversation=all")


def test_who_asked_takes_it_back_with_a_reason(clients: Clients, review: Review) -> None:
    path = f"/reviews/{review.pk}/withdraw/"
    html = send(clients["alice"], path, 400, reason=" ")
    assert 'id="reason-error"><li>This needs words.' in html
    send(clients["bob"], path, 403, reason="I do not like it.")
    send(clients["alice"], path, 302, reason="Too early.")
    again = clients["alice"].post(path, {"reason": "Too early."}, follow=True).content.decode()
    assert "It is withdrawn already." in again
    assert AuditEntry.objects.filter(verb="review.withdrawn").count() == 1


def test_taking_back_what_is_decided_keeps_the_words(clients: Clients, review: Review) -> None:
    decide(clients["bob"], review, 302, step="confirm")
    html = send(clients["alice"], f"/reviews/{review.pk}/withdraw/", 409, reason="I was wrong.")
    assert "is already approved" in html
    assert "I was wrong.</textarea>" in html


def test_a_hidden_review_is_missing_in_every_way(clients: Clients, review: Review) -> None:
    paths = [f"/reviews/{review.pk}/", f"/reviews/{review.pk}/decide/"]
    hidden = [page(clients["charlie"], path, 404) for path in paths]
    missing = [page(clients["charlie"], path.replace(str(review.pk), "999"), 404) for path in paths]
    assert hidden == missing
    for part in ("decide", "comment", "withdraw"):
        send(clients["charlie"], f"/reviews/{review.pk}/{part}/", 404, **SAID, text="x")


def test_a_visitor_is_asked_to_sign_in(clients: Clients, review: Review) -> None:
    for path in ("/reviews/", f"/reviews/{review.pk}/", f"/reviews/{review.pk}/decide/"):
        assert clients["visitor"].get(path)["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.parametrize("who", ["bob", "dana"])
@pytest.mark.parametrize("tab", ["needs-me", "mine", "decided"])
def test_the_queue_takes_as_many_queries_for_many_reviews_as_for_few(
    clients: Clients, ask: Ask, queries: Callable[[Client, str], int], bob: User, dana: User, who: str, tab: str
) -> None:
    def more(first: int, last: int) -> None:
        for number in range(first, last):
            project = Project.objects.create(slug=f"p-{number}", name=f"P {number}")
            Membership.objects.create(project=project, user=bob, role="ml-engineer")
            ask(f"thing-{number}", project=project, needed=2)
            done = ask(f"done-{number}", project=project)
            Decision.objects.create(
                review=done, requester=done.requester, reviewer=dana, answer="approve", reason="Yes.", at=clock.now()
            )
            Review.objects.filter(pk=done.pk).update(state="approved", closed_at=clock.now())

    more(0, 2)
    few = queries(clients[who], f"/reviews/?tab={tab}")
    more(2, 40)
    assert queries(clients[who], f"/reviews/?tab={tab}") == few


def test_one_review_takes_few_queries_however_much_is_said(
    clients: Clients, review: Review, bob: User, queries: Callable[[Client, str], int]
) -> None:
    few = queries(clients["bob"], f"/reviews/{review.pk}/")
    for number in range(30):
        Comment.objects.create(review=review, author=bob, text=f"Remark {number}.", at=clock.now())
    assert queries(clients["bob"], f"/reviews/{review.pk}/") == few


def test_many_reviews_come_in_pages(clients: Clients, ask: Ask) -> None:
    for number in range(31):
        ask(f"thing-{number}")
    assert "Page 1 of 2 · 31 reviews" in page(clients["bob"], "/reviews/")
    assert "The thing-30" in page(clients["bob"], "/reviews/?page=2")
