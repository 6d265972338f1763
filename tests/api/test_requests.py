"""What every endpoint does alike: conditions, keys, limits, pages, bodies, refusals."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from mlops_portal.accounts.models import User
from mlops_portal.api import idempotency
from mlops_portal.api.housekeeping import forget
from mlops_portal.api.models import KeptAnswer
from mlops_portal.api.parsers import MOST_BYTES
from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.api.conftest import TYPE, Caller, Token
from tests.installation import ROOT, Installation

PROBLEM = "application/problem+json"
WINE = {"slug": "wine", "name": "Wine"}


@pytest.fixture
def alices(alice: User, flights: Project) -> Caller:
    return Caller(alice)


# Conditions


def test_what_is_known_already_is_not_sent_again(alices: Caller) -> None:
    first = alices.get("projects/flights/")
    again = alices.get("projects/flights/", If_None_Match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert alices.get("projects/flights/", If_None_Match=f'"other", W/{first["ETag"]}').status_code == 304
    alices("PATCH", "projects/flights/", {"name": "Arrivals"}, If_Match=first["ETag"])
    assert alices.get("projects/flights/", If_None_Match=first["ETag"]).json()["name"] == "Arrivals"


def test_a_change_names_what_it_changes(alices: Caller) -> None:
    seen = alices.get("projects/flights/")["ETag"]
    assert alices("PATCH", "projects/flights/", {"name": "A"}).status_code == 428
    changed = alices("PATCH", "projects/flights/", {"name": "A"}, If_Match=seen)
    assert changed.status_code == 200
    late = alices("PATCH", "projects/flights/", {"name": "B"}, If_Match=seen)
    assert (late.status_code, late["Content-Type"], late["ETag"]) == (412, PROBLEM, changed["ETag"])
    assert alices("PUT", "projects/flights/target/", {"level": 3, "reason": "Fares"}, If_Match=seen).status_code == 412
    assert Project.objects.get(slug="flights").name == "A"
    assert alices("PATCH", "projects/flights/", {"name": "B"}, If_Match=late["ETag"]).status_code == 200


def test_two_people_never_share_a_cached_answer(alices: Caller) -> None:
    headers = alices.get("projects/flights/").headers
    assert {"Authorization", "Cookie"} <= {name.strip() for name in headers["Vary"].split(",")}
    assert "private" in headers["Cache-Control"]


# Keys


def test_the_same_request_under_one_key_is_done_once(alices: Caller) -> None:
    first, again = (alices.post("projects/", WINE, Idempotency_Key="k1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.json(), again["ETag"], again["Idempotent-Replayed"]) == (first.json(), first["ETag"], "true")
    assert Project.objects.filter(slug="wine").count() == 1
    assert AuditEntry.objects.filter(verb="project.created").count() == 1


def test_a_key_is_not_used_for_something_else(alices: Caller) -> None:
    alices.post("projects/", WINE, Idempotency_Key="k1")
    other = alices.post("projects/", {"slug": "tea", "name": "Tea"}, Idempotency_Key="k1")
    assert (other.status_code, other.json()["field"]) == (422, "Idempotency-Key")
    assert alices.post("projects/flights/collect/", {}, Idempotency_Key="k1").status_code == 422
    assert not Project.objects.filter(slug="tea").exists()


def test_a_key_belongs_to_whoever_sent_it(alices: Caller, bob: User) -> None:
    assert alices.post("projects/", WINE, Idempotency_Key="k1").status_code == 201
    assert Caller(bob).post("projects/", WINE, Idempotency_Key="k1").status_code == 422  # the slug is taken
    assert Caller(bob).post("projects/", {"slug": "tea", "name": "Tea"}, Idempotency_Key="k1").status_code == 201


def test_while_it_is_answered_the_second_waits_and_what_died_is_taken_over(alices: Caller, alice: User) -> None:
    done = alices.post("projects/", WINE, Idempotency_Key="k1")
    KeptAnswer.objects.update(status=None, body=None)
    Project.objects.filter(slug="wine").delete()
    busy = alices.post("projects/", WINE, Idempotency_Key="k1")
    assert (busy.status_code, busy["Content-Type"]) == (409, PROBLEM)
    with time_machine.travel(clock.now() + idempotency.ABANDONED + timedelta(seconds=1)):
        over = alices.post("projects/", WINE, Idempotency_Key="k1")
    assert (over.status_code, over.json()["slug"]) == (done.status_code, "wine")


def test_a_refused_request_leaves_its_key_free(alices: Caller) -> None:
    assert alices.post("projects/", {"slug": "flights", "name": "Again"}, Idempotency_Key="k1").status_code == 422
    assert alices.post("projects/", WINE, Idempotency_Key="k1").status_code == 201


def test_a_secret_is_not_kept_for_the_second_of_two(alices: Caller) -> None:
    wanted = {"name": "laptop", "scopes": ["read"]}
    first, again = (alices.post("me/tokens/", wanted, Idempotency_Key="k1").json() for _ in range(2))
    assert again == {**first, "secret": ""}
    assert first["secret"] not in json.dumps(list(KeptAnswer.objects.values("body", "headers")))


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "with space", "é"])
def test_a_key_is_a_short_visible_text(alices: Caller, key: str) -> None:
    assert alices.post("projects/", WINE, Idempotency_Key=key).status_code == 422


def test_kept_answers_are_forgotten_after_a_day(alices: Caller) -> None:
    class Context:
        def cancelled(self) -> None:
            """Nobody does."""

    alices.post("projects/", WINE, Idempotency_Key="k1")
    context: Any = Context()
    assert forget(context)["answers"] == 0
    with time_machine.travel(clock.now() + idempotency.KEPT + timedelta(seconds=1)):
        assert forget(context)["answers"] == 1


def test_of_many_at_once_under_one_key_one_is_done(installation: Installation) -> None:
    done = installation.python(str(ROOT / "tests/api/senders.py"), check=False)
    assert done.returncode == 0, done.stderr
    statuses, projects, recorded = done.stdout.split()
    assert set(statuses.split(",")) <= {"201", "409"}
    assert "201" in statuses
    assert (projects, recorded) == ("1", "1")


# Limits


def test_changes_are_limited_for_each_person_whichever_token_they_use(
    alice: User, bob: User, flights: Project, token: Token, settings: Any
) -> None:
    settings.API_RATE_CHANGES = "2/min"
    one, other = token(alice, "admin"), Caller(alice)
    assert one.post("projects/", {"slug": "a", "name": "A"}).status_code == 201
    assert other.post("projects/", {"slug": "b", "name": "B"}).status_code == 201
    refused = one.post("projects/", {"slug": "c", "name": "C"})
    assert (refused.status_code, refused["Content-Type"]) == (429, PROBLEM)
    assert 0 < int(refused["Retry-After"]) <= 60
    assert one.get("projects/flights/").status_code == 403  # no scope to read, but not too often
    assert other.get("projects/flights/").status_code == 200
    assert Caller(bob).post("projects/", {"slug": "c", "name": "C"}).status_code == 201


def test_visitors_are_limited_by_their_address_which_they_cannot_choose(settings: Any, alices: Caller) -> None:
    settings.API_RATE_VISITORS = "2/min"
    visitor = Caller()
    statuses = [visitor.get("frameworks/", X_Forwarded_For=f"10.0.0.{n}").status_code for n in range(3)]
    assert statuses == [200, 200, 429]
    assert alices.get("frameworks/").status_code == 200


# Pages


def test_pages_neither_repeat_nor_lose_rows_while_others_are_added(alices: Caller) -> None:
    for number in range(7):
        Project.objects.create(slug=f"p{number}", name=str(number), visibility="public")
    seen: list[str] = []
    page = alices.get("projects/?page_size=3").json()
    while True:
        seen += [row["slug"] for row in page["results"]]
        Project.objects.create(slug=f"a{len(seen)}", name="New", visibility="public")
        if page["next"] is None:
            break
        page = alices.get(page["next"].removeprefix("http://testserver")).json()
    assert seen == sorted(seen)
    assert [slug for slug in seen if slug.startswith("p")] == [f"p{number}" for number in range(7)]
    assert page["previous"] is not None


@pytest.mark.parametrize("cursor", ["nonsense", "%00", "cD1hYmM=", "bz0tMSZyPTE=", "cD0yMDI2JnI9eA=="])
@pytest.mark.parametrize("path", ["projects/", "reviews/", "jobs/", "me/tokens/"])
def test_a_cursor_that_is_none_is_no_bug(alices: Caller, path: str, cursor: str) -> None:
    answer = alices.get(f"{path}?cursor={cursor}")
    assert answer.status_code in (200, 404)


# Bodies


def test_a_body_of_10_mb_is_refused_before_it_is_read(alices: Caller) -> None:
    body = json.dumps({"slug": "wine", "name": "x" * 10_000_000})
    answer = alices.client.post("/api/v1/projects/", body, content_type=TYPE)
    assert (answer.status_code, answer["Content-Type"]) == (413, PROBLEM)
    assert str(MOST_BYTES) in answer.json()["detail"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_only_json_is_taken(alices: Caller, kind: str) -> None:
    answer = alices.client.generic("POST", "/api/v1/projects/", b"slug=wine", content_type=kind)
    assert (answer.status_code, answer["Content-Type"]) == (415, PROBLEM)


def test_only_json_is_given(alices: Caller) -> None:
    answer = alices.get("projects/", Accept="text/html")
    assert (answer.status_code, answer["Content-Type"]) == (406, PROBLEM)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**WINE, "nmae": "Wine"}, "nmae"),
        ({"slug": "wine"}, "name"),
        ({**WINE, "experiments": ["a", 1, {}]}, "experiments.2"),
        ({**WINE, "risk_tier": "none"}, "risk_tier"),
        ({**WINE, "name": "\x00"}, "name"),
        ({**WINE, "repository": "file:///etc"}, "repository"),
    ],
)
def test_the_field_that_is_wrong_is_named_and_nothing_is_made(alices: Caller, body: Any, field: str) -> None:
    answer = alices.post("projects/", body)
    assert (answer.status_code, answer["Content-Type"], answer.json()["field"]) == (422, PROBLEM, field)
    assert not Project.objects.filter(slug="wine").exists()


def test_a_misspelt_parameter_is_refused_where_it_would_open_a_gate(alices: Caller) -> None:
    answer = alices.get("projects/flights/gate/?min_level=4")
    assert (answer.status_code, answer.json()["field"]) == (422, "min_level")
    assert alices.get("projects/flights/gate/").status_code == 422


# Refusals


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing/", 404),
        ("POST", "/api/v1/projects", 404),
        ("GET", "/api/", 404),
        ("GET", "/api/v1/projects/nothing/", 404),
        ("DELETE", "/api/v1/projects/flights/", 405),
        ("GET", "/api/v1/projects/flights/collect/", 405),
        ("GET", "/api/v1/assessments/99999999999999999999999/", 404),
        ("GET", "/api/v1/jobs/%00/", 404),
    ],
)
def test_every_refusal_is_a_problem_that_says_what_and_why(alices: Caller, method: str, path: str, status: int) -> None:
    answer = alices(method, path)
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"]


def test_a_bug_is_a_problem_too_and_tells_nothing_of_the_machine(
    alices: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the secret is in /srv/keys")

    monkeypatch.setattr("mlops_portal.portal.api.projects.visible_projects", broken)
    alices.client = Client(raise_request_exception=False)
    answer = alices.get("projects/")
    assert (answer.status_code, answer["Content-Type"]) == (500, PROBLEM)
    assert b"srv" not in answer.content
    assert "the secret is in /srv/keys" in caplog.text


def test_a_session_changes_nothing_without_the_token_against_forgery(alice: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    answer = browser.post("/api/v1/projects/", json.dumps(WINE), content_type=TYPE)
    assert (answer.status_code, answer["Content-Type"]) == (403, PROBLEM)
    assert not Project.objects.exists()
