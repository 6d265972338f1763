"""Signing in and out stands in the trail; guessing does too, but cannot flood it; no password ever does."""

from __future__ import annotations

import json

from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from mlops_portal.accounts.models import User
from mlops_portal.accounts.sign_ins import masked
from mlops_portal.audit.models import AuditEntry

PASSWORD = "correct-horse-7"


def sign_in(client: Client, login: str, password: str = PASSWORD) -> None:
    client.post(reverse("account_login"), {"login": login, "password": password})


def trail() -> list[AuditEntry]:
    return list(AuditEntry.objects.order_by("sequence"))


def minute_later() -> None:
    """Forget that there was an entry within the last minute, and the limit on attempts."""
    for person in User.objects.all():
        cache.delete(f"sign-in-failed:person-{person.pk}")


def test_signing_in_and_out_is_recorded_with_how_and_from_where(client: Client, alice: User) -> None:
    sign_in(client, "alice")
    client.post(reverse("account_logout"))
    came, left = trail()
    assert (came.verb, came.actor_name, came.subject_id) == ("account.signed-in", "Alice Ahmed", str(alice.pk))
    assert came.after == {"by": ["password"], "from": "127.0.0.1"}
    assert left.verb == "account.signed-out"


def test_a_wrong_password_is_recorded_without_it(client: Client, alice: User) -> None:
    sign_in(client, "alice@example.org", "wrong-horse-7")
    (entry,) = trail()
    assert (entry.verb, entry.subject_label, entry.actor_kind) == ("account.sign-in-failed", "alice", "system")
    assert "wrong-horse" not in json.dumps(list(AuditEntry.objects.values()), default=str)


def test_a_name_that_is_no_accounts_is_kept_in_part_for_it_may_be_a_password(client: Client, db: None) -> None:
    sign_in(client, PASSWORD, "alice")
    (entry,) = trail()
    assert entry.subject_label == "co… (15 characters)"
    assert PASSWORD not in json.dumps(list(AuditEntry.objects.values()), default=str)
    assert masked("") == "no name"


def test_many_guesses_within_a_minute_are_one_entry_and_the_next_one_says_how_many(client: Client, alice: User) -> None:
    for _ in range(4):
        sign_in(client, "alice", "wrong-horse-7")
    assert len(trail()) == 1
    minute_later()
    sign_in(client, "alice", "wrong-horse-7")
    _, second = trail()
    assert second.after["more since the entry before"] == 3


def test_guessing_names_cannot_flood_the_trail_either(client: Client, db: None) -> None:
    for number in range(6):
        sign_in(client, f"somebody-{number}", "wrong-horse-7")
    assert len(trail()) == 1


def test_guesses_at_one_account_do_not_hide_those_at_another(client: Client, alice: User, bob: User) -> None:
    for name in ("alice", "bob", "alice", "bob"):
        sign_in(client, name, "wrong-horse-7")
    assert [entry.subject_label for entry in trail()] == ["alice", "bob"]
