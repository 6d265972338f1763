"""One assessment in pages: what was frozen, its review, what may be done with it, comparing, the report, the files."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import jsonschema
import pytest
from django.test import Client

from assessments.frameworks.shipped import framework
from assessments.lifecycle.assess import start_assessment, submit_assessment
from assessments.lifecycle.rescore import rescore
from assessments.models import Assessment, Scoring
from assessments.scoring.published import SCHEMA
from mlops_portal.accounts.models import User
from mlops_portal.projects.models import Project, Visibility
from tests.assessments.lifecycle.people import (
    SYSTEM,
    accept,
    attest,
    by,
    ci_runs_no_tests,
    give_back,
    say,
    submitted,
)

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
def waiting(flights: Project, alice: User) -> Assessment:
    """Submitted by Alice, not decided."""
    rescore(actor=SYSTEM, project=flights)
    return submitted(alice, flights)


@pytest.fixture
def accepted(waiting: Assessment, dana: User) -> Assessment:
    """The same, accepted by Dana."""
    return accept(dana, waiting)


def again(flights: Project, bob: User, dana: User) -> Assessment:
    """The next assessment, by Bob: he says no where Alice said yes, and attests a criterion."""
    draft = start_assessment(actor=by(bob), project=flights)
    say(bob, draft, "HUM-03", "no")
    attest(bob, draft, "MR-3.1")
    return accept(dana, submit_assessment(actor=by(bob), assessment=draft))


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[:2000]
    return re.sub(r"\s+", " ", unescape(response.content.decode()))


def at(assessment: Assessment, rest: str = "") -> str:
    return f"/assessments/{assessment.pk}/{rest}"


def test_the_page_shows_state_level_digest_answers_and_every_criterion(
    sign_in: SignIn, waiting: Assessment, alice: User
) -> None:
    html = text(sign_in(alice).get(at(waiting)))
    assert "Waiting for review" in html
    assert waiting.digest in html
    assert "0 – No MLOps" in html
    assert "Where is the contract for inputs and outputs" in html
    assert all(f'<details id="{name}">' in html for name in framework().placed)


def test_a_draft_says_that_it_is_one_and_leads_to_the_questions(sign_in: SignIn, flights: Project, alice: User) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    html = text(sign_in(alice).get(at(draft)))
    assert "what submitting it now would freeze" in html
    assert "Go on answering" in html


def test_the_decision_stands_there_with_its_reasons_per_criterion(
    sign_in: SignIn, waiting: Assessment, alice: User, dana: User
) -> None:
    give_back(dana, waiting, P_3_1="The link leads nowhere.")
    html = text(sign_in(alice).get(at(waiting)))
    assert "Dana Dimova returned it" in html
    assert '<a href="#P-3.1">P-3.1</a></dt><dd><div class="prose"><p>The link leads nowhere.' in html


def test_the_live_level_stands_beside_the_accepted_one(
    sign_in: SignIn, accepted: Assessment, flights: Project, alice: User
) -> None:
    client = sign_in(alice)
    assert "as it was found here" in text(client.get(at(accepted)))
    Scoring.objects.filter(project=flights, live=True).update(confirmed=2, possible=3)
    html = text(client.get(at(accepted)))
    assert "The live level is now <strong>2 (up to 3)</strong>" in html
    assert at(accepted, "compare/live/") in html


def test_contradictions_are_shown_to_the_reviewer_as_well(
    sign_in: SignIn, flights: Project, alice: User, dana: User
) -> None:
    ci_runs_no_tests(flights)
    draft = start_assessment(actor=by(alice), project=flights)
    attest(alice, draft, "AI-1.3")
    waiting = submit_assessment(actor=by(alice), assessment=draft)
    for who in (alice, dana):
        assert "Alice Ahmed attested" in text(sign_in(who).get(at(waiting))).split('id="clash-title"')[1]


def test_only_who_may_decide_is_offered_to_take_it_up(
    sign_in: SignIn, waiting: Assessment, alice: User, dana: User
) -> None:
    assert "Take up the review" not in text(sign_in(alice).get(at(waiting)))
    client = sign_in(dana)
    assert "Take up the review" in text(client.get(at(waiting)))
    assert client.post(at(waiting, "take-up/")).status_code == 302
    assert Assessment.objects.get().state == "in-review"
    assert sign_in(alice).post(at(waiting, "take-up/")).status_code == 403


def test_withdrawing_asks_for_a_reason_and_keeps_what_was_typed(
    sign_in: SignIn, waiting: Assessment, alice: User
) -> None:
    client = sign_in(alice)
    assert "needs a reason" in text(client.post(at(waiting, "withdraw/"), {"reason": "  "}), 400)
    assert Assessment.objects.get().state == "submitted"
    client.post(at(waiting, "withdraw/"), {"reason": "Too early."})
    assert Assessment.objects.get().state == "withdrawn"
    assert "Withdrawn: it counts for nothing" in text(client.get(at(waiting)))


def test_publishing_lets_whoever_sees_the_project_read_it(
    sign_in: SignIn, accepted: Assessment, flights: Project, alice: User, bob: User, charlie: User
) -> None:
    Project.objects.update(visibility=Visibility.ORGANISATION)
    assert sign_in(charlie).get(at(accepted)).status_code == 404
    assert "Publish for everybody" not in text(sign_in(bob).get(at(accepted)))
    assert sign_in(bob).post(at(accepted, "publish/")).status_code == 403
    owner = sign_in(alice)
    assert "Publish for everybody" in text(owner.get(at(accepted)))
    assert owner.post(at(accepted, "publish/")).status_code == 302
    html = text(sign_in(charlie).get(at(accepted)))
    assert "Accepted" in html
    assert "What you can do" not in html
    assert f'href="{at(accepted)}"' in text(sign_in(charlie).get("/projects/flights/assess/"))
    assert Client().get(at(accepted)).status_code == 404


def test_comparing_names_each_change_with_its_cause_by_dimension(
    sign_in: SignIn, accepted: Assessment, flights: Project, alice: User, bob: User, dana: User
) -> None:
    later = again(flights, bob, dana)
    html = text(sign_in(alice).get(at(accepted, f"compare/{later.pk}/")))
    people = html.split(">People</h2>")[1].split("</section>")[0]
    assert "P-3.1" in people
    assert "attestation changed" in people
    assert "HUM-03" in people
    assert "MR-3.1" in html.split(">Model release</h2>")[1].split("</section>")[0]


def test_the_older_one_is_always_before_whichever_way_it_is_asked(
    sign_in: SignIn, accepted: Assessment, flights: Project, alice: User, bob: User, dana: User
) -> None:
    later, client = again(flights, bob, dana), sign_in(alice)
    one = text(client.get(at(accepted, f"compare/{later.pk}/"))).split('class="columns two sides"')[1]
    other = text(client.get(at(later, f"compare/{accepted.pk}/"))).split('class="columns two sides"')[1]
    assert one.split("<dialog")[0] == other.split("<dialog")[0]


def test_comparing_with_live_shows_what_machines_found_since(
    sign_in: SignIn, accepted: Assessment, flights: Project, alice: User
) -> None:
    client = sign_in(alice)
    assert "Nothing changed" in text(client.get(at(accepted, "compare/live/")))
    ci_runs_no_tests(flights)
    html = text(client.get(at(accepted, "compare/live/")))
    assert "Live, by machines" in html
    assert "visibility changed" in html


def test_what_cannot_be_compared_is_refused_with_the_reason(
    sign_in: SignIn, accepted: Assessment, flights: Project, alice: User
) -> None:
    client = sign_in(alice)
    other = start_assessment(actor=by(alice), project=flights, framework="azure-mlops")
    assert "different frameworks" in text(client.get(at(accepted, f"compare/{other.pk}/")), 400)
    assert client.get(at(accepted, "compare/nothing/")).status_code == 404
    assert client.get(at(accepted, "compare/99999/")).status_code == 404


def test_two_projects_are_not_compared(sign_in: SignIn, accepted: Assessment, dana: User) -> None:
    churn = Project.objects.create(slug="churn", name="Churn")
    other = start_assessment(actor=by(dana), project=churn)
    assert "different projects" in text(sign_in(dana).get(at(accepted, f"compare/{other.pk}/")), 400)


def test_the_report_holds_the_decision_the_answers_and_every_criterion(
    sign_in: SignIn, accepted: Assessment, alice: User
) -> None:
    html = text(sign_in(alice).get(at(accepted, "report/")))
    assert accepted.digest in html
    assert "Dana Dimova accepted it" in html
    assert "Where is the contract for inputs and outputs" in html
    assert all(f'<tr id="{name}">' in html for name in framework().placed)


def test_the_csv_has_a_row_for_each_criterion_and_no_formula(sign_in: SignIn, flights: Project, alice: User) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    say(alice, draft, "HUM-03", text="=HYPERLINK(1)")
    waiting = submit_assessment(actor=by(alice), assessment=draft)
    response = sign_in(alice).get(at(waiting, "report.csv"))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert re.search(r'filename="flights-assessment-\d{4}-\d{2}-\d{2}\.csv"', response["Content-Disposition"])
    lines = list(csv.reader(io.StringIO(response.content.decode())))
    assert len(lines) == 1 + len(framework().placed)
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)


def test_the_json_has_the_published_shape_and_the_frozen_digest(
    sign_in: SignIn, accepted: Assessment, alice: User
) -> None:
    document = sign_in(alice).get(at(accepted, "report.json")).json()
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    assert document["assessment"]["digest"] == accepted.digest
    assert document["assessment"]["decided_by"] == "Dana Dimova"
    assert document["overall"] == {"confirmed": accepted.confirmed, "possible": accepted.possible}


def test_one_that_an_older_release_stored_differently_is_not_a_fault(
    sign_in: SignIn, accepted: Assessment, alice: User
) -> None:
    Assessment.objects.update(scorecard={"schema": 0})
    for rest in ("", "report/", "report.csv", "compare/live/"):
        assert "older release" in text(sign_in(alice).get(at(accepted, rest)), 404)


def test_what_is_hidden_answers_like_what_does_not_exist(sign_in: SignIn, waiting: Assessment, charlie: User) -> None:
    client = sign_in(charlie)
    hidden = client.get(at(waiting)).content
    assert hidden == client.get("/assessments/99999/").content


def test_pages_of_an_assessment_take_few_queries(
    sign_in: SignIn, accepted: Assessment, alice: User, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(alice)
    for rest in ("", "report/", "compare/live/"):
        with django_assert_max_num_queries(20):
            client.get(at(accepted, rest))
