"""The pages of waivers: what a member, a decider, a colleague and a visitor see and can do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from assessments.lifecycle.exempt import renew_waiver
from assessments.models import Exemption, Policy
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.assessments.lifecycle.granting import asked, by, decided, in_days, left_out, review_of, scored
from tests.portal.conftest import Clients

WAIVERS, NEW = "/projects/flights/waivers/", "/projects/flights/waivers/new/"


@pytest.fixture
def project(flights: Project) -> Project:
    return scored(flights)


def typed(**values: str) -> dict[str, str]:
    until = (clock.now() + timedelta(days=30)).date().isoformat()
    return {"criterion": "MR-1.1", "reason_code": "accepted-risk", "text": "A pilot.", "expires": until, **values}


def html(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_an_empty_page_teaches_and_offers_the_button_only_to_those_who_may(project: Project, clients: Clients) -> None:
    assert "Nothing is waived" in html(clients["alice"], WAIVERS)
    assert "gate/?min-level=2" in html(clients["alice"], WAIVERS)
    assert NEW in html(clients["alice"], WAIVERS)
    Project.objects.update(visibility="public")
    for who in ("visitor", "charlie"):
        assert NEW not in html(clients[who], WAIVERS)


def test_a_criterion_comes_preselected_from_the_scorecard(project: Project, clients: Clients) -> None:
    page = html(clients["alice"], f"{NEW}?criterion=MR-1.1")
    assert '<option value="MR-1.1" selected>' in page
    assert page.count(" selected>") == 1
    assert '<optgroup label="Model release">' in page


def test_the_latest_day_follows_the_policy_and_is_accepted(project: Project, clients: Clients) -> None:
    Policy.objects.create(risk_tier=project.risk_tier, longest_waiver_days=14)
    last = (clock.now() + timedelta(days=13)).date()
    page = html(clients["alice"], NEW)
    assert f"{last:%-d %B %Y} at the latest, for a project of medium risk." in page
    assert f'max="{last.isoformat()}"' in page
    sent = typed(expires=last.isoformat(), step="ask")
    assert clients["alice"].post(NEW, sent).status_code == 302
    late = typed(criterion="AI-1.2", expires=(last + timedelta(days=1)).isoformat(), step="ask")
    assert "14 days at most" in clients["alice"].post(NEW, late).content.decode()


def test_asking_shows_what_it_would_change_before_anything_is_stored(project: Project, clients: Clients) -> None:
    shown = clients["alice"].post(NEW, typed(step="preview")).content.decode()
    assert "the level stays 0 (up to 4)" in shown
    assert not Exemption.objects.exists()
    assert "A pilot." in clients["alice"].post(NEW, typed(step="edit")).content.decode()
    answer = clients["alice"].post(NEW, typed(step="ask"))
    request = Exemption.objects.get()
    assert answer["Location"] == f"{WAIVERS}{request.pk}/"
    page = html(clients["alice"], answer["Location"])
    assert "Waiting for a decision" in page
    assert "Withdraw…" in page


def test_a_preview_of_not_applicable_tells_the_level_without_it(project: Project, clients: Clients) -> None:
    shown = clients["alice"].post(f"{NEW}?kind=not-applicable", typed(step="preview")).content.decode()
    assert "Without it the level stays 0 (up to 4)." in shown


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"text": " "}, "This needs words."),
        ({"criterion": ""}, "has a criterion"),
        ({"reason_code": ""}, "needs one of the reasons"),
        ({"expires": ""}, "Choose a day."),
        ({"expires": "soon"}, "is no date"),
        ({"expires": "2020-01-01"}, "ends after it starts"),
        ({"link": "ftp://x"}, "starts with https://"),
    ],
)
@pytest.mark.parametrize("step", ["preview", "ask"])
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    project: Project, clients: Clients, values: dict[str, str], says: str, step: str
) -> None:
    answer = clients["alice"].post(NEW, typed(step=step, **({"text": "Kept words."} | values)))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert 'aria-invalid="true"' in page or "error-reason_code" in page
    if "text" not in values:
        assert "Kept words." in page
    assert not Exemption.objects.exists()


def test_asking_twice_is_told_and_nothing_is_lost(project: Project, clients: Clients) -> None:
    clients["alice"].post(NEW, typed(step="ask"))
    answer = clients["bob"].post(NEW, typed(step="ask", text="Mine too."))
    assert answer.status_code == 422
    assert "being decided already" in answer.content.decode()
    assert "Mine too." in answer.content.decode()


def test_the_page_of_a_granted_waiver_offers_revoking_to_steerers_and_renewing_to_members(
    project: Project, clients: Clients, alice: User, dana: User
) -> None:
    granted = decided(dana, asked(alice, project))
    path = f"{WAIVERS}{granted.pk}/"
    offered = {who: html(clients[who], path) for who in ("alice", "bob", "dana")}
    assert {who: "Revoke…" in page for who, page in offered.items()} == {"alice": True, "bob": False, "dana": True}
    assert all("Renew…" in page for page in offered.values())
    assert "granted it" in offered["bob"]
    assert "Looked at it." in offered["bob"]


def test_revoking_takes_a_reason_which_the_page_shows(
    project: Project, clients: Clients, alice: User, dana: User
) -> None:
    path = f"{WAIVERS}{decided(dana, asked(alice, project)).pk}/"
    assert "The gate closes at once" in html(clients["dana"], f"{path}revoke/")
    assert clients["dana"].post(f"{path}revoke/", {"reason": " "}).status_code == 422
    assert clients["bob"].post(f"{path}revoke/", {"reason": "No."}).status_code == 403
    assert clients["dana"].post(f"{path}revoke/", {"reason": "The tests are there."}).status_code == 302
    assert "The tests are there." in html(clients["alice"], path)
    again = clients["dana"].post(f"{path}revoke/", {"reason": "Once more."})
    assert again.status_code == 422
    assert "does not last any more" in again.content.decode()


def test_renewing_and_withdrawing_lead_to_the_request_and_back(
    project: Project, clients: Clients, alice: User, dana: User
) -> None:
    granted = decided(dana, asked(alice, project))
    later = (clock.now() + timedelta(days=60)).date().isoformat()
    answer = clients["bob"].post(f"{WAIVERS}{granted.pk}/renew/", {"text": "Not ready.", "expires": later})
    renewal = Exemption.objects.get(renews=granted)
    assert answer["Location"] == f"{WAIVERS}{renewal.pk}/"
    assert "renewal 1" in html(clients["bob"], answer["Location"])
    assert clients["alice"].get(f"{WAIVERS}{renewal.pk}/withdraw/").status_code == 403
    clients["bob"].post(f"{WAIVERS}{renewal.pk}/withdraw/", {"reason": "Ready after all."})
    renewal.refresh_from_db()
    assert renewal.state == "withdrawn"


def test_the_list_tells_what_holds_what_is_asked_and_what_ended(
    project: Project, clients: Clients, alice: User, dana: User
) -> None:
    first = decided(dana, asked(alice, project))
    decided(dana, renew_waiver(actor=by(alice), exemption=first, text="Longer.", expires=in_days(60)))
    decided(dana, left_out(alice, project, "AI-1.2"), "return")
    asked(alice, project, "AI-1.4")
    page = html(clients["alice"], WAIVERS)
    asked_part, rest = page.split("In force</h2>")
    active, ended = rest.split("Ended</h2>")
    assert ("AI-1.4" in asked_part, "renewal 1" in active, "MR-1.1" in ended, "Declined" in ended) == (True,) * 4
    assert "AI-1.2" not in active
    assert "Renewed" in ended
    assert "Waived" not in ended


@pytest.mark.parametrize("outsider", ["visitor", "charlie"])
def test_outsiders_of_a_public_project_read_no_names_and_no_texts(
    project: Project, clients: Clients, alice: User, dana: User, outsider: str
) -> None:
    Project.objects.update(visibility="public")
    granted = decided(dana, asked(alice, project, text="A secret pilot."))
    for path in (WAIVERS, f"{WAIVERS}{granted.pk}/"):
        page = html(clients[outsider], path)
        assert "MR-1.1" in page
        assert not [word for word in ("Alice", "Dana", "secret pilot", "Looked at it") if word in page]


def test_a_waiver_of_another_project_is_not_found_below_this_one(
    project: Project, clients: Clients, alice: User
) -> None:
    request = asked(alice, project)
    Project.objects.create(slug="other", name="Other", visibility="public")
    assert clients["alice"].get(f"/projects/other/waivers/{request.pk}/").status_code == 404


def test_pages_take_the_same_number_of_queries_however_many_there_are(
    project: Project, clients: Clients, alice: User, dana: User, queries: Callable[[Client, str], int]
) -> None:
    granted = decided(dana, asked(alice, project))
    few = queries(clients["alice"], WAIVERS), queries(clients["alice"], f"{WAIVERS}{granted.pk}/")
    for name in ("AI-1.1", "AI-1.2", "AI-1.3", "AI-1.4", "MR-2.1"):
        decided(dana, asked(alice, project, name))
    many = queries(clients["alice"], WAIVERS), queries(clients["alice"], f"{WAIVERS}{granted.pk}/")
    assert few == many
    assert queries(clients["alice"], NEW)
    assert review_of(granted).state == "approved"
