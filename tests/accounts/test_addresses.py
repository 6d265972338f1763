"""An address that somebody claims counts only after it was proven; what an operator gave counts at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from pytest_django import Settings

from assessments.lifecycle.collect import collectors_for
from mlops_portal.accounts.addresses import claimed_only, keep_given_address, vouch_for_address
from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.projects.models import Project

PASSWORD = "correct-horse-7"
PAGE = "/accounts/email/"


@pytest.fixture
def mail_goes_out(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"


@pytest.fixture
def at_home(client: Client, alice: User) -> Client:
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    return client


def roles_by_address(monkeypatch: pytest.MonkeyPatch, project: Project) -> dict[str, str]:
    """What the collectors are told of who is what."""
    told: dict[str, Any] = {}
    monkeypatch.setattr("assessments.lifecycle.collect.collectors", lambda **values: told.update(values) or ())
    collectors_for(project)
    return dict(told["members"])


def test_the_address_an_operator_gave_counts(monkeypatch: pytest.MonkeyPatch, flights: Project) -> None:
    assert set(roles_by_address(monkeypatch, flights)) == {"alice@example.org", "bob@example.org"}


def test_looking_at_ones_addresses_does_not_lose_the_one_that_was_given(
    monkeypatch: pytest.MonkeyPatch, at_home: Client, flights: Project
) -> None:
    at_home.get(PAGE)
    assert EmailAddress.objects.get(user__username="alice").verified
    assert "alice@example.org" in roles_by_address(monkeypatch, flights)


def test_an_address_somebody_claims_counts_for_nothing(
    monkeypatch: pytest.MonkeyPatch, alice: User, flights: Project
) -> None:
    EmailAddress.objects.create(user=alice, email="Famous@example.org", verified=False, primary=True)
    User.objects.filter(pk=alice.pk).update(email="famous@example.org")
    assert [row["user"] for row in claimed_only()] == [alice.pk]
    assert set(roles_by_address(monkeypatch, flights)) == {"bob@example.org"}


def test_a_claimed_address_cannot_become_the_main_one_before_it_is_proven(
    at_home: Client, alice: User, mail_goes_out: None
) -> None:
    at_home.post(PAGE, {"action_add": "", "email": "alice@other.example.org"})
    at_home.post(PAGE, {"action_primary": "", "email": "alice@other.example.org"})
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"


def test_answering_the_mail_proves_it_and_then_it_can_be_the_main_one(
    at_home: Client, alice: User, mail_goes_out: None
) -> None:
    at_home.post(PAGE, {"action_add": "", "email": "alice@other.example.org"})
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", str(mail.outbox[-1].body))
    assert link
    at_home.post(link[1])
    at_home.post(PAGE, {"action_primary": "", "email": "alice@other.example.org"})
    alice.refresh_from_db()
    assert alice.email == "alice@other.example.org"
    changes = AuditEntry.objects.filter(verb="account.changed").order_by("sequence")
    assert [entry.after for entry in changes] == [
        {"proven address": "alice@other.example.org"},
        {"email": "alice@other.example.org"},
    ]
    assert changes[1].before == {"email": "alice@example.org"}


def test_without_mail_nobody_is_offered_what_cannot_be_proven(at_home: Client) -> None:
    html = at_home.get(PAGE).content.decode()
    assert "Add an address" not in html
    assert "Ask your administrator" in html


def test_an_address_is_proven_as_one_persons_only(client: Client, alice: User, bob: User) -> None:
    User.objects.update(email="team@example.org")
    for name in ("alice", "bob"):
        Client().post("/accounts/login/", {"login": name, "password": PASSWORD})
    assert list(EmailAddress.objects.order_by("pk").values_list("user__username", "verified")) == [
        ("alice", True),
        ("bob", False),
    ]
    assert [row["user"] for row in claimed_only()] == [bob.pk]


def test_what_an_operator_writes_replaces_what_was_there(alice: User) -> None:
    keep_given_address(alice)
    alice.email = "alice@new.example.org"
    alice.save()
    vouch_for_address(alice)
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("alice@new.example.org", True, True)
    ]
