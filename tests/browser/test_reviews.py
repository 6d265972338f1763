"""Reviews in a real browser: decided by keyboard alone and without scripts; readable in every width and light."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from assessments.lifecycle.assess import start_assessment, submit_assessment
from assessments.lifecycle.exempt import request_not_applicable, request_waiver
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from mlops_portal.reviews.actions import comment
from mlops_portal.reviews.models import Decision, Review
from mlops_portal.reviews.selectors import open_review_of
from tests.assessments.lifecycle.people import attest, by, ci_runs_no_tests, say
from tests.browser.test_pages import findings, too_wide, unfold

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]

TALK = (
    "Which run proves **P-2.1**?\n\n- the one of 3 November, or\n- a later one?\n\n> `mlflow.log_model` came last\n\n"
    "https://ci.example.org/flights/runs/a-very-long-address-that-does-not-end-and-has-to-be-broken/0123456789"
)


@pytest.fixture
def waiting(flights: Project, alice: User, bob: User, dana: User) -> Review:
    """The review of an assessment with a contradiction and a conversation; a waiver waits, another was declined."""
    ci_runs_no_tests(flights)
    draft = start_assessment(actor=by(alice), project=flights)
    say(alice, draft)
    attest(alice, draft, "AI-3.3")
    submit_assessment(actor=by(alice), assessment=draft)
    ends = clock.now() + timedelta(days=60)
    request_waiver(
        actor=by(bob), project=flights, criterion="MR-1.1", reason_code="accepted-risk", expires=ends,
        text="The pilot ends in January; until then we release by hand.", link="https://wiki.example.org/pilot",
    )  # fmt: skip
    request_not_applicable(actor=by(alice), project=flights, criterion="AI-4.1", text="Nothing is served online.")
    assessment = open_review_of("assessment", str(draft.pk))
    assert assessment is not None
    comment(actor=by(bob), review=assessment, text=TALK)
    comment(actor=by(alice), review=assessment, text="The later one.")
    return assessment


def paths(review: Review) -> list[str]:
    own = f"/reviews/{review.pk}/"
    return ["/reviews/", "/reviews/?tab=mine", "/reviews/?tab=decided", own, f"{own}decide/?answer=return"]


def to_confirm(page: Page, review: Review, reason: str = "I followed the links.") -> None:
    page.goto(f"/reviews/{review.pk}/decide/?answer=approve")
    page.get_by_label("Reason", exact=True).fill(reason)
    page.get_by_role("button", name="See what it brings about").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_reviews_has_accessibility_findings(
    open_page: Open, waiting: Review, dana: User, scheme: str
) -> None:
    for path in paths(waiting):
        page = open_page(path, user=dana, scheme=scheme)
        unfold(page)
        assert findings(page) == [], path
    to_confirm(page, waiting)
    assert findings(page) == []
    page.get_by_role("button", name="Change what I say").click()
    page.get_by_label("Reason", exact=True).fill("")
    page.locator("form.form").evaluate("form => { form.noValidate = true; form.requestSubmit() }")
    expect(page.get_by_text("This needs words.")).to_be_visible()
    assert findings(page) == []


def test_no_page_of_reviews_scrolls_sideways_on_a_narrow_screen(open_page: Open, waiting: Review, dana: User) -> None:
    for path in paths(waiting):
        page = open_page(path, user=dana, width=320)
        unfold(page)
        assert too_wide(page) == [], path
    to_confirm(page, waiting, TALK)
    assert too_wide(page) == []


def test_a_review_is_found_opened_and_decided_by_keyboard_alone(open_page: Open, waiting: Review, dana: User) -> None:
    page = open_page("/", user=dana)
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Reviews", exact=True)).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("[data-row]").first.locator("[data-open]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=waiting.title, exact=True)).to_be_visible()
    page.keyboard.press("x")
    expect(page.get_by_role("radio", name="Return")).to_be_checked()
    page.get_by_label("Reason", exact=True).focus()
    page.keyboard.type("The run is missing.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # unfolds the criteria
    page.get_by_label("AI-3.3").focus()
    page.keyboard.type("Which run?")
    page.get_by_role("button", name="See what it brings about").press("Enter")
    page.get_by_role("button", name="Yes, return it").press("Enter")
    expect(page.get_by_role("heading", name="Dana Dimova returned it")).to_be_visible()
    assert Decision.objects.get().details == {"AI-3.3": "Which run?"}


def test_a_review_is_decided_without_scripts(open_page: Open, waiting: Review, dana: User) -> None:
    page = open_page("/reviews/", user=dana, java_script_enabled=False)
    page.get_by_role("link", name=f"Approve… {waiting.title}").click()
    page.get_by_label("Reason", exact=True).fill("I followed the links.")
    page.get_by_role("button", name="See what it brings about").click()
    expect(page.get_by_role("heading", name="What it brings about")).to_be_visible()
    page.get_by_role("button", name="Yes, approve it").click()
    expect(page.get_by_role("heading", name="Dana Dimova approved it")).to_be_visible()


def test_the_back_button_and_a_second_yes_count_nothing_twice(open_page: Open, waiting: Review, dana: User) -> None:
    page = open_page("/", user=dana)
    to_confirm(page, waiting)
    page.get_by_role("button", name="Yes, approve it").click()
    expect(page.get_by_role("heading", name="Dana Dimova approved it")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Yes, approve it").click()
    expect(page.get_by_text("You have decided already; it counted once.")).to_be_visible()
    assert Decision.objects.count() == 1
