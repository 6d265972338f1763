"""The pages of waivers in a real browser: no accessibility finding, no sideways scrolling, asking without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from assessments.lifecycle.exempt import renew_waiver, revoke_exemption
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.assessments.lifecycle.granting import asked, by, decided, in_days, left_out, scored
from tests.browser.test_pages import findings, too_wide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]
WAIVERS = "/projects/flights/waivers/"


@pytest.fixture
def paths(flights: Project, alice: User, bob: User, dana: User) -> list[str]:
    """A project with waivers in every state; the addresses of all their pages."""
    scored(flights)
    first = decided(dana, asked(alice, flights, text="The pilot ends in spring. " * 8))
    renewal = decided(dana, renew_waiver(actor=by(bob), exemption=first, text="Longer.", expires=in_days(60)))
    ended = decided(dana, asked(alice, flights, "AI-1.1"))
    revoke_exemption(actor=by(dana), exemption=ended, reason="The tests are there.")
    decided(dana, left_out(bob, flights, "AI-1.3"), "return")
    waiting = asked(dana, flights, "AI-1.2", link="https://wiki.example.org/" + "risk-register/" * 9)
    mine = f"{WAIVERS}{renewal.pk}/"
    asking = [f"{WAIVERS}new/?criterion=MR-2.1", f"{WAIVERS}new/?kind=not-applicable"]
    acts = [f"{mine}revoke/", f"{mine}renew/", f"{WAIVERS}{waiting.pk}/withdraw/"]
    return [WAIVERS, mine, f"{WAIVERS}{waiting.pk}/", f"{WAIVERS}{ended.pk}/", *asking, *acts]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_findings(open_page: Open, paths: list[str], dana: User, scheme: str) -> None:
    for path in paths:
        page = open_page(path, user=dana, scheme=scheme)
        assert findings(page) == [], path


def test_no_page_scrolls_sideways_on_a_narrow_screen(open_page: Open, paths: list[str], dana: User) -> None:
    for path in paths:
        assert too_wide(open_page(path, user=dana, width=320)) == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_empty_page_has_no_findings_and_fits(open_page: Open, flights: Project, dana: User, scheme: str) -> None:
    page = open_page(WAIVERS, user=dana, scheme=scheme, width=320)
    assert findings(page) == []
    assert too_wide(page) == []


def test_a_waiver_is_asked_for_without_scripts_and_a_mistake_costs_nothing_typed(
    open_page: Open, flights: Project, alice: User
) -> None:
    scored(flights)
    page = open_page(f"{WAIVERS}new/?criterion=MR-1.1", user=alice, java_script_enabled=False)
    page.get_by_label("The risk is accepted").check()
    page.get_by_label("What makes it acceptable").fill("The pilot ends in spring.")
    page.get_by_label("Link to the decision").fill("ftp://wiki.example.org/")
    page.get_by_role("button", name="See what it changes").click()
    expect(page.get_by_text("A link starts with https://")).to_be_visible()
    expect(page.get_by_label("What makes it acceptable")).to_have_value("The pilot ends in spring.")
    page.get_by_label("Link to the decision").fill("")
    until = (clock.now() + timedelta(days=30)).date()
    page.get_by_label("Until the end of").fill(until.isoformat())
    page.get_by_role("button", name="See what it changes").click()
    expect(page.get_by_text("the level stays 0 (up to 4)").first).to_be_visible()
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_text("Waiting for a decision").first).to_be_visible()
    expect(page.get_by_text(f"{until:%-d %B %Y}").first).to_be_visible()
