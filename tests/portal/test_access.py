"""Every address of the portal has a declared expectation for a visitor and for each of the four people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from mlops_portal.accounts.models import User
from mlops_portal.jobs.models import Job
from mlops_portal.projects.models import Project
from tests.api.test_api_access import NAMES as API_NAMES
from tests.portal.conftest import Clients
from tests.portal.numbered import ASSESSMENT, JOB, OWN_TOKEN, PLANNED, PROJECT, REVIEW

pytestmark = pytest.mark.usefixtures("numbered")

WHO = ("visitor", "alice", "bob", "charlie", "dana")

#: Name → arguments, method, and the status for a visitor, Alice, Bob (members of flights), Charlie, Dana.
#: 302 is to the sign-in page. 404 is the same for what is hidden as for what does not exist.
EXPECTED: dict[str, tuple[dict[str, str], str, tuple[int, int, int, int, int]]] = {
    "portfolio": ({}, "get", (200, 200, 200, 200, 200)),
    "portfolio-csv": ({}, "get", (200, 200, 200, 200, 200)),
    "project": (PROJECT, "get", (404, 200, 200, 404, 200)),
    "collect": (PROJECT, "post", (403, 302, 302, 404, 302)),
    "scorecard": (PROJECT, "get", (404, 200, 200, 404, 200)),
    "jobs": ({}, "get", (302, 200, 200, 200, 200)),
    "job": (JOB, "get", (302, 200, 200, 404, 200)),
    "job-cancel": (JOB, "post", (403, 302, 409, 404, 409)),
    "job-retry": (JOB, "post", (403, 302, 302, 404, 302)),
    "integrations": ({}, "get", (302, 200, 200, 200, 200)),
    # Assessments by people: one is open, and a draft
    "assess": (PROJECT, "get", (404, 200, 200, 404, 200)),
    "assess-dimension": (PROJECT | {"dimension": "people"}, "get", (404, 200, 200, 404, 200)),
    "assess-answer": (PROJECT, "post", (403, 400, 400, 404, 400)),
    "assess-submit": (PROJECT, "get", (404, 200, 200, 404, 200)),
    "assessment": (ASSESSMENT, "get", (404, 200, 200, 404, 200)),
    "assessment-compare": (ASSESSMENT | {"other": "7"}, "get", (404, 200, 200, 404, 200)),
    "assessment-report": (ASSESSMENT, "get", (404, 200, 200, 404, 200)),
    "assessment-report-csv": (ASSESSMENT, "get", (404, 200, 200, 404, 200)),
    "assessment-report-json": (ASSESSMENT, "get", (404, 200, 200, 404, 200)),
    "assessment-withdraw": (ASSESSMENT, "post", (403, 400, 400, 404, 400)),
    "assessment-publish": (ASSESSMENT, "post", (403, 409, 403, 404, 409)),
    "assessment-take-up": (ASSESSMENT, "post", (403, 409, 409, 404, 409)),
    # Waivers, design review, roadmap, target: one waiver is granted to Alice, one step is planned
    "exemptions": (PROJECT, "get", (404, 200, 200, 404, 200)),
    "exemption-new": (PROJECT, "get", (404, 200, 200, 404, 200)),
    "exemption": (PLANNED, "get", (404, 200, 200, 404, 200)),
    "exemption-revoke": (PLANNED, "get", (404, 200, 403, 404, 200)),
    "exemption-withdraw": (PLANNED, "get", (404, 200, 403, 404, 200)),
    "exemption-renew": (PLANNED, "get", (404, 200, 200, 404, 200)),
    "design": (PROJECT, "get", (404, 200, 200, 404, 200)),
    "design-submit": (PROJECT, "get", (404, 200, 200, 404, 200)),
    "design-withdraw": (PROJECT, "get", (404, 200, 200, 404, 200)),
    "roadmap": (PROJECT, "get", (404, 200, 200, 404, 200)),
    "roadmap-step": (PLANNED, "get", (404, 200, 200, 404, 200)),
    "target": (PROJECT, "get", (404, 200, 200, 404, 200)),
    # Frameworks: everybody reads what counts; versions are governance's, and number 9 is not there
    "frameworks": ({}, "get", (200, 200, 200, 200, 200)),
    "framework": ({"framework_id": "google-mlops"}, "get", (200, 200, 200, 200, 200)),
    "framework-compare": (
        {"framework_id": "mlops-levels", "before": "1.0", "after": "1.0"},
        "get",
        (200, 200, 200, 200, 200),
    ),
    "framework-upload": ({}, "get", (302, 403, 403, 403, 200)),
    "framework-version": ({"version_id": "9"}, "get", (302, 403, 403, 403, 404)),
    "framework-try": ({"version_id": "9"}, "post", (403, 403, 403, 403, 404)),
    "framework-activate": ({"version_id": "9"}, "get", (302, 403, 403, 403, 404)),
    "framework-retire": ({"version_id": "9"}, "get", (302, 403, 403, 403, 404)),
    # Reviews: one of Alice's waits
    "reviews": ({}, "get", (302, 200, 200, 200, 200)),
    "review": (REVIEW, "get", (302, 200, 200, 404, 200)),
    "review-decide": (REVIEW, "get", (302, 403, 403, 404, 200)),
    "review-comment": (REVIEW, "post", (403, 400, 400, 404, 400)),
    "review-withdraw": (REVIEW, "post", (403, 400, 403, 404, 400)),
    # Projects and their settings; token 7 is one of flights
    "projects": ({}, "get", (302, 302, 302, 302, 302)),
    "project-new": ({}, "get", (302, 200, 200, 200, 200)),
    "project-settings": (PROJECT, "get", (302, 200, 403, 404, 200)),
    "project-rules": (PROJECT, "post", (403, 302, 403, 404, 302)),
    "project-archive": (PROJECT, "get", (302, 200, 403, 404, 200)),
    "project-members": (PROJECT, "get", (302, 200, 403, 404, 200)),
    "project-tokens": (PROJECT, "get", (302, 200, 403, 404, 200)),
    "project-token-revoke": (PROJECT | {"token_id": "7"}, "get", (302, 200, 403, 404, 200)),
    # One's own work; the token is Alice's
    "me": ({}, "get", (302, 200, 200, 200, 200)),
    "me-due": ({}, "get", (302, 200, 200, 200, 200)),
    "me-tokens": ({}, "get", (302, 200, 200, 200, 200)),
    "me-token-revoke": (OWN_TOKEN, "get", (302, 200, 404, 404, 404)),
    # Finding things
    "help": ({}, "get", (200, 200, 200, 200, 200)),
    "search": ({}, "get", (200, 200, 200, 200, 200)),
    # Settings of the whole portal
    "settings": ({}, "get", (302, 403, 403, 403, 200)),
    "policy": ({"tier": "high"}, "get", (302, 403, 403, 403, 200)),
    "test-mail": ({}, "post", (403, 403, 403, 403, 403)),
    # The audit trail
    "audit": ({}, "get", (302, 403, 403, 403, 200)),
    "audit-export": ({}, "get", (302, 403, 403, 403, 200)),
    "audit-verify": ({}, "post", (403, 403, 403, 403, 302)),
    "badge": (PROJECT, "get", (404, 200, 200, 404, 200)),
    "healthz": ({}, "get", (200, 200, 200, 200, 200)),
    "readyz": ({}, "get", (200, 200, 200, 200, 200)),
}

#: Addresses of libraries: they look after themselves, and are tested by their prefix.
LIBRARIES = {"accounts/": (200, 302, 405, 404), "admin/": (302, 403, 404)}


def addresses(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, str | None]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield route, pattern.name


def own() -> list[tuple[str, str | None]]:
    found = addresses(get_resolver().url_patterns)
    return [(route, name) for route, name in found if not route.startswith(tuple(LIBRARIES))]


def test_every_address_has_an_expectation() -> None:
    assert {name for _, name in own()} == set(EXPECTED) | API_NAMES


@pytest.mark.parametrize("name", EXPECTED)
def test_each_address_answers_each_person_as_declared(name: str, clients: Clients, job: Job) -> None:
    arguments, method, statuses = EXPECTED[name]
    path = reverse(name, kwargs=arguments)
    sent = {"data": "{}", "content_type": "application/json"} if path.startswith("/api/") and method == "post" else {}
    answers = tuple(getattr(clients[who], method)(path, **sent).status_code for who in WHO)
    assert dict(zip(WHO, answers, strict=True)) == dict(zip(WHO, statuses, strict=True))


@pytest.mark.parametrize("name", [name for name, (_, method, _) in EXPECTED.items() if method == "post"])
def test_what_changes_something_is_not_done_by_a_link(name: str, clients: Clients, job: Job) -> None:
    path = reverse(name, kwargs=EXPECTED[name][0])
    assert clients["alice"].get(path).status_code == 405


@pytest.mark.parametrize("who", ["visitor", "alice", "bob", "charlie", "dana"])
def test_only_staff_enters_the_admin(who: str, clients: Clients) -> None:
    routes = [route for route, _ in addresses(get_resolver().url_patterns) if route.startswith("admin/")]
    assert routes
    for route in routes:
        if "<" not in route and "(" not in route:
            response = clients[who].get(f"/{route}")
            assert response.status_code in LIBRARIES["admin/"], route
            if response.status_code == 302:
                assert "/login/" in response["Location"] or "logout" in route


def test_a_hidden_project_answers_like_one_that_does_not_exist(flights: Project, client: Client) -> None:
    hidden = client.get("/projects/flights/").content.decode()
    missing = client.get("/projects/nothing/").content.decode()
    assert hidden.replace("flights", "nothing") == missing


@pytest.mark.parametrize("path", ["/", "/portfolio.csv"])
def test_who_may_not_see_a_project_does_not_find_it_in_a_list(
    path: str, clients: Clients, flights: Project, public: Project, internal: Project
) -> None:
    seen = {
        who: {name for name in ("Flights", "Postcodes", "Churn") if name in clients[who].get(path).getvalue().decode()}
        for who in WHO
    }
    everything = {"Flights", "Postcodes", "Churn"}
    assert seen == {
        "visitor": {"Postcodes"},
        "alice": everything,
        "bob": everything,
        "charlie": {"Postcodes", "Churn"},
        "dana": everything,
    }


def test_a_visitor_reads_a_public_project_but_is_offered_nothing_to_change(public: Project, client: Client) -> None:
    html = client.get("/projects/postcodes/").content.decode()
    assert "Sign in" in html
    assert "Collect now" not in html
    assert "Members" not in html


def test_charlie_reads_a_project_of_the_organisation_but_may_not_collect(clients: Clients, internal: Project) -> None:
    assert "Collect now" not in clients["charlie"].get("/projects/churn/").content.decode()
    assert clients["charlie"].post("/projects/churn/collect/").status_code == 403


def _path(name: str) -> str:
    return reverse(name, kwargs=EXPECTED[name][0])


@pytest.mark.parametrize("name", EXPECTED)
def test_no_address_takes_a_post_that_another_site_could_have_sent(
    name: str, dana: User, alice: User, job: Job
) -> None:
    for person in (alice, dana):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(person)
        assert browser.post(_path(name)).status_code == 403


def test_no_address_of_the_account_pages_takes_such_a_post_either(alice: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    routes = [route for route, _ in addresses(get_resolver().url_patterns) if route.startswith("accounts/")]
    plain = [f"/{route}" for route in routes if not set(route) & set("<(^")]
    assert len(plain) > 15
    refused = {path: browser.post(path).status_code for path in plain}
    moved = {path for path, status in refused.items() if status in (301, 302)}  # to where they stand now
    assert {status for path, status in refused.items() if path not in moved} <= {403, 405}


@pytest.mark.parametrize("name", EXPECTED)
def test_an_account_that_is_switched_off_opens_what_a_visitor_opens(name: str, clients: Clients, job: Job) -> None:
    User.objects.update(is_active=False)
    method, (visitor, *_) = EXPECTED[name][1:]
    answers = {who: getattr(clients[who], method)(_path(name)).status_code for who in WHO}
    assert answers == dict.fromkeys(WHO, visitor)
