"""What tests of signing in share: no memory of other tests in the cache, and a real OpenID provider on loopback."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from oidc_provider_mock import run_server_in_thread
from pytest_django import Settings

from mlops_portal.settings.signing_in import openid_connect

LOGIN = "/accounts/oidc/sso/login/"


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Failed sign-ins are counted there."""
    cache.clear()


@dataclass(frozen=True)
class Issuer:
    """The provider at ``url``, and what a browser does between it and the portal."""

    url: str

    def knows(self, sub: str, **claims: Any) -> None:
        """Make a person known to the provider."""
        httpx.put(f"{self.url}/users/{sub}", json=claims).raise_for_status()

    def agree(self, question: str, sub: str, *, deny: bool = False) -> str:
        """Sign in at the provider and agree (or deny); the address to which it sends the browser back."""
        answer = httpx.post(question, data={"action": "deny"} if deny else {"sub": sub})
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])

    def sign_in(self, client: Client, sub: str, next: str = "", **change: str) -> HttpResponse:
        """The whole flow; ``change`` replaces values of the question before the provider sees it."""
        return back(client, self.agree(changed(asked(client, next), **change), sub))


def asked(client: Client, next: str = "", process: str = "login") -> str:
    """Begin at our page; the address of the provider to which the browser is led."""
    page = client.post(f"{LOGIN}?process={process}", {"next": next} if next else {})
    assert page.status_code == 200, page.content
    return str(page.context["url"])


def changed(question: str, **change: str) -> str:
    """The question with other values."""
    address = httpx.URL(question)
    return str(address.copy_merge_params(change)) if change else question


def values(address: str) -> dict[str, str]:
    """What an address says after the question mark."""
    return {name: found[0] for name, found in parse_qs(urlsplit(address).query).items()}


def back(client: Client, address: str) -> HttpResponse:
    """Come back from the provider."""
    parts = urlsplit(address)
    answer: HttpResponse = client.get(f"{parts.path}?{parts.query}")  # type: ignore[assignment]
    return answer


def signed_in(client: Client) -> str:
    """The id of who is signed in; "" for nobody."""
    return str(client.session.get("_auth_user_id", ""))


@pytest.fixture
def issuer(settings: Settings) -> Iterator[Issuer]:
    """A real provider of its own, connected, that gives accounts to whom it knows."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with run_server_in_thread(require_nonce=True) as server:
        url = f"http://localhost:{server.server_port}"
        settings.OIDC_NAME = "Example sign-in"
        settings.SOCIALACCOUNT_PROVIDERS = openid_connect(url, "Example sign-in", "portal", "shared-secret-1")
        settings.SSO_SIGN_UP = True
        yield Issuer(url)
