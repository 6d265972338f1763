"""Search finds what the visitor may see, and nothing else; the palette shows the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from mlops_portal.projects.models import Project
from tests.portal.conftest import Clients


def found(client: Client, query: str) -> str:
    response = client.get("/search/", {"q": query})
    assert response.status_code == 200
    html = response.content.decode()
    return html[html.index('id="results"') : html.index("</main>")]


def test_a_project_is_found_by_any_word_of_its_name_or_description(clients: Clients, flights: Project) -> None:
    assert 'href="/projects/flights/"' in found(clients["alice"], "delay ARRIVAL")


def test_a_project_is_found_only_by_those_who_may_see_it(clients: Clients, flights: Project, public: Project) -> None:
    seen = {who: "/projects/flights/" in found(client, "flights") for who, client in clients.items()}
    assert seen == {"visitor": False, "alice": True, "bob": True, "charlie": False, "dana": True}
    assert "/projects/postcodes/" in found(clients["visitor"], "postcodes")


def test_people_are_found_by_those_who_signed_in(clients: Clients, flights: Project) -> None:
    assert "Bob Brandt" in found(clients["charlie"], "brandt")
    assert "Bob Brandt" not in found(clients["visitor"], "brandt")


def test_a_person_is_shown_with_the_projects_that_the_visitor_may_see(clients: Clients, flights: Project) -> None:
    assert "Flights" in found(clients["alice"], "bob")
    assert "Flights" not in found(clients["charlie"], "bob")
    assert "no project that you may see" in found(clients["charlie"], "bob")


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("MR-2.1", "Frameworks and criteria"),
        ("azure-mlops", "Frameworks and criteria"),
        ("MLF-04", "Checks"),
        ("waiver", "Pages and words"),
        ("portfolio", "Pages and words"),
    ],
)
def test_criteria_checks_pages_and_words_are_found(client: Client, db: None, query: str, title: str) -> None:
    assert title in found(client, query)


def test_what_matches_nothing_says_so_and_helps(client: Client, db: None) -> None:
    html = found(client, "xyzzy plugh")
    assert "Nothing matches “xyzzy plugh”." in html
    assert "signing in shows" in html


def test_hostile_words_stay_text(client: Client, db: None) -> None:
    assert "<script>alert" not in found(client, "<script>alert(1)</script>\x00'\"")


def test_without_words_the_page_says_what_can_be_found(client: Client, db: None) -> None:
    assert "Type a few words" in client.get("/search/").content.decode()


def test_the_audit_page_is_found_by_those_who_may_read_it(clients: Clients) -> None:
    assert 'href="/audit/"' in found(clients["dana"], "audit")
    assert 'href="/audit/"' not in found(clients["alice"], "audit")


def test_many_projects_are_shown_in_part_and_lead_to_the_portfolio(client: Client, db: None) -> None:
    Project.objects.bulk_create(Project(slug=f"w-{n}", name=f"Wine {n}", visibility="public") for n in range(30))
    html = found(client, "wine")
    assert html.count('href="/projects/') == 8
    assert 'href="/?q=wine"' in html


def test_the_number_of_queries_does_not_grow(
    clients: Clients, flights: Project, queries: Callable[[Client, str], int]
) -> None:
    before = queries(clients["alice"], "/search/?q=a")
    Project.objects.bulk_create(Project(slug=f"a-{n}", name=f"A {n}", visibility="public") for n in range(30))
    assert queries(clients["alice"], "/search/?q=a") == before
