"""Single sign-on in a real browser: our form, the page that leads away, the provider, and back; no policy is broken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from mlops_portal.accounts.models import User
from tests.accounts.conftest import Issuer, issuer

__all__ = ["issuer"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]


@pytest.mark.parametrize("scripts", [True, False])
def test_signing_in_through_the_organisation_leads_back_to_where_one_came_from(
    open_page: Open, issuer: Issuer, settings: Settings, scripts: bool
) -> None:
    issuer.knows("u-1", email="eve@example.org", email_verified=True, preferred_username="eve", name="Eve Ebert")
    page = open_page("/accounts/login/?next=/jobs/", java_script_enabled=scripts)
    page.get_by_role("button", name="Sign in with Example sign-in").click()
    page.get_by_placeholder("sub").fill("u-1")  # at the provider
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_role("heading", name="Jobs", exact=True)).to_be_visible()
    expect(page.get_by_text("Eve Ebert")).to_be_visible()
    assert User.objects.get().email == "eve@example.org"
