"""Registering a project and looking after it: what is wrong is said beside the field, nothing typed is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from mlops_portal.accounts.models import User
from mlops_portal.projects.models import Project, ProjectToken
from mlops_portal.projects.selectors import roles_of
from mlops_portal.projects.tokens import authenticate_token
from tests.portal.conftest import Clients

BASICS = {"name": "Churn", "risk_tier": "high", "visibility": "organisation", "experiments": "churn\r\n churn-two \r\n"}


def text(response: Any) -> str:
    return str(response.content.decode())


def post(client: Client, path: str, **data: object) -> Any:
    return client.post(path, data)


def test_a_project_is_registered_and_leads_to_collecting(clients: Clients, charlie: User) -> None:
    response = clients["charlie"].post("/projects/new/", BASICS, follow=True)
    project = Project.objects.get(slug="churn")
    assert response.redirect_chain == [("/projects/churn/", 302)]
    assert "Collect now" in text(response)
    assert (project.experiments, project.risk_tier) == (["churn", "churn-two"], "high")
    assert roles_of(charlie, project) == ["owner"]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "cannot be blank"),
        ("slug", "not a slug", "consisting of"),
        ("slug", "new", "address of the portal itself"),
        ("slug", "flights", "already exists"),
        ("repository", "http://git.example.org/x", "not read over http"),
        ("subpath", "../up", "must lie inside"),
        ("model_names", "a/b", "MLflow refuses"),
        ("slack_channel", "general", "written like"),
        ("risk_tier", "none", "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    clients: Clients, flights: Project, field: str, typed: str, said: str
) -> None:
    data = {**BASICS, "slug": "churn", "description": "Who is about to leave", field: typed}
    response = clients["alice"].post("/projects/new/", data)
    html = text(response)
    assert response.status_code == 422
    assert "Who is about to leave" in html
    wrong = next(part for part in html.split('<div class="field')[1:] if f'name="{field}"' in part)
    assert said in wrong
    assert 'aria-invalid="true"' in wrong
    assert not Project.objects.filter(slug="churn").exists()


def test_the_list_of_projects_is_the_portfolio(clients: Clients) -> None:
    assert clients["visitor"].get("/projects/")["Location"] == "/"
    assert clients["alice"].get("/projects/")["Location"] == "/?mine=1"
    assert clients["alice"].get("/projects/?q=x")["Location"] == "/?q=x"


def shown_values(client: Client, path: str) -> dict[str, str]:
    html = text(client.get(path))
    seen = re.search(r'name="seen" value="([^"]+)"', html)
    assert seen is not None
    return {"name": "Flights", "slug": "flights", "risk_tier": "medium", "visibility": "members", "seen": seen[1]}


def test_settings_are_saved(clients: Clients, flights: Project) -> None:
    path = "/projects/flights/settings/"
    data = shown_values(clients["alice"], path) | {"description": "Delays", "visibility": "public"}
    assert clients["alice"].post(path, data).status_code == 302
    flights.refresh_from_db()
    assert (flights.description, flights.visibility) == ("Delays", "public")


def test_two_editors_do_not_overwrite_each_other_silently(clients: Clients, flights: Project) -> None:
    path = "/projects/flights/settings/"
    of_alice = shown_values(clients["alice"], path) | {"description": "By Alice"}
    of_dana = shown_values(clients["dana"], path) | {"description": "By Dana"}
    clients["dana"].post(path, of_dana)
    refused = clients["alice"].post(path, of_alice)
    html = text(refused)
    assert refused.status_code == 409
    assert "Somebody else saved other values meanwhile" in html
    assert "By Alice" in html
    assert "<dd>By Dana</dd>" in html
    flights.refresh_from_db()
    assert flights.description == "By Dana"
    again = re.search(r'name="seen" value="([^"]+)"', html)
    assert again is not None
    assert clients["alice"].post(path, of_alice | {"seen": again[1]}).status_code == 302
    flights.refresh_from_db()
    assert flights.description == "By Alice"


def test_profile_and_cadence_are_set_and_refused(clients: Clients, flights: Project) -> None:
    path = "/projects/flights/settings/rules/"
    assert post(clients["alice"], path, profile="single-maintainer", cadence_days="90").status_code == 403
    assert post(clients["dana"], path, profile="single-maintainer", cadence_days="90").status_code == 302
    flights.refresh_from_db()
    assert (flights.profile, flights.cadence_days) == ("single-maintainer", 90)
    for wrong in ({"profile": "nobody"}, {"cadence_days": "3"}, {"cadence_days": "soon"}):
        assert post(clients["alice"], path, **wrong).status_code == 422
    flights.refresh_from_db()
    assert (flights.profile, flights.cadence_days) == ("single-maintainer", 90)


def test_archiving_is_confirmed_with_a_reason_and_can_be_taken_back(clients: Clients, flights: Project) -> None:
    path = "/projects/flights/archive/"
    assert "Nothing is deleted" in text(clients["alice"].get(path))
    assert post(clients["alice"], path, reason="").status_code == 422
    assert post(clients["alice"], path, reason="The route closed.").status_code == 302
    assert 'href="/projects/flights/"' not in text(clients["alice"].get("/?mine=1"))
    assert "Archived" in text(clients["alice"].get("/projects/flights/"))
    assert post(clients["alice"], path, back="1").status_code == 302
    assert 'href="/projects/flights/"' in text(clients["alice"].get("/?mine=1"))


def test_members_are_added_changed_and_removed(clients: Clients, flights: Project, charlie: User) -> None:
    path = "/projects/flights/members/"
    assert post(clients["alice"], path, person="charlie@example.org", roles=["viewer"]).status_code == 302
    assert roles_of(charlie, flights) == ["viewer"]
    assert "Charlie Castro" in text(clients["alice"].get(path))
    post(clients["alice"], path, person="charlie", roles=["owner", "ml-engineer"])
    assert roles_of(charlie, flights) == ["ml-engineer", "owner"]
    post(clients["alice"], path, person="charlie", act="remove")
    assert roles_of(charlie, flights) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"person": "nobody", "roles": ["viewer"]}, "Nobody is known as"),
        ({"person": "charlie"}, "one or more roles"),
        ({"person": "alice", "act": "remove"}, "is the last owner"),
        ({"person": "alice", "roles": ["viewer"]}, "is the last owner"),
    ],
)
def test_what_cannot_be_done_with_a_member_is_said_and_changes_nothing(
    clients: Clients, flights: Project, alice: User, data: dict[str, Any], said: str
) -> None:
    response = clients["alice"].post("/projects/flights/members/", data)
    assert response.status_code == 422
    assert said in text(response)
    assert roles_of(alice, flights) == ["data-scientist", "owner"]


def test_a_token_is_issued_its_secret_shown_once_and_revoked(clients: Clients, flights: Project) -> None:
    path = "/projects/flights/tokens/"
    issued = post(clients["alice"], path, name="CI of flights")
    secret = re.search(r'value="(mlp_[^"]+)"', text(issued))
    assert secret is not None
    assert issued["Cache-Control"] == "no-store"
    assert authenticate_token(secret[1]) is not None
    assert secret[1] not in text(clients["alice"].get(path))
    token = ProjectToken.objects.get()
    assert "refused until they get another one" in text(clients["alice"].get(f"{path}{token.pk}/revoke/"))
    assert post(clients["alice"], f"{path}{token.pk}/revoke/", reason="Leaked.").status_code == 302
    assert authenticate_token(secret[1]) is None
    assert clients["alice"].get(f"{path}{token.pk}/revoke/").status_code == 409


def test_a_token_of_another_project_is_not_found_here(clients: Clients, flights: Project, public: Project) -> None:
    token = ProjectToken.objects.create(project=public, name="CI", digest="0" * 64)
    assert clients["dana"].get(f"/projects/flights/tokens/{token.pk}/revoke/").status_code == 404


@pytest.mark.parametrize(("field", "typed"), [("name", ""), ("expires_at", "2020-01-01"), ("expires_at", "tomorrow")])
def test_a_token_that_cannot_be_is_refused_beside_the_field(
    clients: Clients, flights: Project, field: str, typed: str
) -> None:
    data = {"name": "CI", "expires_at": "", field: typed}
    response = clients["alice"].post("/projects/flights/tokens/", data)
    assert response.status_code == 422
    assert "errorlist" in text(response)
    assert not ProjectToken.objects.exists()


@pytest.mark.parametrize("page", ["settings", "members", "tokens", "archive"])
def test_members_who_are_no_owners_may_not_open_the_settings(clients: Clients, flights: Project, page: str) -> None:
    assert clients["bob"].post(f"/projects/flights/{page}/", {}).status_code == 403
    assert "Settings</a>" not in text(clients["bob"].get("/projects/flights/"))


def test_pages_of_settings_take_few_queries(clients: Clients, flights: Project, queries: Any) -> None:
    for page in ("settings", "members", "tokens", "archive"):
        assert queries(clients["alice"], f"/projects/flights/{page}/") <= 12
