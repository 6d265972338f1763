"""The portfolio: levels as intervals against targets, filters in the address, what needs attention, CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client, override_settings

from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.portal.scenery import keep_score, organisation, varied


def page(client: Client, path: str = "/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_project_is_a_row_with_its_interval(client: Client, public: Project) -> None:
    keep_score(public, {})
    html = page(client)
    assert "Overall level of Postcodes: 0 (up to 4). Open the scorecard" in html
    assert "≤4" in html


def test_a_project_that_was_never_scored_says_so_and_needs_attention(client: Client, public: Project) -> None:
    html = page(client)
    assert "not scored" in html
    assert "was never looked at" in html


def test_figures_that_are_old_are_marked_and_need_attention(client: Client, public: Project) -> None:
    keep_score(public, {}, at=clock.now() - timedelta(days=5))
    html = page(client)
    assert "old: " in html
    assert "was last checked 5 days ago; its level may have changed" in html


def test_a_project_below_its_target_needs_attention(client: Client, public: Project) -> None:
    Project.objects.update(target_level=4, target_reason="Harm.")
    keep_score(public, varied())
    assert "is 4 levels below its target of 4" in page(client)


def test_a_project_whose_target_cannot_be_told_is_counted_as_open(client: Client, public: Project) -> None:
    Project.objects.update(target_level=3, target_reason="Harm.")
    keep_score(public, {})
    assert "and 1 open" in page(client)


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/?q=postc", {"Postcodes"}),
        ("/?q=nothing", set()),
        ("/?tier=high", {"Churn"}),
        ("/?level=0", {"Postcodes"}),
        ("/?level=3", set()),
        ("/?q=&level=&tier=&framework=azure-mlops", {"Postcodes", "Churn"}),
    ],
)
def test_the_address_narrows_the_rows(
    client: Client, public: Project, internal: Project, address: str, names: set[str]
) -> None:
    Project.objects.filter(pk=internal.pk).update(risk_tier="high", visibility="public")
    keep_score(public, {})
    rows = csv.DictReader(io.StringIO(page(client, address.replace("/", "/portfolio.csv", 1))))
    assert {row["name"] for row in rows} == names
    assert all((name in page(client, address)) == (name in names) for name in ("Postcodes", "Churn"))


def test_filters_that_match_nothing_offer_the_way_back(client: Client, public: Project) -> None:
    html = page(client, "/?q=nothing")
    assert "No project matches these filters." in html
    assert "Show all projects" in html


@pytest.mark.parametrize("address", ["/?level=9", "/?tier=huge", "/?framework=own", "/portfolio.csv?level=x"])
def test_nonsense_in_the_address_is_refused_with_a_reason(client: Client, db: None, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert "is no value of the filter" in response.content.decode()


def test_an_empty_portfolio_teaches_a_member_and_invites_a_visitor(client: Client, alice: User) -> None:
    assert "Sign in" in page(client)
    client.force_login(alice)
    html = page(client)
    assert "This page will show every project as a row" in html
    assert "python manage.py assess" in html


def test_csv_has_both_ends_of_every_interval(client: Client, public: Project) -> None:
    keep_score(public, {})
    (row,) = csv.DictReader(io.StringIO(page(client, "/portfolio.csv")))
    assert (row["overall confirmed"], row["overall possible"]) == ("0", "4")
    assert row["people possible"] == "4"


def test_csv_gives_no_formula_to_a_spreadsheet(client: Client, public: Project) -> None:
    Project.objects.update(name='=HYPERLINK("https://evil.example.org")')
    (row,) = csv.DictReader(io.StringIO(page(client, "/portfolio.csv")))
    assert row["name"].startswith("'=")


def test_hostile_names_stay_text(client: Client, public: Project) -> None:
    Project.objects.update(name="<script>alert(1)</script>", description="<img src=x onerror=alert(1)>")
    html = page(client)
    assert "<script>alert" not in html
    assert "<img" not in html


@override_settings(DEMO=True)
def test_the_demo_says_that_it_is_one_and_who_can_sign_in(client: Client, public: Project) -> None:
    html = page(client)
    assert "Demo data" in html
    assert "Alice, Bob, Charlie or Dana" in html


def test_outside_a_demo_nothing_says_demo(client: Client, public: Project) -> None:
    assert "demo" not in page(client).lower()


def test_the_number_of_queries_does_not_grow_with_the_projects(
    client: Client, alice: User, queries: Callable[[Client, str], int]
) -> None:
    client.force_login(alice)
    organisation(3)
    few = queries(client, "/")
    Project.objects.all().delete()
    organisation(30)
    assert queries(client, "/") == few


def test_the_first_page_of_thirty_projects_stays_small(client: Client, db: None) -> None:
    organisation(30)
    assert len(page(client)) < 250_000
