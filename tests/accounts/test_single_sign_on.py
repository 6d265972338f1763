"""Single sign-on against a real OpenID provider on loopback: the whole code flow, and every way it can go wrong."""

from __future__ import annotations

import httpx
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import Settings

from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.settings.signing_in import openid_connect
from tests.accounts.conftest import LOGIN, Issuer, asked, back, signed_in, values

pytestmark = pytest.mark.django_db


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def connect(client: Client, issuer: Issuer, person: User, sub: str) -> None:
    client.force_login(person)
    client.post("/accounts/reauthenticate/", {"password": "correct-horse-7"})
    assert back(client, issuer.agree(asked(client, process="connect"), sub)).status_code == 302
    client.logout()


def test_the_sign_in_page_offers_it_by_name_only_where_it_is_connected(client: Client, issuer: Issuer) -> None:
    assert "Sign in with Example sign-in" in text(client.get("/accounts/login/"))


def test_the_sign_in_page_is_silent_about_what_is_not_connected(client: Client) -> None:
    assert "Sign in with" not in text(client.get("/accounts/login/"))
    assert client.post(LOGIN).status_code == 404


def test_the_question_carries_state_nonce_and_a_code_challenge(client: Client, issuer: Issuer) -> None:
    question = values(asked(client))
    assert question["redirect_uri"] == "http://testserver/accounts/oidc/sso/login/callback/"
    assert question["code_challenge_method"] == "S256"
    assert min(map(len, (question["state"], question["nonce"], question["code_challenge"]))) >= 16
    assert set(question["scope"].split()) == {"openid", "profile", "email"}


def test_our_own_address_cannot_add_anything_to_the_question(client: Client, issuer: Issuer) -> None:
    page = client.post(f"{LOGIN}?process=login&scope=admin&auth_params=nonce%3Dmine%26prompt%3Dnone")
    question = values(page.context["url"])
    assert "admin" not in question["scope"]
    assert question["nonce"] != "mine"
    assert "prompt" not in question


def test_a_link_alone_signs_nobody_in(client: Client, issuer: Issuer) -> None:
    page = client.get(LOGIN)
    assert page.status_code == 200
    assert "Sign in through Example sign-in" in text(page)


def test_somebody_new_gets_an_account_with_a_proven_address_and_both_are_recorded(
    client: Client, issuer: Issuer
) -> None:
    issuer.knows("u-1", email="eve@example.org", email_verified=True, preferred_username="eve", name="Eve Ebert")
    answer = issuer.sign_in(client, "u-1", next="/jobs/")
    assert answer["Location"] == "/jobs/"
    eve = User.objects.get()
    assert (eve.username, eve.email, eve.get_full_name()) == ("eve", "eve@example.org", "Eve Ebert")
    assert signed_in(client) == str(eve.pk)
    assert not eve.has_usable_password()
    assert EmailAddress.objects.get().verified
    created, came = AuditEntry.objects.order_by("sequence")
    assert (created.verb, created.actor_name) == ("account.created", "Single sign-on")
    assert (came.verb, came.actor_name, came.after["by"]) == ("account.signed-in", "Eve Ebert", ["single sign-on"])


def test_the_second_time_it_is_the_same_account(client: Client, issuer: Issuer) -> None:
    issuer.knows("u-1", email="eve@example.org", email_verified=True, preferred_username="eve")
    issuer.sign_in(client, "u-1")
    issuer.sign_in(Client(), "u-1")
    assert User.objects.count() == 1


@pytest.mark.parametrize("verified", [False, "false", "true", None])
def test_an_address_that_the_issuer_does_not_prove_is_not_proven(
    client: Client, issuer: Issuer, verified: object
) -> None:
    issuer.knows("u-1", email="eve@example.org", email_verified=verified, preferred_username="eve")
    issuer.sign_in(client, "u-1")
    assert not EmailAddress.objects.filter(verified=True).exists()


@pytest.mark.parametrize("verified", [True, False])
def test_an_address_never_opens_an_existing_account(
    client: Client, issuer: Issuer, alice: User, verified: bool
) -> None:
    issuer.knows("u-1", email="ALICE@example.org", email_verified=verified, preferred_username="alice")
    answer = issuer.sign_in(client, "u-1")
    assert answer.status_code == 409
    assert "exists already" in text(answer)
    assert (signed_in(client), User.objects.count(), SocialAccount.objects.count()) == ("", 1, 0)


def test_not_even_while_somebody_is_signed_in(client: Client, issuer: Issuer, alice: User, bob: User) -> None:
    client.force_login(bob)
    issuer.knows("u-1", email="alice@example.org", email_verified=True)
    assert issuer.sign_in(client, "u-1").status_code == 409
    assert SocialAccount.objects.count() == 0


def test_a_name_that_is_taken_makes_another_account_and_never_opens_that_one(
    client: Client, issuer: Issuer, alice: User
) -> None:
    issuer.knows("u-1", email="other@example.org", email_verified=True, preferred_username="alice")
    issuer.sign_in(client, "u-1")
    assert signed_in(client) not in ("", str(alice.pk))


def test_who_is_signed_in_connects_the_two_and_comes_in_either_way(client: Client, issuer: Issuer, alice: User) -> None:
    issuer.knows("u-1", email="alice@example.org", email_verified=True)
    connect(client, issuer, alice, "u-1")
    assert AuditEntry.objects.filter(verb="account.changed", after__contains="single sign-on").count() == 1
    issuer.sign_in(client, "u-1")
    assert signed_in(client) == str(alice.pk)
    assert "Disconnect" in text(client.get("/accounts/3rdparty/"))


def test_where_it_makes_no_accounts_a_stranger_is_told_so(client: Client, issuer: Issuer, settings: Settings) -> None:
    settings.SSO_SIGN_UP = False
    issuer.knows("u-1", email="eve@example.org", email_verified=True)
    answer = issuer.sign_in(client, "u-1")
    assert "Closed to new accounts" in text(answer)
    assert not User.objects.exists()


def test_an_account_that_is_switched_off_stays_out(client: Client, issuer: Issuer, alice: User) -> None:
    issuer.knows("u-1", email="alice@example.org", email_verified=True)
    connect(client, issuer, alice, "u-1")
    User.objects.update(is_active=False)
    issuer.sign_in(client, "u-1")
    assert signed_in(client) == ""


@pytest.mark.parametrize("next", ["https://evil.example.org/", "//evil.example.org/", "javascript:alert(1)"])
def test_it_never_leads_to_another_site(client: Client, issuer: Issuer, next: str) -> None:
    issuer.knows("u-1", email="eve@example.org", preferred_username="eve")
    assert issuer.sign_in(client, "u-1", next=next)["Location"] == "/"


def refused(client: Client, answer: object) -> bool:
    assert not User.objects.exists()
    assert signed_in(client) == ""
    return "Signing in did not work" in text(answer) and answer.status_code == 401  # type: ignore[attr-defined]


def test_an_answer_with_the_nonce_of_another_question_is_refused(client: Client, issuer: Issuer) -> None:
    issuer.knows("u-1", email="eve@example.org", email_verified=True)
    assert refused(client, issuer.sign_in(client, "u-1", nonce="that-of-another-question"))


def test_an_answer_with_another_state_is_refused(client: Client, issuer: Issuer) -> None:
    issuer.knows("u-1", email="eve@example.org", email_verified=True)
    assert refused(client, issuer.sign_in(client, "u-1", state="that-of-another-browser"))


def test_an_answer_to_another_browser_is_refused(client: Client, issuer: Issuer) -> None:
    issuer.knows("u-1", email="eve@example.org", email_verified=True)
    address = issuer.agree(asked(client), "u-1")
    stranger = Client()
    asked(stranger)
    assert refused(stranger, back(stranger, address))


def test_an_answer_counts_once(client: Client, issuer: Issuer) -> None:
    issuer.knows("u-1", email="eve@example.org", preferred_username="eve")
    address = issuer.agree(asked(client), "u-1")
    back(client, address)
    again = Client()
    assert back(again, address).status_code == 401
    assert signed_in(again) == ""


def test_saying_no_at_the_issuer_is_told_as_that(client: Client, issuer: Issuer) -> None:
    answer = back(client, f"{issuer.agree(asked(client), '', deny=True)}&{httpx.QueryParams(state=_state(client))}")
    assert answer["Location"] == "/accounts/3rdparty/login/cancelled/"
    assert "You did not sign in" in text(client.get(answer["Location"]))


def _state(client: Client) -> str:
    (state,) = client.session["socialaccount_states"]
    return str(state)


def _closed_port(settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = openid_connect("http://127.0.0.1:9", "Example sign-in", "portal", "s")


def test_an_issuer_that_is_down_is_told_as_such_before_leaving(client: Client, settings: Settings) -> None:
    _closed_port(settings)
    answer = client.post(f"{LOGIN}?process=login")
    assert answer.status_code == 503
    assert "did not answer" in text(answer)


def test_an_issuer_that_goes_down_meanwhile_is_told_as_such(client: Client, issuer: Issuer, settings: Settings) -> None:
    issuer.knows("u-1", email="eve@example.org")
    address = issuer.agree(asked(client), "u-1")
    _closed_port(settings)
    answer = back(client, address)
    assert answer.status_code == 503
    assert not User.objects.exists()


@pytest.fixture
def groups(settings: Settings) -> None:
    settings.OIDC_GROUPS_CLAIM, settings.OIDC_GOVERNANCE_GROUP = "groups", "ml-governance"


def governs() -> bool:
    return Group.objects.filter(name="governance", user__isnull=False).exists()


def test_a_claim_says_who_governs_and_who_no_longer_does(client: Client, issuer: Issuer, groups: None) -> None:
    issuer.knows("u-1", email="eve@example.org", preferred_username="eve", groups=["staff", "ml-governance"])
    issuer.sign_in(client, "u-1")
    assert governs()
    entry = AuditEntry.objects.get(verb="account.changed")
    assert (entry.actor_name, entry.after, "ml-governance" in entry.reason) == (
        "Single sign-on",
        {"groups": ["governance"]},
        True,
    )
    issuer.knows("u-1", email="eve@example.org", preferred_username="eve", groups=["staff"])
    issuer.sign_in(Client(), "u-1")
    assert not governs()
    assert AuditEntry.objects.filter(verb="account.changed").count() == 2


@pytest.mark.parametrize("claims", [{}, {"groups": []}, {"groups": "ml-governance-guests"}, {"groups": None}])
def test_without_the_group_nobody_governs(
    client: Client, issuer: Issuer, groups: None, claims: dict[str, object]
) -> None:
    issuer.knows("u-1", email="eve@example.org", preferred_username="eve", **claims)
    issuer.sign_in(client, "u-1")
    assert signed_in(client)
    assert not governs()


def test_a_claim_means_nothing_where_nothing_is_mapped(client: Client, issuer: Issuer) -> None:
    issuer.knows("u-1", email="eve@example.org", preferred_username="eve", groups=["governance", ""])
    issuer.sign_in(client, "u-1")
    assert not governs()
