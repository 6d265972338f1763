"""The pages of a design: what writers, reviewers and readers see and can do, and that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from assessments.lifecycle.design import save_design, submit_design, withdraw_design
from assessments.models import DesignReview
from mlops_portal.accounts.models import User
from mlops_portal.projects.models import Project
from tests.assessments.lifecycle.designing import ANSWERS, begun, decided, review_of, submitted
from tests.assessments.lifecycle.granting import by
from tests.portal.conftest import Clients

DESIGN, SUBMIT, WITHDRAW = (f"/projects/flights/design/{part}" for part in ("", "submit/", "withdraw/"))


def html(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def typed(design: DesignReview, **values: str) -> dict[str, str]:
    return {"version": str(design.version), "step": "save", **ANSWERS, **values}


def test_an_empty_page_teaches_why_it_is_asked_and_begins_with_one_button(flights: Project, clients: Clients) -> None:
    page = html(clients["alice"], DESIGN)
    assert "Nobody has asked yet whether ML is needed" in page
    assert "what does the best way without ML reach" in page
    answer = clients["alice"].post(DESIGN, {"step": "start"})
    assert (answer.status_code, answer["Location"]) == (302, DESIGN)
    assert '<label for="baseline">The baseline without ML</label>' in html(clients["bob"], DESIGN)


def test_beginning_twice_leads_to_the_one_that_is_there(flights: Project, clients: Clients) -> None:
    clients["alice"].post(DESIGN, {"step": "start"})
    page = clients["bob"].post(DESIGN, {"step": "start"}, follow=True).content.decode()
    assert "being written already" in page
    assert DesignReview.objects.count() == 1


def test_a_design_is_written_shown_and_submitted(flights: Project, clients: Clients, alice: User) -> None:
    draft = begun(alice, flights, problem="")
    clients["alice"].post(DESIGN, typed(draft, problem="Passengers\r\nmiss flights."))
    draft.refresh_from_db()
    assert draft.problem == "Passengers\nmiss flights."
    answer = clients["alice"].post(DESIGN, typed(draft, step="submit"))
    assert answer["Location"] == SUBMIT
    shown = html(clients["alice"], SUBMIT)
    assert "Rebooking by a rule: 48 per 1,000." in shown
    assert "The one accepted before is superseded" in shown
    draft.refresh_from_db()
    assert clients["alice"].post(SUBMIT, {"version": str(draft.version)})["Location"] == DESIGN
    draft.refresh_from_db()
    assert draft.state == "submitted"
    page = html(clients["bob"], DESIGN)
    assert f"/reviews/{review_of(draft).pk}/" in page
    assert '<textarea id="problem"' not in page


def test_what_a_reviewer_would_miss_is_said_beside_each_field_and_nothing_is_lost(
    flights: Project, clients: Clients, alice: User
) -> None:
    draft = begun(alice, flights)
    answer = clients["alice"].post(DESIGN, typed(draft, step="submit", metric=" ", needed="", problem="Kept words."))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="error-metric"' in page
    assert 'id="error-needed"' in page
    assert page.count("A reviewer needs this as well") == 2
    draft.refresh_from_db()
    assert draft.problem == "Kept words."
    assert "The metric that matters · Is ML needed? –" in html(clients["alice"], SUBMIT)
    refused = clients["alice"].post(SUBMIT, {"version": str(draft.version)})
    assert (refused.status_code, "not answered yet" in refused.content.decode()) == (422, True)


def test_what_is_too_long_is_said_beside_its_field_and_kept(flights: Project, clients: Clients, alice: User) -> None:
    draft = begun(alice, flights)
    answer = clients["alice"].post(DESIGN, typed(draft, problem="x" * 5001, metric="Kept words."))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This is 5001 characters long." in page.split('id="error-problem"')[1]
    assert "Kept words." in page


def test_of_two_editors_the_second_sees_the_words_of_the_first_and_may_then_replace_them(
    flights: Project, clients: Clients, alice: User, bob: User
) -> None:
    draft = begun(alice, flights)
    save_design(actor=by(bob), design=draft, version=draft.version, metric="Bob’s minutes.")
    answer = clients["alice"].post(DESIGN, typed(draft, metric="Alice’s costs."))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Bob Brandt changed this on" in page
    assert ("Bob’s minutes." in page, "Alice’s costs." in page) == (True, True)
    version = page.split('name="version" value="')[1].split('"')[0]
    assert clients["alice"].post(DESIGN, typed(draft, metric="Alice’s costs.", version=version)).status_code == 302
    draft.refresh_from_db()
    assert draft.metric == "Alice’s costs."


def test_what_was_confirmed_is_what_is_submitted(flights: Project, clients: Clients, alice: User, bob: User) -> None:
    draft = begun(alice, flights)
    save_design(actor=by(bob), design=draft, version=draft.version, metric="Other minutes.")
    answer = clients["alice"].post(SUBMIT, {"version": str(draft.version)})
    assert (answer.status_code, "Bob Brandt changed this" in answer.content.decode()) == (422, True)
    draft.refresh_from_db()
    assert draft.state == "draft"


@pytest.mark.parametrize("ended", [True, False])
def test_what_was_typed_too_late_can_be_copied(
    flights: Project, clients: Clients, alice: User, bob: User, ended: bool
) -> None:
    draft = begun(alice, flights)
    if ended:
        withdraw_design(actor=by(bob), design=draft, reason="Put off.")
    else:
        submit_design(actor=by(bob), design=draft)
    page = clients["alice"].post(DESIGN, typed(draft, metric="My late words.")).content.decode()
    assert ("Not saved" in page, "My late words." in page) == (True, True)


def test_what_was_returned_shows_the_reason_above_the_form(
    flights: Project, clients: Clients, alice: User, bob: User
) -> None:
    decided(bob, submitted(alice, flights), "return")
    page = html(clients["alice"], DESIGN)
    assert "Bob Brandt returned it" in page
    assert page.index("I read all of it.") < page.index('<textarea id="problem"')


def test_the_accepted_one_stands_with_its_decider_and_the_former_ones_below(
    flights: Project, clients: Clients, alice: User, bob: User
) -> None:
    decided(bob, submitted(alice, flights, metric="The first metric."))
    decided(bob, submitted(alice, flights, metric="The second metric.", needed="no"))
    page = html(clients["dana"], DESIGN)
    now, before = page.split("Before</h2>")
    assert ("The second metric." in now, "ML needed? No" in now, "Bob Brandt" in now) == (True, True, True)
    assert ("The first metric." in before, "The first metric." in now) == (True, False)
    assert "Revise it" in now


def test_withdrawing_takes_a_reason(flights: Project, clients: Clients, alice: User) -> None:
    draft = submitted(alice, flights)
    assert "its review is closed" in html(clients["bob"], WITHDRAW)
    assert clients["bob"].post(WITHDRAW, {"reason": " "}).status_code == 422
    assert clients["bob"].post(WITHDRAW, {"reason": "Put off."})["Location"] == DESIGN
    draft.refresh_from_db()
    assert draft.state == "withdrawn"
    assert clients["bob"].get(WITHDRAW).status_code == 404


def test_the_project_page_leads_there(flights: Project, clients: Clients, alice: User, bob: User) -> None:
    decided(bob, submitted(alice, flights))
    page = html(clients["alice"], "/projects/flights/")
    assert page.count(f'href="{DESIGN}"') == 2
    assert "Missed connections per 1,000 passengers." in page


@pytest.mark.parametrize("path", [DESIGN, SUBMIT, WITHDRAW])
def test_who_only_sees_the_project_reads_no_design_and_writes_none(
    flights: Project, clients: Clients, alice: User, path: str
) -> None:
    Project.objects.update(visibility="public")
    begun(alice, flights)
    assert clients["charlie"].get(path).status_code == 403
    assert clients["visitor"].get(path).status_code == 403
    assert clients["charlie"].post(path, {"step": "save", "reason": "No."}).status_code == 403


def test_the_page_takes_the_same_number_of_queries_however_many_there_were(
    flights: Project, clients: Clients, alice: User, bob: User, queries: Callable[[Client, str], int]
) -> None:
    decided(bob, submitted(alice, flights))
    decided(bob, submitted(alice, flights))
    begun(alice, flights)
    few = queries(clients["alice"], DESIGN)
    for _ in range(3):
        withdraw_design(actor=by(bob), design=DesignReview.objects.get(state="draft"), reason="Put off.")
        decided(bob, submitted(alice, flights))
        begun(alice, flights)
    assert queries(clients["alice"], DESIGN) == few
