"""Guessing is slowed down, in all processes together, and the page says what happened."""

from __future__ import annotations

from pathlib import Path

from django.test import Client
from django.urls import reverse

from mlops_portal.accounts.models import User
from tests.installation import Installation

GUESSER = str(Path(__file__).with_name("guesser.py"))
RIGHT = "correct-horse-7"


def guesses(installation: Installation, *passwords: str) -> list[str]:
    return installation.python(GUESSER, *passwords).stdout.split()


def test_guesses_are_counted_in_all_processes_together(installation: Installation) -> None:
    make = (
        "from mlops_portal.accounts.models import User; User.objects.create_user('alice', password='correct-horse-7')"
    )
    installation.manage("shell", "--command", make)
    assert guesses(installation, RIGHT) == ["302"]
    assert guesses(installation, *["wrong"] * 3) == ["200"] * 3
    assert guesses(installation, "wrong", "wrong", "wrong", RIGHT) == ["200", "200", "429", "429"]
    assert guesses(installation, RIGHT) == ["429"]


def test_the_page_of_too_many_attempts_is_ours_and_says_what_to_do(client: Client, alice: User) -> None:
    answers = [client.post(reverse("account_login"), {"login": "alice", "password": "wrong"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    html = answers[-1].content.decode()
    assert "Too many attempts" in html
    assert "Wait five minutes" in html
    assert "web/tokens.css" in html
