"""What people change about their own accounts stands in the trail, without any secret."""

from __future__ import annotations

import json

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry

OLD, NEW = "correct-horse-7", "battery-staple-8"


@pytest.fixture
def signed_in(client: Client, alice: User) -> Client:
    cache.clear()
    client.force_login(alice)
    return client


def test_a_password_somebody_changes_is_recorded_without_either(signed_in: Client, alice: User) -> None:
    values = {"oldpassword": OLD, "password1": NEW, "password2": NEW}
    signed_in.post(reverse("account_change_password"), values)
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    entry = AuditEntry.objects.get(verb="account.changed")
    assert (entry.actor_id, entry.subject_id, entry.face) == (str(alice.pk), str(alice.pk), "web")
    assert OLD not in json.dumps([entry.before, entry.after])
    assert NEW not in json.dumps([entry.before, entry.after])


def test_a_password_that_was_refused_is_no_change(signed_in: Client) -> None:
    values = {"oldpassword": "wrong-horse-7", "password1": NEW, "password2": NEW}
    signed_in.post(reverse("account_change_password"), values)
    assert not AuditEntry.objects.exists()


def test_a_change_whose_entry_cannot_be_written_is_no_change(
    alice: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr("mlops_portal.accounts.own_changes.record", broken)
    client.force_login(alice)
    client.raise_request_exception = False
    values = {"oldpassword": OLD, "password1": NEW, "password2": NEW}
    assert client.post(reverse("account_change_password"), values).status_code == 500
    alice.refresh_from_db()
    assert alice.check_password(OLD)


def test_somebody_who_registers_is_recorded(client: Client, db: None, settings: Settings) -> None:
    settings.SIGN_UP_OPEN = True
    values = {"username": "eve", "email": "eve@example.org", "password1": OLD, "password2": OLD}
    client.post(reverse("account_signup"), values)
    entry = AuditEntry.objects.get(verb="account.created")
    assert entry.after == {"username": "eve", "email": "eve@example.org"}
