"""Pages of a roadmap in a real browser: accessibility and 320 px, filled, empty and refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assessments.lifecycle.roadmap import drop_step
from assessments.models import RoadmapStep
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.assessments.lifecycle.granting import by, scored
from tests.assessments.lifecycle.planning import day, planned
from tests.browser.test_pages import findings, too_wide, unfold

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]
ROADMAP = "/projects/flights/roadmap/"


def look(open_page: Open, path: str, user: User) -> None:
    for width, scheme in ((1280, "light"), (1280, "dark"), (320, "light")):
        page = open_page(path, user=user, width=width, scheme=scheme)
        unfold(page)
        assert (path, width, scheme, findings(page), too_wide(page)) == (path, width, scheme, [], [])


def test_the_pages_of_a_roadmap_are_accessible_and_fit(
    open_page: Open, flights: Project, alice: User, bob: User
) -> None:
    scored(flights)
    look(open_page, ROADMAP, alice)
    step = planned(alice, flights, owner=bob, due=day(9), note="n" * 300)
    RoadmapStep.objects.create(
        project=flights, criterion="MR-1.1", due=day(-3), planned_by=alice, planned_at=clock.now(), owner=alice
    )
    dropped = planned(alice, flights, "AI-1.1")
    drop_step(actor=by(bob), step=dropped, reason="r" * 300)
    look(open_page, f"{ROADMAP}?criterion=AI-1.2", alice)
    look(open_page, ROADMAP, alice)
    look(open_page, f"{ROADMAP}{step.pk}/", alice)
    look(open_page, f"{ROADMAP}{dropped.pk}/", alice)


def test_a_suggested_step_is_planned_with_the_keyboard_alone_and_without_scripts(
    open_page: Open, flights: Project, alice: User, bob: User
) -> None:
    scored(flights)
    page = open_page(ROADMAP, user=alice, java_script_enabled=False)
    form = page.locator("ol.steps details").first
    form.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Bob")
    form.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Planned")).to_be_visible()
    assert RoadmapStep.objects.get().owner == bob
