"""Assessing in pages: starting, answering without scripts, two people at once, submitting; and the script's door."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from assessments.lifecycle.assess import start_assessment, submit_assessment
from assessments.models import Answer, Assessment
from mlops_portal.accounts.models import User
from mlops_portal.projects.models import Membership, Project, Role
from tests.assessments.lifecycle.people import (
    PROOF,
    accept,
    attest,
    by,
    ci_runs_no_tests,
    give_back,
    in_days,
    say,
    submitted,
)

ASSESS = "/projects/flights/assess/"
PEOPLE = f"{ASSESS}people/"
SignIn = Callable[[User], Client]


@pytest.fixture
def sign_in() -> SignIn:
    """A browser in which somebody is signed in."""

    def opened(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return opened


@pytest.fixture
def draft(flights: Project, alice: User) -> Assessment:
    return start_assessment(actor=by(alice), project=flights)


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[:2000]
    return re.sub(r"\s+", " ", unescape(response.content.decode()))


def form(client: Client, path: str = PEOPLE, status: int = 200) -> dict[str, str]:
    """The fields of a page as a browser would send them back."""
    return fields(text(client.get(path), status))


def fields(html: str) -> dict[str, str]:
    found = {}
    for tag in re.findall(r"<input [^>]*>", html):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("radio" not in tag or "checked" in tag):
            found[name[1]] = value[1] if value else ""
    for name, value in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>([^<]*)</textarea>', html):
        found[name] = value.strip()
    return found


def answered(item: str) -> Answer:
    return Answer.objects.get(item=item)


def test_before_starting_the_page_says_what_will_happen_and_offers_one_button(
    sign_in: SignIn, flights: Project, alice: User
) -> None:
    html = text(sign_in(alice).get(ASSESS))
    assert "What machines saw is filled in." in html
    assert re.search(r"about \d+ minutes for \d+ questions", html)
    assert "Somebody else reviews it" in html
    assert html.count("Start an assessment") == 1
    assert "mlops.yaml" in html


def test_whoever_may_only_look_is_offered_no_start(sign_in: SignIn, flights: Project, charlie: User) -> None:
    Membership.objects.create(project=flights, user=charlie, role=Role.VIEWER)
    html = text(sign_in(charlie).get(ASSESS))
    assert "Start an assessment" not in html
    assert "can start one" in html
    assert sign_in(charlie).post(ASSESS, {"do": "start"}).status_code == 403


def test_starting_leads_to_the_first_dimension_with_something_open(
    sign_in: SignIn, flights: Project, alice: User
) -> None:
    response = sign_in(alice).post(ASSESS, {"do": "start"})
    assert response["Location"] == PEOPLE
    assert Assessment.objects.get().started_by == alice


def test_starting_twice_goes_on_with_the_one_that_is_open(sign_in: SignIn, draft: Assessment, bob: User) -> None:
    response = sign_in(bob).post(ASSESS, {"do": "start"}, follow=True)
    assert "begun by Alice Ahmed" in text(response)
    assert Assessment.objects.count() == 1


def test_a_question_says_why_it_matters_what_counts_and_what_machines_saw(
    sign_in: SignIn, draft: Assessment, flights: Project, alice: User
) -> None:
    html = text(sign_in(alice).get(f"{ASSESS}model-creation/"))
    assert "Why it matters" in html
    assert "What counts" in html
    assert "machines cannot tell" in html
    assert "The computing power for training is managed." in html


def test_saving_keeps_what_was_changed_and_goes_on(sign_in: SignIn, draft: Assessment, alice: User) -> None:
    client = sign_in(alice)
    sent = form(client) | {"HUM-03-answer": "yes", "HUM-03-text": "Agreed in March.", "HUM-03-link": PROOF}
    response = client.post(PEOPLE, sent | {"then": "next"})
    assert response["Location"] == f"{ASSESS}model-creation/"
    kept = answered("HUM-03")
    assert (kept.answer, kept.text, kept.link, kept.by) == ("yes", "Agreed in March.", PROOF, alice)
    assert Answer.objects.count() == 1


def test_the_last_dimension_leads_to_looking_it_over_and_back_leads_back(
    sign_in: SignIn, draft: Assessment, alice: User
) -> None:
    client, last = sign_in(alice), f"{ASSESS}application-integration/"
    assert client.post(last, form(client, last) | {"then": "next"})["Location"] == f"{ASSESS}submit/"
    assert client.post(last, form(client, last) | {"then": "back"})["Location"] == f"{ASSESS}model-release/"
    assert client.post(last, form(client, last))["Location"] == last


def test_sending_the_page_again_changes_nothing(sign_in: SignIn, draft: Assessment, alice: User) -> None:
    client = sign_in(alice)
    sent = form(client) | {"HUM-03-answer": "no"}
    client.post(PEOPLE, sent)
    version = Assessment.objects.get().version
    assert client.post(PEOPLE, sent).status_code == 302
    assert Assessment.objects.get().version == version


def test_leaving_a_question_open_takes_its_answer_back(sign_in: SignIn, draft: Assessment, alice: User) -> None:
    say(alice, draft, "HUM-03", text="Agreed.")
    client = sign_in(alice)
    emptied = {"HUM-03-answer": "", "HUM-03-text": "", "HUM-03-link": ""}
    assert client.post(PEOPLE, form(client) | emptied).status_code == 302
    assert not Answer.objects.exists()


def test_what_is_wrong_stands_beside_its_field_with_what_was_typed_and_the_rest_is_kept(
    sign_in: SignIn, draft: Assessment, alice: User
) -> None:
    client, page = sign_in(alice), f"{ASSESS}model-creation/"
    wrong = {"MC-1.1-answer": "yes", "MC-1.1-text": "A nightly job.", "HUM-05-answer": "no"}
    html = text(client.post(page, form(client, page) | wrong), 409)
    assert re.search(r'id="error-MC-1.1-link"[^>]*><li>[^<]*proof', html)
    assert "A nightly job." in html
    assert answered("HUM-05").answer == "no"
    assert not Answer.objects.filter(item="MC-1.1").exists()


def test_words_without_an_answer_are_kept_in_the_page_and_an_answer_is_asked_for(
    sign_in: SignIn, draft: Assessment, alice: User
) -> None:
    client = sign_in(alice)
    html = text(client.post(PEOPLE, form(client) | {"HUM-04-text": "Bob did."}), 409)
    assert "No answer is chosen." in html
    assert "Bob did." in html


def test_somebody_elses_change_is_shown_beside_mine_and_i_choose(
    sign_in: SignIn, draft: Assessment, alice: User, bob: User
) -> None:
    client = sign_in(alice)
    mine = form(client) | {"HUM-03-answer": "yes", "HUM-03-text": "Mine.", "HUM-03-link": PROOF}
    say(bob, draft, "HUM-03", "no", text="Theirs.")
    html = text(client.post(PEOPLE, mine), 409)
    assert "Bob Brandt changed the answer to HUM-03" in html
    assert "Theirs." in html
    assert "Mine." in html
    assert answered("HUM-03").text == "Theirs."
    again = fields(html)
    assert client.post(PEOPLE, again | {"HUM-03-resolve": "theirs"}).status_code == 302
    assert answered("HUM-03").text == "Theirs."
    assert client.post(PEOPLE, again | {"HUM-03-resolve": "mine"}).status_code == 302
    assert answered("HUM-03").text == "Mine."


def test_without_a_choice_nobody_is_overwritten(sign_in: SignIn, draft: Assessment, alice: User, bob: User) -> None:
    client = sign_in(alice)
    mine = form(client) | {"HUM-03-answer": "yes", "HUM-03-link": PROOF}
    say(bob, draft, "HUM-03", "no")
    again = fields(text(client.post(PEOPLE, mine), 409))
    assert "Keep mine" in text(client.post(PEOPLE, again), 409)
    assert answered("HUM-03").answer == "no"


def test_a_change_that_i_did_not_touch_is_no_conflict(
    sign_in: SignIn, draft: Assessment, alice: User, bob: User
) -> None:
    client = sign_in(alice)
    mine = form(client) | {"HUM-01-answer": "yes", "HUM-01-text": "Alice, Bob."}
    say(bob, draft, "HUM-03", "no")
    assert client.post(PEOPLE, mine).status_code == 302
    assert answered("HUM-03").answer == "no"


def test_a_contradiction_is_told_at_the_question(
    sign_in: SignIn, draft: Assessment, flights: Project, alice: User
) -> None:
    ci_runs_no_tests(flights)
    client, page = sign_in(alice), f"{ASSESS}application-integration/"
    assert "Machines say no here" in text(client.get(page))
    attest(alice, draft, "AI-1.3")
    at_the_question = text(client.get(page)).split('id="item-AI-1.3"')[1].split("</fieldset>")[0]
    assert "Contradiction." in at_the_question
    assert "People say: Alice Ahmed attested" in at_the_question
    for path in (ASSESS, f"{ASSESS}submit/"):
        assert "Alice Ahmed attested" in text(client.get(path)).split('id="clash-title"')[1]


def test_whoever_was_signed_out_gets_back_what_they_typed(sign_in: SignIn, draft: Assessment, alice: User) -> None:
    client = sign_in(alice)
    sent = form(client) | {"HUM-03-answer": "yes", "HUM-03-text": "<b>Half an hour of work</b>"}
    client.logout()
    html = client.post(PEOPLE, sent)
    assert html.status_code == 403
    assert "&lt;b&gt;Half an hour of work&lt;/b&gt;" in html.content.decode()
    assert not Answer.objects.exists()


def test_once_submitted_the_questions_lead_back_to_the_overview(sign_in: SignIn, flights: Project, alice: User) -> None:
    submitted(alice, flights)
    client = sign_in(alice)
    assert client.get(PEOPLE)["Location"] == ASSESS
    assert client.post(PEOPLE, {"HUM-03-version": "0", "HUM-03-answer": "no"})["Location"] == ASSESS
    assert "answers are frozen" in text(client.get(ASSESS))


def test_a_dimension_that_is_none_is_not_found(sign_in: SignIn, draft: Assessment, alice: User) -> None:
    assert sign_in(alice).get(f"{ASSESS}finance/").status_code == 404


def test_agreements_are_kept_and_a_wrong_one_is_named(sign_in: SignIn, draft: Assessment, alice: User) -> None:
    client = sign_in(alice)
    html = text(client.post(ASSESS, {"do": "agree", "slices": "carrier", "staleness_days": "a while"}), 400)
    assert "is no number" in html
    assert 'value="a while"' in html
    client.post(ASSESS, {"do": "agree", "slices": "carrier, season", "availability": "99.5"})
    assert Assessment.objects.get().agreements == {"slices": ["carrier", "season"], "availability": 0.995}


def test_before_submitting_the_page_says_what_is_frozen_what_is_open_and_who_may_review(
    sign_in: SignIn, draft: Assessment, alice: User, bob: User, dana: User
) -> None:
    say(bob, draft, "HUM-03")
    html = text(sign_in(alice).get(f"{ASSESS}submit/"))
    assert "It will show: 0 – No MLOps" in html
    assert "1 given" in html
    reviewers = html.split("Who may review")[1].split("Hand it over")[0]
    assert "Dana Dimova" in reviewers
    assert "Bob Brandt" not in reviewers
    assert "Alice Ahmed" not in reviewers


def test_when_nobody_may_review_the_page_says_what_to_do(
    sign_in: SignIn, draft: Assessment, alice: User, bob: User
) -> None:
    say(bob, draft, "HUM-03")
    assert "Ask an owner to add a member" in text(sign_in(alice).get(f"{ASSESS}submit/"))


def test_submitting_freezes_and_leads_to_what_was_frozen(sign_in: SignIn, draft: Assessment, alice: User) -> None:
    client = sign_in(alice)
    response = client.post(f"{ASSESS}submit/", form(client, f"{ASSESS}submit/"))
    frozen = Assessment.objects.get()
    assert response["Location"] == f"/assessments/{frozen.pk}/"
    assert (frozen.state, frozen.submitted_by) == ("submitted", alice)


def test_what_changed_after_the_page_was_made_is_not_submitted_unseen(
    sign_in: SignIn, draft: Assessment, alice: User, bob: User
) -> None:
    client = sign_in(alice)
    sent = form(client, f"{ASSESS}submit/")
    say(bob, draft, "HUM-03", "no")
    assert "changed after this page was made" in text(client.post(f"{ASSESS}submit/", sent), 409)
    assert Assessment.objects.get().state == "draft"


def test_an_answer_that_ran_out_stops_submitting_and_is_linked(sign_in: SignIn, draft: Assessment, alice: User) -> None:
    attest(alice, draft, "MR-3.1")
    Answer.objects.update(expires=in_days(-1))
    client = sign_in(alice)
    html = text(client.post(f"{ASSESS}submit/", form(client, f"{ASSESS}submit/")), 409)
    assert "ran out" in html
    assert f'href="{ASSESS}model-release/#item-MR-3.1"' in html


def test_a_return_shows_its_reasons_at_the_top_and_at_the_question(
    sign_in: SignIn, flights: Project, alice: User, dana: User
) -> None:
    give_back(dana, submitted(alice, flights), P_3_1="The link leads nowhere.")
    client = sign_in(alice)
    html = text(client.get(ASSESS))
    assert "Dana Dimova returned it" in html
    assert f'<a href="{PEOPLE}#item-HUM-03">HUM-03</a> <span class="said">The link leads nowhere.</span>' in html
    assert "The reviewer asks:" in text(client.get(PEOPLE))


def test_the_history_shows_each_with_state_and_level_and_leads_to_comparing(
    sign_in: SignIn, flights: Project, alice: User, bob: User, dana: User
) -> None:
    first = accept(dana, submitted(alice, flights))
    second = start_assessment(actor=by(bob), project=flights)
    submit_assessment(actor=by(bob), assessment=second)
    html = text(sign_in(alice).get(ASSESS)).split('id="history-title"')[1]
    assert f'href="/assessments/{second.pk}/compare/{first.pk}/"' in html
    assert "Accepted" in html
    assert "Waiting for review" in html


@pytest.mark.parametrize("path", [ASSESS, PEOPLE, f"{ASSESS}submit/"])
def test_the_pages_take_few_queries_however_many_answers_there_are(
    sign_in: SignIn, draft: Assessment, alice: User, bob: User, path: str, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(alice)
    with django_assert_max_num_queries(30) as few:
        client.get(path)
    for item in ("HUM-01", "HUM-02", "HUM-03", "HUM-04", "HUM-06"):
        say(bob, draft, item)
    with django_assert_max_num_queries(30) as many:
        client.get(path)
    assert len(many) <= len(few)
    assert len(few) <= 24


# The script's door: one answer, told as JSON.


def sent(client: Client, item: str, **values: str) -> Any:
    own = {f"{item}-{name}": value for name, value in ({"version": "0"} | values).items()}
    return client.post(f"{ASSESS}answer/", {"item": item} | own)


def test_one_answer_is_kept_and_the_page_learns_its_version_and_how_far_it_is(
    sign_in: SignIn, draft: Assessment, alice: User
) -> None:
    response = sent(sign_in(alice), "HUM-03", answer="yes", link=PROOF)
    assert response.status_code == 200
    body = response.json()
    assert body["version"] == answered("HUM-03").version
    assert body["progress"]["people"].startswith("1/")
    assert "Alice Ahmed" in body["by"]


def test_what_is_wrong_is_told_with_the_field(sign_in: SignIn, draft: Assessment, alice: User) -> None:
    response = sent(sign_in(alice), "MR-3.1", answer="yes", expires=in_days(90).isoformat())
    assert response.status_code == 400
    assert response.json()["field"] == "link"


def test_somebody_elses_answer_comes_back_as_the_question_with_both(
    sign_in: SignIn, draft: Assessment, alice: User, bob: User
) -> None:
    say(bob, draft, "HUM-03", "no", text="Theirs.")
    client = sign_in(alice)
    response = sent(client, "HUM-03", answer="yes", link=PROOF, text="Mine.")
    assert response.status_code == 409
    html = response.json()["html"]
    assert "Theirs." in html
    assert "Mine." in html
    theirs = str(answered("HUM-03").version)
    decided = {"theirs-version": theirs, "resolve": "mine"}
    kept = sent(client, "HUM-03", answer="yes", link=PROOF, text="Mine.", **decided)
    assert kept.status_code == 200
    assert answered("HUM-03").text == "Mine."


def test_the_script_is_told_that_nobody_is_signed_in_or_that_answers_are_frozen(
    sign_in: SignIn, flights: Project, alice: User
) -> None:
    submitted(alice, flights)
    signed_out = sent(Client(), "HUM-03", answer="no")
    assert (signed_out.status_code, signed_out.json()["signed_out"]) == (403, True)
    frozen = sent(sign_in(alice), "HUM-03", answer="no")
    assert frozen.status_code == 409
    assert "html" not in frozen.json()


@pytest.mark.parametrize("item", ["HUM-99", "", "a b", "x" * 300])
def test_nonsense_is_refused(sign_in: SignIn, draft: Assessment, alice: User, item: str) -> None:
    response = sent(sign_in(alice), item, answer="yes")
    assert response.status_code == 400
    assert not Answer.objects.exists()


def test_ten_megabytes_are_refused_and_nothing_else_is_lost(sign_in: SignIn, draft: Assessment, alice: User) -> None:
    client = sign_in(alice)
    assert sent(client, "HUM-03", answer="no", text="x" * 10_000_000).status_code in (400, 413)
    assert sent(client, "HUM-03", answer="no", text="x" * 20_000).json()["field"] == "text"
    assert sent(client, "HUM-03", answer="no").status_code == 200


def test_hostile_words_stay_text_in_every_page(sign_in: SignIn, draft: Assessment, alice: User, dana: User) -> None:
    evil = "<script>alert(1)</script>{{ 7|add:7 }}"
    say(alice, draft, "HUM-03", text=evil)
    client = sign_in(alice)
    for path in (ASSESS, PEOPLE, f"{ASSESS}submit/"):
        assert "<script>alert" not in client.get(path).content.decode()
    draft.refresh_from_db()
    submit_assessment(actor=by(alice), assessment=draft)
    for path in ("", "report/"):
        html = client.get(f"/assessments/{draft.pk}/{path}").content.decode()
        assert "&lt;script&gt;alert(1)" in html
        assert "<script>alert" not in html


def test_another_framework_is_assessed_beside_and_every_step_stays_with_it(
    sign_in: SignIn, draft: Assessment, alice: User
) -> None:
    client, under = sign_in(alice), "?framework=azure-mlops"
    assert f'href="{under}"' in text(client.get(ASSESS))
    response = client.post(f"{ASSESS}{under}", {"do": "start"})
    assert response["Location"] == f"{PEOPLE}{under}"
    html = text(client.get(f"{PEOPLE}{under}"))
    assert f'action="{PEOPLE}{under}"' in html
    assert f'data-autosave="{ASSESS}answer/{under}"' in html
    sent_on = client.post(f"{PEOPLE}{under}", fields(html) | {"HUM-03-answer": "no", "then": "next"})
    assert sent_on["Location"] == f"{ASSESS}model-creation/{under}"
    assert answered("HUM-03").assessment.framework == "azure-mlops"
    frozen = client.post(f"{ASSESS}submit/{under}", form(client, f"{ASSESS}submit/{under}"))
    assert Assessment.objects.get(state="submitted").framework == "azure-mlops"
    assert f'href="{ASSESS}{under}"' in text(client.get(frozen["Location"]))
    assert Assessment.objects.get(state="draft") == draft
    assert client.get(f"{ASSESS}?framework=own").status_code == 400


def test_a_form_whose_secret_is_old_gives_back_what_was_typed_and_nothing_of_the_page_itself(
    flights: Project, alice: User
) -> None:
    start_assessment(actor=by(alice), project=flights)
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    page = form(client) | {"HUM-03-text": "Half an hour of thought.", "csrfmiddlewaretoken": "x" * 64}
    html = text(client.post(PEOPLE, page), 403)
    assert "Half an hour of thought." in html
    assert page["HUM-03-digest"] not in html


def test_what_is_not_asked_is_named_with_its_reason(sign_in: SignIn, draft: Assessment, alice: User) -> None:
    html = text(sign_in(alice).get(f"{ASSESS}model-creation/"))
    left_out = html.split("Not asked of this project")[1].split("</details>")[0]
    assert "MC-2.7" in left_out
    assert "HUM-08" in left_out


def test_a_visitor_of_a_public_project_reads_what_it_is_about_and_may_start_nothing(flights: Project) -> None:
    Project.objects.update(visibility="public")
    html = text(Client().get(ASSESS))
    assert "Somebody else reviews it" in html
    assert "Start an assessment" not in html
    assert Client().post(ASSESS, {"do": "start"}).status_code == 403


def test_submitting_twice_is_submitting_once(sign_in: SignIn, draft: Assessment, alice: User) -> None:
    client = sign_in(alice)
    page = form(client, f"{ASSESS}submit/")
    client.post(f"{ASSESS}submit/", page)
    digest = Assessment.objects.get().digest
    assert client.post(f"{ASSESS}submit/", page)["Location"] == ASSESS
    assert Assessment.objects.get().digest == digest
