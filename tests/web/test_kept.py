"""A form that could not be taken gives back what was typed – never a secret, and nothing to another site."""

from __future__ import annotations

import re

import pytest
from django.test import Client, RequestFactory

from mlops_portal.accounts.models import User
from mlops_portal.projects.models import Project
from mlops_portal.web.kept import typed

TYPED = {"name": "Churn", "description": "Who is about to leave,\nand why"}


def test_an_expired_form_gives_back_what_was_typed(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    response = client.post("/projects/new/", TYPED)
    html = response.content.decode()
    assert response.status_code == 403
    assert "The form had expired" in html
    assert "Who is about to leave,\nand why</textarea>" in html
    assert not Project.objects.exists()


def test_a_form_of_another_site_is_given_nothing_back(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    for headers in ({"origin": "https://evil.example.org"}, {"sec-fetch-site": "cross-site"}):
        response = client.post("/projects/new/", TYPED, headers=headers)
        assert response.status_code == 403
        assert "Who is about to leave" not in response.content.decode()


def test_who_is_signed_out_meanwhile_keeps_the_words(client: Client, db: None) -> None:
    response = client.post("/projects/new/", TYPED)
    html = response.content.decode()
    assert response.status_code == 403
    assert "You are signed out" in html
    assert "Who is about to leave" in html
    assert re.search(r'href="/accounts/login/\?next=[^"]*" target="_blank"', html)


def test_without_words_somebody_signed_out_is_told_so_too(client: Client, db: None) -> None:
    response = client.post("/projects/new/", {})
    assert response.status_code == 403
    assert "Sign in" in response.content.decode()


def test_a_refusal_gives_back_what_was_typed(client: Client, charlie: User, internal: Project) -> None:
    client.force_login(charlie)
    response = client.post("/projects/churn/settings/", TYPED)
    assert response.status_code == 403
    assert "Who is about to leave" in response.content.decode()


def test_reading_a_page_still_leads_to_signing_in(client: Client, db: None) -> None:
    assert client.get("/me/").status_code == 302


def test_secrets_are_never_given_back(rf: RequestFactory) -> None:
    secrets = {
        "password": "correct-horse-7", "password1": "x", "oldpassword": "y", "csrfmiddlewaretoken": "z",
        "token": "t", "client_secret": "s", "otp_code": "123456", "login": "alice", "seen": "d", "digest": "d",
    }  # fmt: skip
    assert typed(rf.post("/x/", secrets)) == ()


@pytest.mark.parametrize("data", [{"text": "x" * 300_000}, {"text": " \n"}, {}])
def test_what_is_empty_or_endless_is_not_given_back(rf: RequestFactory, data: dict[str, str]) -> None:
    assert typed(rf.post("/x/", data)) == ()


def test_hostile_words_stay_text(client: Client, db: None) -> None:
    response = client.post("/projects/new/", {"description": "</textarea><script>alert(1)</script>"})
    assert "<script>alert" not in response.content.decode()


def test_ten_megabytes_are_too_much_and_nothing_is_changed(client: Client, alice: User) -> None:
    client.force_login(alice)
    client.raise_request_exception = False
    response = client.post("/projects/new/", {"name": "x", "description": "x" * 10_000_000})
    assert response.status_code == 413
    assert "your browser still has what you typed" in response.content.decode()
    assert not Project.objects.exists()


def test_too_many_fields_are_too_much(client: Client, alice: User) -> None:
    client.force_login(alice)
    client.raise_request_exception = False
    response = client.post("/projects/new/", {f"field-{n}": "x" for n in range(1500)})
    assert response.status_code == 413


def test_a_crash_gives_back_what_was_typed(client: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(**_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("mlops_portal.portal.pages.projects.create_project", crash)
    client.force_login(alice)
    client.raise_request_exception = False
    response = client.post("/projects/new/", TYPED | {"risk_tier": "low", "visibility": "members"})
    html = response.content.decode()
    assert response.status_code == 500
    assert "Who is about to leave" in html
    assert "secret detail" not in html
