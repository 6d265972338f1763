"""An assessment from its start to its report, by two people in two browsers; the same without scripts; what is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, expect

from assessments.lifecycle.assess import start_assessment, submit_assessment
from assessments.lifecycle.collect import collect_project
from assessments.models import Answer, Assessment
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.portal.demo.repositories import make_repository
from mlops_portal.projects.models import Project
from tests.assessments.lifecycle.people import PROOF, accept, attest, by, give_back, in_days, say

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ASSESS = "/projects/flights/assess/"
PEOPLE = f"{ASSESS}people/"
Sit = Callable[..., Page]


@pytest.fixture
def sit(browser: Browser, live_server: Any) -> Iterator[Sit]:
    """Sits somebody down at a browser of their own, which stays signed in; complains of any broken policy."""
    contexts = []
    complaints: list[str] = []

    def seated(user: User | None, *, width: int = 1280, scheme: Any = "light", **more: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}, color_scheme=scheme, **more
        )
        contexts.append(context)
        if user is not None:
            sign_in(context, user, live_server.url)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        return page

    yield seated
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(context: Any, user: User, url: str) -> None:
    client = Client()
    client.force_login(user)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


@pytest.fixture
def seen(flights: Project, alice: User, settings: Any, tmp_path: Path) -> Project:
    """Flights with a real repository that was really looked at."""
    settings.REPOSITORY_ROOTS, settings.GIT_CACHE_DIR = [str(tmp_path)], tmp_path / "cache"
    flights.repository = str(make_repository("flights", tmp_path, today=clock.now().date()))
    flights.target_level, flights.target_reason = 3, "Delays cost money."
    flights.save()
    collect_project(actor=by(alice), project=flights)
    return flights


@pytest.fixture
def draft(flights: Project, alice: User) -> Assessment:
    return start_assessment(actor=by(alice), project=flights)


def item(page: Page, name: str) -> Locator:
    return page.locator(f'[data-item="{name}"]')


def status(page: Page, name: str) -> Locator:
    return item(page, name).get_by_role("status")


def kept(name: str) -> Answer | None:
    return Answer.objects.filter(item=name).first()


def findings(page: Page) -> list[str]:
    page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true })")
    found = Axe().run(page).response["violations"]
    return [f"{item['id']}: {[node['html'][:120] for node in item['nodes'][:3]]}" for item in found]


def sticks_out(page: Page) -> bool:
    page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true })")
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def decide(page: Page, answer: str, reason: str, parts: dict[str, str] | None = None) -> None:
    """Decide the review that the page shows, with the second look before it counts."""
    page.get_by_role("link", name=answer).click()
    page.get_by_label("Reason", exact=True).fill(reason)
    if parts:
        page.locator("summary", has_text="Reasons for single criteria").click()
    for name, said in (parts or {}).items():
        page.locator(f'[name="detail-{name}"]').fill(said)
    page.get_by_role("button", name="See what it brings about").click()
    page.get_by_role("button", name=re.compile(f"Yes, {answer}", re.IGNORECASE)).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_alice_assesses_dana_returns_alice_mends_dana_accepts_and_every_page_shows_it(
    sit: Sit, seen: Project, alice: User, dana: User, scripts: bool
) -> None:
    hers, other = sit(alice, java_script_enabled=scripts), sit(dana, java_script_enabled=scripts)

    hers.goto("/projects/flights/")
    hers.get_by_role("link", name="Assess", exact=True).first.click()
    hers.get_by_role("button", name="Start an assessment").click()
    expect(item(hers, "HUM-01").get_by_text("pre-filled")).to_be_visible()
    expect(item(hers, "HUM-01").get_by_role("radio", name="Yes", exact=True)).to_be_checked()
    hers.goto(f"{ASSESS}application-integration/")
    expect(hers.get_by_text(re.compile(r"Machines have answered \d of \d"))).to_be_visible()

    hers.goto(f"{ASSESS}model-release/")
    expect(item(hers, "MR-3.1").get_by_text("machines cannot tell").first).to_be_visible()
    item(hers, "MR-3.1").get_by_label("Link to the proof").fill(PROOF)
    item(hers, "MR-3.1").get_by_label("What makes it so").fill("The pipeline releases.")
    item(hers, "MR-3.1").get_by_role("radio", name="Yes", exact=True).check()
    if scripts:
        expect(status(hers, "MR-3.1")).to_contain_text("Saved")
    hers.get_by_role("button", name="Save and next").click()
    expect(hers.get_by_role("heading", name="Flights: Application integration")).to_be_visible()
    hers.get_by_role("button", name="Save and look it over").click()
    expect(hers.get_by_text("Dana Dimova")).to_be_visible()
    hers.get_by_role("button", name="Freeze and submit").click()
    expect(hers.get_by_text("Waiting for review").first).to_be_visible()

    hers.get_by_role("link", name="Open the review").first.click()
    expect(hers.get_by_role("link", name="Approve")).to_have_count(0)

    frozen = Assessment.objects.get()
    other.goto(f"/assessments/{frozen.pk}/")
    other.get_by_role("link", name="Review it").click()
    decide(other, "Return", "The proof is not what it says.", {"MR-3.1": "Link the pipeline, not its wiki page."})

    hers.goto(ASSESS)
    expect(hers.get_by_text("Dana Dimova returned it")).to_be_visible()
    hers.get_by_role("link", name="MR-3.1").first.click()
    expect(item(hers, "MR-3.1").get_by_text("Link the pipeline, not its wiki page.")).to_be_visible()
    item(hers, "MR-3.1").get_by_label("Link to the proof").fill(f"{PROOF}/release.yml")
    if scripts:
        item(hers, "MR-3.1").get_by_label("What makes it so").focus()
        expect(status(hers, "MR-3.1")).to_contain_text("Saved")
    hers.get_by_role("button", name="Save", exact=True).click()
    hers.goto(f"{ASSESS}submit/")
    hers.get_by_role("button", name="Freeze and submit").click()

    other.goto(f"/assessments/{frozen.pk}/")
    other.get_by_role("link", name="Review it").click()
    decide(other, "Approve", "The pipeline releases, I looked.")

    accepted = Assessment.objects.get()
    assert (accepted.state, accepted.decided_by) == ("accepted", dana)
    level = f"{accepted.confirmed}"
    hers.goto(f"/assessments/{accepted.pk}/")
    expect(hers.get_by_text("Dana Dimova accepted it")).to_be_visible()
    expect(hers.get_by_text("Dana Dimova returned it")).to_be_visible()
    hers.get_by_role("link", name="Compare with live").click()
    expect(hers.get_by_role("heading", name="Flights: what changed")).to_be_visible()
    hers.goto(f"/assessments/{accepted.pk}/report/")
    expect(hers.get_by_text(accepted.digest).first).to_be_visible()
    hers.goto(ASSESS)
    expect(hers.get_by_role("row", name=re.compile("Accepted"))).to_contain_text(level)
    for path in ("/", "/projects/flights/"):
        hers.goto(path)
        expect(hers.get_by_role("main")).to_contain_text("Flights")
        expect(hers.get_by_role("main")).to_contain_text(level)
    call_command("verify_audit")


def test_answers_are_saved_as_they_are_given_and_progress_moves(sit: Sit, draft: Assessment, alice: User) -> None:
    page = sit(alice)
    page.goto(PEOPLE)
    item(page, "HUM-03").get_by_role("radio", name="No", exact=True).check()
    expect(status(page, "HUM-03")).to_contain_text(re.compile(r"Saved \d\d:\d\d"))
    expect(page.locator('[data-progress="people"]').first).to_have_text("1/6")
    item(page, "HUM-03").get_by_label("In words").fill("Nobody wrote it down.")
    item(page, "HUM-04").get_by_role("radio", name="Not sure", exact=True).check()
    expect(status(page, "HUM-04")).to_contain_text("Saved")
    expect(page.locator("[data-all]")).to_contain_text("All saved")
    page.reload()
    expect(item(page, "HUM-03").get_by_label("In words")).to_have_value("Nobody wrote it down.")
    item(page, "HUM-03").get_by_label("In words").fill("")
    item(page, "HUM-03").get_by_role("radio", name="Leave open", exact=True).check()
    expect(status(page, "HUM-03")).to_contain_text("Taken back")
    assert kept("HUM-03") is None


def test_what_is_missing_is_asked_for_gently_and_what_is_wrong_stands_at_its_field(
    sit: Sit, draft: Assessment, alice: User
) -> None:
    page = sit(alice)
    page.goto(f"{ASSESS}model-release/")
    item(page, "MR-3.1").get_by_role("radio", name="Yes", exact=True).check()
    expect(status(page, "MR-3.1")).to_contain_text("To save it")
    item(page, "MR-3.1").get_by_label("Link to the proof").fill("ftp://nowhere")
    item(page, "MR-3.1").get_by_label("What makes it so").focus()
    expect(status(page, "MR-3.1")).to_contain_text("Not saved")
    expect(item(page, "MR-3.1").get_by_label("Link to the proof")).to_have_attribute("aria-invalid", "true")
    item(page, "MR-3.1").get_by_label("Link to the proof").fill(PROOF)
    item(page, "MR-3.1").get_by_label("What makes it so").focus()
    expect(status(page, "MR-3.1")).to_contain_text("Saved")
    expect(item(page, "MR-3.1").get_by_label("Link to the proof")).not_to_have_attribute("aria-invalid", "true")


def test_when_somebody_else_was_faster_both_are_shown_and_i_choose(
    sit: Sit, draft: Assessment, alice: User, bob: User
) -> None:
    page = sit(alice)
    page.goto(PEOPLE)
    say(bob, draft, "HUM-03", "no", text="Bob's words.")
    item(page, "HUM-03").get_by_role("radio", name="Yes", exact=True).check()
    alert = item(page, "HUM-03").get_by_role("alert")
    expect(alert).to_contain_text("Bob Brandt changed the answer")
    expect(alert).to_contain_text("Bob's words.")
    expect(item(page, "HUM-03").get_by_role("radio", name="Yes", exact=True)).to_be_checked()
    words = item(page, "HUM-03").get_by_label("In words")
    words.press_sequentially("Typed on while nobody has chosen.")
    item(page, "HUM-03").get_by_label("Link to the proof").focus()
    expect(status(page, "HUM-03")).to_contain_text("choose above")
    expect(words).to_have_value("Typed on while nobody has chosen.")
    first = kept("HUM-03")
    assert first is not None
    assert first.by == bob
    alert.get_by_role("radio", name="Keep mine", exact=True).check()
    expect(alert).to_have_count(0)
    answer = kept("HUM-03")
    assert answer is not None
    assert (answer.answer, answer.text, answer.by) == ("yes", "Typed on while nobody has chosen.", alice)
    say(bob, draft, "HUM-03", "no", text="Again.")
    item(page, "HUM-03").get_by_role("radio", name="Not sure", exact=True).check()
    item(page, "HUM-03").get_by_role("alert").get_by_role("radio", name="Take theirs", exact=True).check()
    expect(item(page, "HUM-03").get_by_label("In words")).to_have_value("Again.")
    expect(item(page, "HUM-03").get_by_role("radio", name="No", exact=True)).to_be_checked()


def test_when_the_portal_is_away_the_answer_waits_in_the_page_and_is_saved_later(
    sit: Sit, draft: Assessment, alice: User
) -> None:
    page = sit(alice)
    page.goto(PEOPLE)
    page.context.set_offline(True)
    item(page, "HUM-03").get_by_role("radio", name="No", exact=True).check()
    expect(status(page, "HUM-03")).to_contain_text("cannot be reached")
    expect(page.locator("[data-all]")).to_contain_text("1 not saved yet")
    expect(item(page, "HUM-03").get_by_role("button", name="Try now")).to_be_visible()
    page.context.set_offline(False)
    expect(status(page, "HUM-03")).to_contain_text("Saved")
    answer = kept("HUM-03")
    assert answer is not None
    assert answer.answer == "no"


def test_whoever_was_signed_out_keeps_what_was_typed_and_saves_it_after_signing_in(
    sit: Sit, draft: Assessment, alice: User
) -> None:
    page = sit(alice)
    page.goto(PEOPLE)
    page.context.clear_cookies(name="sessionid")
    item(page, "HUM-03").get_by_role("radio", name="No", exact=True).check()
    item(page, "HUM-03").get_by_label("In words").fill("Half an hour of thought.")
    expect(status(page, "HUM-03")).to_contain_text("You are signed out")
    with page.context.expect_page() as opened:
        item(page, "HUM-03").get_by_role("link", name="Sign in in a new tab").click()
    tab = opened.value
    tab.get_by_label("User name or e-mail address").fill("alice")
    tab.get_by_label("Password", exact=True).fill("correct-horse-7")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="Flights: People")).to_be_visible()
    expect(item(page, "HUM-03").get_by_label("In words")).to_have_value("Half an hour of thought.")
    item(page, "HUM-03").get_by_role("button", name="Save again").click()
    expect(status(page, "HUM-03")).to_contain_text("Saved")
    answer = kept("HUM-03")
    assert answer is not None
    assert answer.text == "Half an hour of thought."


def test_the_whole_page_is_answered_by_keyboard(sit: Sit, draft: Assessment, alice: User) -> None:
    page = sit(alice)
    page.goto(PEOPLE)
    page.keyboard.press("j")
    page.keyboard.press("1")
    expect(item(page, "HUM-01").get_by_role("radio", name="Yes", exact=True)).to_be_checked()
    page.keyboard.press("j")
    page.keyboard.press("0")
    expect(item(page, "HUM-02").get_by_role("radio", name="Not sure", exact=True)).to_be_checked()
    page.keyboard.press("k")
    page.keyboard.press("2")
    expect(item(page, "HUM-01").get_by_role("radio", name="No", exact=True)).to_be_checked()
    item(page, "HUM-02").get_by_label("In words").fill("Level 0 of 1, j or k?")
    expect(item(page, "HUM-02").get_by_label("In words")).to_have_value("Level 0 of 1, j or k?")
    expect(page.locator("[data-all]")).to_contain_text("All saved")
    expect(item(page, "HUM-02").get_by_role("radio", name="Not sure", exact=True)).to_be_checked()


def test_enter_in_a_field_saves_and_stays(sit: Sit, draft: Assessment, alice: User) -> None:
    page = sit(alice, java_script_enabled=False)
    page.goto(PEOPLE)
    item(page, "HUM-03").get_by_role("radio", name="Yes", exact=True).check()
    item(page, "HUM-03").get_by_label("Link to the proof").fill(PROOF)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Flights: People")).to_be_visible()
    answer = kept("HUM-03")
    assert answer is not None
    assert answer.link == PROOF


@pytest.fixture
def story(seen: Project, alice: User, bob: User, dana: User) -> list[str]:
    """Pages in every state: a returned draft that is open again, an accepted one, one that was superseded."""
    first = start_assessment(actor=by(alice), project=seen)
    attest(alice, first, "AI-3.1")
    accept(dana, submit_assessment(actor=by(alice), assessment=first))
    second = start_assessment(actor=by(bob), project=seen)
    say(bob, second, "HUM-03", "no", text="The contract was dropped.")
    accept(dana, submit_assessment(actor=by(bob), assessment=second))
    third = start_assessment(actor=by(alice), project=seen)
    say(alice, third, "HUM-07", "pipeline", expires=in_days(60))
    give_back(dana, submit_assessment(actor=by(alice), assessment=third), P_3_1="Which contract?")
    return [
        ASSESS, PEOPLE, f"{ASSESS}application-integration/", f"{ASSESS}submit/",
        f"/assessments/{second.pk}/", f"/assessments/{third.pk}/",
        f"/assessments/{first.pk}/compare/{second.pk}/", f"/assessments/{first.pk}/compare/live/",
        f"/assessments/{second.pk}/report/",
    ]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_an_accessibility_finding(sit: Sit, story: list[str], alice: User, scheme: str) -> None:
    page = sit(alice, scheme=scheme)
    for path in story:
        page.goto(path)
        assert findings(page) == [], path


def test_no_page_scrolls_sideways_on_a_narrow_screen(sit: Sit, story: list[str], alice: User) -> None:
    page = sit(alice, width=320)
    for path in story:
        page.goto(path)
        assert not sticks_out(page), path


def test_the_start_and_what_was_refused_have_no_accessibility_finding(
    sit: Sit, flights: Project, alice: User, bob: User
) -> None:
    page = sit(alice, java_script_enabled=True)
    page.goto(ASSESS)
    assert findings(page) == []
    draft = start_assessment(actor=by(alice), project=flights)
    page.goto(f"{ASSESS}model-release/")
    say(bob, draft, "HUM-07", "file")
    item(page, "HUM-07").get_by_role("radio", name="By a pipeline", exact=True).check()
    expect(item(page, "HUM-07").get_by_role("alert")).to_be_visible()
    item(page, "MR-3.1").get_by_label("Link to the proof").fill("nonsense")
    item(page, "MR-3.1").get_by_role("radio", name="Yes", exact=True).check()
    expect(status(page, "MR-3.1")).to_contain_text("Not saved")
    assert findings(page) == []


def test_the_report_prints_as_a_document(sit: Sit, story: list[str], alice: User) -> None:
    page = sit(alice, scheme="dark")
    page.goto(story[-1])
    expect(page.get_by_role("button", name="Print or save as PDF")).to_be_visible()
    printed = page.pdf(format="A4", print_background=True)
    pages = len(re.findall(rb"/Type\s*/Page[^s]", printed))
    assert 2 <= pages <= 14
    page.emulate_media(media="print")
    for gone in ("Main", "You are here"):
        expect(page.get_by_role("navigation", name=gone)).to_be_hidden()
    expect(page.get_by_role("button", name="Print or save as PDF")).to_be_hidden()
    width = page.evaluate(
        "[...document.querySelectorAll('main table')].map(t => t.scrollWidth - t.parentElement.clientWidth)"
    )
    assert max(width) <= 1
