"""Pages of a design and of a target in a real browser: accessibility and 320 px in each state, keys, no script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assessments.models import DesignReview
from mlops_portal.accounts.models import User
from mlops_portal.projects.actions import set_target
from mlops_portal.projects.models import Project
from tests.assessments.lifecycle.designing import ANSWERS, begun, decided, submitted
from tests.assessments.lifecycle.granting import by
from tests.browser.test_pages import findings, too_wide, unfold
from tests.portal.scenery import keep_score, varied

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]
DESIGN = "/projects/flights/design/"


def look(open_page: Open, path: str, user: User) -> None:
    for width, scheme in ((1280, "light"), (1280, "dark"), (320, "light")):
        page = open_page(path, user=user, width=width, scheme=scheme)
        unfold(page)
        assert (path, width, scheme, findings(page), too_wide(page)) == (path, width, scheme, [], [])


def test_the_pages_of_a_design_are_accessible_and_fit_in_every_state(
    open_page: Open, flights: Project, alice: User, bob: User
) -> None:
    look(open_page, DESIGN, alice)
    decided(bob, submitted(alice, flights, metric="m" * 300))
    decided(bob, submitted(alice, flights))
    look(open_page, DESIGN, alice)
    decided(bob, submitted(alice, flights, problem="p" * 300), "return")
    for path in (DESIGN, f"{DESIGN}submit/", f"{DESIGN}withdraw/"):
        look(open_page, path, alice)


def test_the_page_of_a_target_is_accessible_and_fits(open_page: Open, flights: Project, alice: User, bob: User) -> None:
    set_target(actor=by(alice), project=flights, level=2, reason="r" * 300)
    keep_score(flights, varied())
    for person in (alice, bob):
        look(open_page, "/projects/flights/target/", person)


def test_without_scripts_a_design_is_written_corrected_and_submitted(
    open_page: Open, flights: Project, alice: User
) -> None:
    begun(alice, flights, metric="", needed="")
    page = open_page(DESIGN, user=alice, java_script_enabled=False)
    page.get_by_role("button", name="Save and submit…").click()
    expect(page.get_by_label("The metric that matters")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("The metric that matters").fill(ANSWERS["metric"])
    page.get_by_role("radio", name="Not yet").check()
    page.get_by_role("button", name="Save and submit…").click()
    expect(page.get_by_role("heading", name="Submit this design?")).to_be_visible()
    page.get_by_role("button", name="Submit it").click()
    expect(page.get_by_role("link", name="Open the review")).to_be_visible()
    assert DesignReview.objects.get().state == "submitted"
