"""Portfolio, projects, settings, own work, help and search in a real browser: accessibility, 320 px, keys, palette."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from assessments.models import Assessment, RoadmapStep
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project, ProjectToken
from mlops_portal.reviews.models import Review
from tests.browser.test_pages import findings, too_wide, unfold
from tests.portal.scenery import keep_score, looked, organisation, varied

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]
OWNERS = [
    "/",
    "/?standing=below&sort=gap&mine=1",
    "/?page=2",
    "/projects/new/",
    "/projects/flights/",
    "/projects/flights/settings/",
    "/projects/flights/members/",
    "/projects/flights/tokens/",
    "/projects/flights/tokens/7/revoke/",
    "/projects/flights/archive/",
    "/me/",
    "/me/tokens/",
    "/help/",
    "/search/",
    "/search/?q=MR",
    "/search/?q=xyzzy",
]


@pytest.fixture
def worked_on(flights: Project, alice: User, dana: User) -> Project:
    """Flights with levels, an accepted assessment, a step, a token, a request by Dana; and many others."""
    at = clock.now()
    Project.objects.update(target_level=3, target_reason="Delays cost money.")
    keep_score(flights, {}, at=at - timedelta(days=30))
    keep_score(flights, varied(), at=at - timedelta(days=1))
    looked(flights)
    organisation(4)
    Project.objects.bulk_create(Project(slug=f"w-{n}", name=f"Wine {n}", visibility="public") for n in range(30))
    ProjectToken.objects.create(pk=7, project=flights, name="CI", digest="7" * 64)
    RoadmapStep.objects.create(
        project=flights, criterion="MR-2.1", owner=alice, due=at.date(), planned_by=dana, planned_at=at, note="Register"
    )
    Assessment.objects.create(
        project=flights, framework="mlops-levels", framework_version="1.0", state="accepted", confirmed=0, possible=2,
        digest="d", started_by=alice, started_at=at, submitted_by=alice, submitted_at=at, decided_by=dana,
        decided_at=at - timedelta(days=9),
    )  # fmt: skip
    asked = {"facts": [], "digest": "d", "opened_at": at, "expires_at": at + timedelta(days=9)}
    Review.objects.create(
        kind="waiver", project=flights, subject_id="1", title="Waiver of MR-2.1", requester=alice, **asked
    )
    return flights


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_findings(open_page: Open, worked_on: Project, alice: User, scheme: str) -> None:
    for path in OWNERS:
        page = open_page(path, user=alice, scheme=scheme)
        unfold(page)
        assert findings(page) == [], path
        page.context.close()


def test_nothing_scrolls_sideways_on_a_narrow_screen(open_page: Open, worked_on: Project, alice: User) -> None:
    for path in OWNERS:
        page = open_page(path, user=alice, width=320)
        unfold(page)
        assert too_wide(page) == [], path
        page.context.close()


def test_empty_pages_have_no_findings(open_page: Open, alice: User) -> None:
    for path in ("/", "/me/", "/me/tokens/", "/search/"):
        assert findings(open_page(path, user=alice)) == [], path


def test_a_form_with_errors_has_no_findings_and_says_which_field(open_page: Open, alice: User) -> None:
    page = open_page("/projects/new/", user=alice)
    page.get_by_label("Repository").fill("http://git.example.org/x")
    page.get_by_label("Name", exact=True).fill("Flights")
    page.get_by_role("button", name="Register").click()
    field = page.get_by_label("Repository")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("http://git.example.org/x")
    assert findings(page) == []


def test_a_project_is_registered_and_changed_without_scripts(open_page: Open, alice: User, bob: User) -> None:
    page = open_page("/", user=alice, java_script_enabled=False)
    page.get_by_role("link", name="Register a project").click()
    page.get_by_label("Name", exact=True).fill("Arrival delays")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("status")).to_contain_text("Collect its evidence next")
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Members").click()
    page.get_by_label("User name or e-mail address").fill("bob")
    page.get_by_role("group", name="Roles", exact=True).get_by_label("ML engineer").check()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Bob Brandt is now ml engineer.")).to_be_visible()


def test_going_by_keys(open_page: Open, worked_on: Project, alice: User) -> None:
    page = open_page("/help/", user=alice)
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="Portfolio", exact=True)).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("rowheader").get_by_role("link").first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Flights", exact=True)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", name="My work")).to_be_visible()


def test_keys_do_nothing_while_somebody_types(open_page: Open, worked_on: Project, alice: User) -> None:
    page = open_page("/", user=alice)
    page.get_by_role("main").get_by_role("searchbox", name="Search").focus()
    page.keyboard.type("gm?jk")
    expect(page.locator("#q")).to_have_value("gm?jk")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_the_list_of_keys_opens_and_switches_single_keys_off(open_page: Open, worked_on: Project, alice: User) -> None:
    page = open_page("/", user=alice)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("row", name="g p Portfolio")).to_be_visible()
    assert findings(page) == []
    dialog.get_by_label("Single keys are on").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()


def test_the_palette_finds_while_one_types_and_leads_on(open_page: Open, worked_on: Project, alice: User) -> None:
    page = open_page("/me/", user=alice)
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search")
    expect(palette).to_be_visible()
    page.keyboard.type("arrival")
    expect(palette.get_by_role("link", name="Flights")).to_be_visible()
    assert findings(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Flights", exact=True)).to_be_visible()


def test_the_palette_is_the_search_page_without_scripts(open_page: Open, worked_on: Project, alice: User) -> None:
    page = open_page("/", user=alice, java_script_enabled=False)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Search").click()
    page.get_by_role("main").get_by_label("Search").fill("flights")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Flights").first.click()
    expect(page.get_by_role("heading", name="Flights", exact=True)).to_be_visible()


def test_a_secret_is_shown_once(open_page: Open, worked_on: Project, alice: User) -> None:
    page = open_page("/projects/flights/tokens/", user=alice)
    page.get_by_label("Name").fill("CI of flights")
    page.get_by_role("button", name="Issue").click()
    expect(page.get_by_role("textbox", name="Secret")).to_have_value(re.compile("mlp_.{40}"))
    assert findings(page) == []
    page.goto("/projects/flights/tokens/")
    expect(page.get_by_role("textbox", name="Secret")).to_have_count(0)


def test_words_typed_before_the_session_ended_are_given_back(open_page: Open, worked_on: Project, alice: User) -> None:
    page = open_page("/projects/flights/settings/", user=alice)
    page.get_by_label("What it is for").fill("When flights are late, and why")
    page.context.clear_cookies()
    page.get_by_role("main").get_by_role("button", name="Save").first.click()
    expect(page.get_by_label("Description")).to_have_value("When flights are late, and why")
    assert findings(page) == []


def test_the_first_page_of_many_projects_transfers_less_than_100_kilobytes(
    open_page: Open, worked_on: Project, alice: User
) -> None:
    page = open_page("/", user=alice)
    sizes = page.evaluate("performance.getEntries().map(entry => entry.transferSize || 0)")
    assert 0 < sum(sizes) < 100_000


def test_what_is_due_arrives_after_the_portfolio_was_loaded(open_page: Open, worked_on: Project, alice: User) -> None:
    Project.objects.filter(pk=worked_on.pk).update(created_at=clock.now() - timedelta(days=400))
    Assessment.objects.all().delete()
    strip = open_page("/", user=alice).get_by_role("region", name="Needs you")
    expect(strip.get_by_text("Flights: an assessment was due on")).to_be_visible()
    without = open_page("/?q=f", user=alice, java_script_enabled=False)
    expect(without.get_by_role("region", name="Needs you")).to_be_visible()


def test_a_strip_with_nothing_in_it_goes(open_page: Open, worked_on: Project, charlie: User) -> None:
    page = open_page("/", user=charlie)
    expect(page.get_by_role("region", name="Needs you")).to_have_count(0)
