"""People sign in by user name or e-mail; strangers cannot register; guessing is slowed down."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from mlops_portal.accounts.models import User

PASSWORD = "correct-horse-7"


@pytest.fixture(autouse=True)
def no_memory_of_other_tests() -> None:
    """Empty the cache in which failed sign-ins are counted."""
    cache.clear()


def sign_in(client: Client, login: str, password: str) -> bool:
    """Whether somebody is signed in afterwards."""
    client.post(reverse("account_login"), {"login": login, "password": password})
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("login", ["alice", "alice@example.org"])
def test_alice_signs_in_by_user_name_or_address(client: Client, alice: User, login: str) -> None:
    assert sign_in(client, login, PASSWORD)


def test_a_wrong_password_signs_nobody_in(client: Client, alice: User) -> None:
    assert not sign_in(client, "alice", "wrong-horse-7")


def test_an_account_that_is_switched_off_signs_nobody_in(client: Client, alice: User) -> None:
    User.objects.update(is_active=False)
    assert not sign_in(client, "alice", PASSWORD)


def test_after_five_wrong_passwords_the_right_one_does_not_help_for_a_while(client: Client, alice: User) -> None:
    for _ in range(5):
        sign_in(client, "alice", "wrong-horse-7")
    assert not sign_in(client, "alice", PASSWORD)
    assert not sign_in(Client(), "alice", PASSWORD)


def test_the_admin_has_no_sign_in_of_its_own_that_would_go_round_the_limit(client: Client, db: None) -> None:
    answer = client.get("/admin/login/")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_login"))


def _sign_up(client: Client) -> None:
    values = {"username": "eve", "email": "eve@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), values)


def test_strangers_cannot_register(client: Client, db: None) -> None:
    _sign_up(client)
    assert not User.objects.filter(username="eve").exists()


def test_strangers_can_register_where_the_operator_says_so(client: Client, db: None, settings: Settings) -> None:
    settings.SIGN_UP_OPEN = True
    _sign_up(client)
    assert User.objects.filter(username="eve").exists()


def test_a_first_superuser_is_enough_to_begin(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--no-input", username="root", email="root@example.org")
    assert sign_in(client, "root", PASSWORD)
    assert client.get("/admin/").status_code == 200


def test_asking_for_a_new_password_tells_nothing_about_who_has_an_account(client: Client, alice: User) -> None:
    answers = [
        client.post(reverse("account_reset_password"), {"email": f"{name}@example.org"}) for name in ("alice", "nobody")
    ]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
