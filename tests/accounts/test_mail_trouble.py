"""A mail server that does not take a mail is told as such, and says nothing about who has an account."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from mlops_portal.accounts.models import User


@pytest.mark.parametrize("name", ["alice", "nobody"])
def test_a_link_that_cannot_be_sent_is_no_failure_of_ours(
    client: Client, alice: User, settings: Settings, name: str
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer = client.post(reverse("account_reset_password"), {"email": f"{name}@example.org"})
    assert answer.status_code == 503
    assert "mail could not be sent" in answer.content.decode()
