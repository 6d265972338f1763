"""Signing in and out in our own pages; the demo's one-click accounts only in a demo."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client, override_settings
from pytest_django import Settings

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


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("login/", {"login": "alice", "password": "canary-horse-7"}),
        ("signup/", {"username": "eve", "password1": "canary-horse-7", "password2": "canary-horse-7"}),
        ("password/change/", {"oldpassword": "canary-horse-7", "password1": "canary-horse-8"}),
        ("reauthenticate/", {"password": "canary-horse-7"}),
        ("2fa/authenticate/", {"code": "canary-123456"}),
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_secret_that_was_typed_is_never_given_back(
    alice: User, path: str, values: dict[str, str], signed_in: bool
) -> None:
    for browser in (Client(), Client(enforce_csrf_checks=True)):
        browser.raise_request_exception = False
        if signed_in:
            browser.force_login(alice)
        answer = browser.post(f"/accounts/{path}", values, follow=True)
        assert "canary" not in answer.content.decode()
        answer = browser.post(f"/accounts/{path}", {**values, "big": "x" * 3_000_000})
        assert "canary" not in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    ["password/change/", "email/", "2fa/", "2fa/recovery-codes/generate/", "3rdparty/", "reauthenticate/",
     "2fa/totp/activate/", "password/set/", "3rdparty/login/cancelled/", "3rdparty/login/error/",
     "confirm-email/nothing/", "password/reset/key/1-nothing/", "password/reset/key/done/", "confirm-email/"],
)  # fmt: skip
def test_pages_of_ones_own_account_have_the_portals_look_and_words(client: Client, alice: User, path: str) -> None:
    client.force_login(alice)
    html = client.get(f"/accounts/{path}", follow=True).content.decode()
    assert "web/tokens.css" in html
    assert html.count("<h1") == 1
    assert not re.search(r"third-party|Third-Party|<strong>Menu", html)


@pytest.mark.parametrize(
    ("name", "subject"), [("alice", "Choose a new password"), ("eve", "No account has this address")]
)
def test_mails_are_in_our_words_and_lead_to_us(
    client: Client, alice: User, settings: Settings, name: str, subject: str
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client.post("/accounts/password/reset/", {"email": f"{name}@example.org"})
    (sent,) = mail.outbox
    assert subject in sent.subject
    assert not re.search("Hello from|Thank you for using|&#", str(sent.body))
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(sent.body))
    assert bool(link) is (name == "alice")
    assert not link or "Choose a new password" in client.get(link[1], follow=True).content.decode()
