"""A second factor: set up, asked for, recovered from, taken away; its secret is not readable in the database."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from mlops_portal.accounts.actions import remove_second_factor
from mlops_portal.accounts.models import User
from mlops_portal.accounts.second_factor import PortalMFAAdapter
from mlops_portal.accounts.sign_ins import person_on_the_web
from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import InvalidTransition, NotAllowed

PASSWORD = "correct-horse-7"


def code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def sign_in(client: Client, password: str = PASSWORD) -> str:
    answer = client.post(reverse("account_login"), {"login": "alice", "password": password})
    return answer["Location"] if answer.status_code == 302 else ""


def set_up(client: Client) -> str:
    """Set it up as Alice; the secret."""
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    html = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r"<code>([A-Z2-7]{16,})</code>", html)
    assert secret
    assert "<svg" in html
    assert "data:" not in html
    answer = client.post(reverse("mfa_activate_totp"), {"code": code(secret[1])})
    assert answer.status_code == 302, answer.content.decode()
    return secret[1]


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("sequence").values_list("verb", flat=True))


def test_setting_it_up_is_recorded_and_its_secret_is_not_readable_in_the_database(client: Client, alice: User) -> None:
    secret = set_up(client)
    assert verbs().count("account.second-factor-set") == 2
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    assert PortalMFAAdapter().decrypt(kept) == secret
    assert secret not in str(list(AuditEntry.objects.values()))


def test_signing_in_then_asks_for_a_code(client: Client, alice: User) -> None:
    secret = set_up(client)
    browser = Client()
    assert sign_in(browser) == reverse("mfa_authenticate")
    assert "_auth_user_id" not in browser.session
    Authenticator.objects.filter(type="totp").update(last_used_at=None)
    from django.core.cache import cache

    cache.clear()  # a code counts once; this is the same half minute
    assert browser.post(reverse("mfa_authenticate"), {"code": code(secret)}).status_code == 302
    assert "_auth_user_id" in browser.session
    assert AuditEntry.objects.filter(verb="account.signed-in").first().after["by"] == ["password", "second factor"]  # type: ignore[union-attr]


def test_a_wrong_code_signs_nobody_in_and_is_recorded(client: Client, alice: User) -> None:
    set_up(client)
    browser = Client()
    sign_in(browser)
    assert browser.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in browser.session
    entry = AuditEntry.objects.get(verb="account.sign-in-failed")
    assert (entry.subject_label, entry.after["wrong"]) == ("alice", "second factor")


def test_a_recovery_code_opens_once(client: Client, alice: User) -> None:
    set_up(client)
    html = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.search(r"<pre><code>([\d\s]+)</code>", html)
    assert codes
    first = codes[1].split()[0]
    for expected in (True, False):
        browser = Client()
        sign_in(browser)
        browser.post(reverse("mfa_authenticate"), {"code": first})
        assert ("_auth_user_id" in browser.session) is expected


def test_taking_it_away_is_recorded(client: Client, alice: User) -> None:
    set_up(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(type="totp").exists()
    assert "account.second-factor-removed" in verbs()


def test_an_operator_takes_a_lost_one_away_with_a_reason_and_nobody_else_does(
    client: Client, alice: User, bob: User
) -> None:
    set_up(client)
    with pytest.raises(NotAllowed):
        remove_second_factor(actor=person_on_the_web(bob), person=alice, reason="lost")
    bob.is_staff = True
    remove_second_factor(actor=person_on_the_web(bob), person=alice, reason="The phone was lost.")
    assert AuditEntry.objects.first().reason == "The phone was lost."  # type: ignore[union-attr]
    with pytest.raises(InvalidTransition):
        remove_second_factor(actor=Actor.system("tests"), person=alice, reason="again")


def test_a_key_that_was_replaced_still_reads_old_secrets(settings: Settings) -> None:
    old = PortalMFAAdapter().encrypt("JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-for-tests-only"
    assert PortalMFAAdapter().decrypt(old) == "JBSWY3DPEHPK3PXP"


@pytest.mark.parametrize("path", ["/", "/audit/", "/jobs/"])
def test_whoever_governs_can_be_made_to_have_one(client: Client, dana: User, settings: Settings, path: str) -> None:
    settings.MFA_REQUIRED_FOR_GOVERNANCE = True
    client.force_login(dana)
    assert client.get(path)["Location"] == reverse("mfa_activate_totp")
    assert client.get("/api/v1/projects/").status_code in (403, 404)
    assert client.get("/accounts/logout/").status_code == 200


def test_others_are_not_asked_for_one(client: Client, alice: User, dana: User, settings: Settings) -> None:
    settings.MFA_REQUIRED_FOR_GOVERNANCE = True
    client.force_login(alice)
    assert client.get("/jobs/").status_code == 200
    settings.MFA_REQUIRED_FOR_GOVERNANCE = False
    client.force_login(dana)
    assert client.get("/jobs/").status_code == 200
