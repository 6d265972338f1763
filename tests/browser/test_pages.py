"""Every page in a real browser: no accessibility finding, no sideways scrolling at 320 px, keyboard, print."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import Page, expect

from mlops_portal.accounts.models import User
from mlops_portal.audit.record import record
from mlops_portal.jobs.models import Job
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.portal.scenery import SYSTEM, keep_score, looked, organisation, varied

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]
FULL = [
    "/",
    "/?q=nothing",
    "/projects/flights/",
    "/projects/flights/scorecard/",
    "/projects/flights/scorecard/?framework=azure-mlops",
    "/jobs/",
    "/jobs/job-1/",
    "/integrations/",
    "/audit/",
    "/accounts/logout/",
    "/accounts/password/change/",
    "/accounts/email/",
    "/accounts/2fa/",
    "/accounts/reauthenticate/",
    "/settings/",
    "/settings/policies/high/",
    "/no/such/page/",
    "/?level=9",
]
EMPTY = ["/", "/jobs/", "/audit/", "/projects/flights/", "/projects/flights/scorecard/"]
VISITOR = ["/", "/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/projects/hidden/"]


@pytest.fixture
def full(flights: Project) -> Project:
    """Projects with history, jobs in several states, an audit trail."""
    Project.objects.update(target_level=3, target_reason="Delays cost money.", repository="https://git.example.org/f")
    keep_score(flights, {}, at=clock.now() - timedelta(days=30))
    keep_score(flights, varied(), at=clock.now() - timedelta(days=3))
    looked(flights)
    looked(flights, "mlflow", "unreachable", "http://mlflow:5000 did not answer within 10 s.")
    organisation(6)
    job(flights, "job-1", "running", progress=0.4)
    job(flights, "job-2", "failed", finished_at=clock.now(), error="The repository answered 403.")
    with transaction.atomic():
        record(SYSTEM, "project.changed", flights, project=flights, before={"a": 1}, after={"a": 2})
    return flights


def job(project: Project, id: str, state: str, **values: object) -> Job:
    return Job.objects.create(
        id=id, kind="assessments.look", project=project, subject="git", slot=id, state=state,
        requested_at=clock.now(), requested_by="Alice Ahmed", **values,
    )  # fmt: skip


def findings(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{item['id']}: {[node['html'][:120] for node in item['nodes'][:3]]}" for item in found]


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")


def too_wide(page: Page) -> list[str]:
    """What sticks out at the right of the window, where that makes the whole page scroll sideways."""
    return list(
        page.evaluate(
            "(() => { const root = document.documentElement; if (root.scrollWidth <= root.clientWidth) return [];"
            " return [...document.querySelectorAll('main *')]"
            " .filter(part => part.getBoundingClientRect().right > root.clientWidth)"
            " .map(part => part.outerHTML.slice(0, 120)) })()"
        )
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_full_pages_have_no_accessibility_findings(open_page: Open, full: Project, dana: User, scheme: str) -> None:
    for path in FULL:
        page = open_page(path, user=dana, scheme=scheme)
        unfold(page)
        assert findings(page) == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_empty_pages_have_no_accessibility_findings(open_page: Open, flights: Project, dana: User, scheme: str) -> None:
    for path in EMPTY:
        assert findings(open_page(path, user=dana, scheme=scheme)) == [], path


def test_pages_of_visitors_have_no_accessibility_findings(open_page: Open, db: None) -> None:
    for path in VISITOR:
        assert findings(open_page(path)) == [], path


def test_no_page_scrolls_sideways_on_a_narrow_screen(open_page: Open, full: Project, dana: User) -> None:
    for path in FULL:
        page = open_page(path, user=dana, width=320)
        unfold(page)
        assert too_wide(page) == [], path


@pytest.mark.parametrize("width", [768, 1024, 1280, 1600])
def test_the_matrix_fits_every_width(open_page: Open, full: Project, dana: User, width: int) -> None:
    page = open_page("/", user=dana, width=width)
    overhang = page.evaluate(
        "(() => { const card = document.querySelector('.matrix-card').getBoundingClientRect();"
        " return document.querySelector('.matrix').getBoundingClientRect().right - card.right })()"
    )
    assert overhang <= 0.5


def test_every_page_works_without_scripts(open_page: Open, full: Project, alice: User) -> None:
    page = open_page("/", user=alice, java_script_enabled=False)
    page.get_by_role("searchbox", name="Search").fill("flights")
    page.get_by_role("button", name="Show").click()
    assert "q=flights&" in page.url
    page.get_by_role("rowheader").get_by_role("link", name="Flights").click()
    page.get_by_role("link", name="Open scorecard").click()
    expect(page.get_by_role("heading", name="Why this level")).to_be_visible()


def test_the_first_tab_stop_skips_to_the_content_and_is_visible(open_page: Open, full: Project) -> None:
    page = open_page("/")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to the content")
    expect(link).to_be_focused()
    box = link.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_chart_unfolds_its_table_by_keyboard(open_page: Open, full: Project, alice: User) -> None:
    page = open_page("/projects/flights/scorecard/", user=alice)
    page.locator("summary", has_text="Show as a table").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Confirmed and possible level of each dimension").first).to_be_visible()


def test_a_job_renews_itself_until_it_ends(open_page: Open, full: Project, alice: User) -> None:
    page = open_page("/jobs/job-1/", user=alice)
    expect(page.get_by_role("progressbar")).to_be_visible()
    Job.objects.filter(pk="job-1").update(state="succeeded", progress=1, finished_at=clock.now())
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=10_000)
    expect(page.get_by_role("status").first).to_contain_text("Done")


def test_the_printed_scorecard_has_no_navigation_and_opens_everything(
    open_page: Open, full: Project, alice: User
) -> None:
    page = open_page("/projects/flights/scorecard/", user=alice, scheme="dark")
    page.emulate_media(media="print", color_scheme="light")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".criteria .inside").first.evaluate("part => part.checkVisibility()")


def test_the_first_page_transfers_less_than_100_kilobytes(open_page: Open, full: Project, alice: User) -> None:
    page = open_page("/", user=alice)
    sizes = page.evaluate("performance.getEntries().map(entry => entry.transferSize || 0)")
    assert 0 < sum(sizes) < 100_000


def test_signing_in_by_keyboard(open_page: Open, alice: User) -> None:
    page = open_page("/accounts/login/?next=/jobs/")
    page.get_by_label("User name or e-mail address").fill("alice")
    page.get_by_label("Password", exact=True).fill("correct-horse-7")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Jobs", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()
