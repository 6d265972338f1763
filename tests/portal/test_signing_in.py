"""Signing in and out in our own pages; the demo's one-click accounts only in a demo."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings

from mlops_portal.accounts.models import User
from mlops_portal.portal.demo.people import PASSWORD, make_people


def test_signing_in_leads_back_to_where_one_came_from(client: Client, alice: User) -> None:
    form = client.get("/accounts/login/?next=/jobs/").content.decode()
    assert 'name="next" value="/jobs/"' in form
    response = client.post("/accounts/login/", {"login": "alice", "password": "correct-horse-7", "next": "/jobs/"})
    assert response["Location"] == "/jobs/"


def test_signing_in_never_leads_to_another_site(client: Client, alice: User) -> None:
    response = client.post(
        "/accounts/login/", {"login": "alice", "password": "correct-horse-7", "next": "https://evil.example.org/"}
    )
    assert response["Location"] == "/"


def test_a_wrong_password_is_said_so_without_telling_which_part_was_wrong(client: Client, alice: User) -> None:
    html = client.post("/accounts/login/", {"login": "alice", "password": "wrong"}).content.decode()
    assert "not correct" in html


def test_signing_out_is_one_button(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert 'action="/accounts/logout/"' in client.get("/").content.decode()
    client.post("/accounts/logout/")
    assert "Sign in" in client.get("/").content.decode()


@override_settings(DEMO=True)
@pytest.mark.parametrize("username", ["alice", "bob", "charlie", "dana"])
def test_one_click_of_the_demo_signs_in(client: Client, db: None, username: str) -> None:
    make_people()
    html = client.get("/accounts/login/").content.decode()
    assert f'name="login" value="{username}"' in html
    client.post("/accounts/login/", {"login": username, "password": PASSWORD})
    assert f"<small>{username}</small>" in client.get("/").content.decode()


def test_outside_a_demo_no_password_is_on_the_page(client: Client, db: None) -> None:
    assert PASSWORD not in client.get("/accounts/login/").content.decode()


def test_signing_up_is_not_offered_while_it_is_closed(client: Client, db: None) -> None:
    assert "Create an account" not in client.get("/accounts/login/").content.decode()
    assert "Closed" in client.get("/accounts/signup/").content.decode()


@pytest.mark.parametrize(
    "path", ["password/reset/", "signup/", "inactive/", "password/reset/done/", "login/", "logout/"]
)
def test_account_pages_have_the_portals_look(client: Client, alice: User, path: str) -> None:
    if path == "logout/":
        client.force_login(alice)
    html = client.get(f"/accounts/{path}").content.decode()
    assert "web/tokens.css" in html
    assert '<main id="main"' in html
    assert html.count("<h1") == 1
