"""Requests made to hurt: bodies without end, nesting without end, texts that no database takes, prying visitors."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from assessments.lifecycle.rescore import rescore
from assessments.models import CollectorRun, Scoring
from mlops_portal.api.parsers import MOST_BYTES
from mlops_portal.jobs.selectors import job
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor, Face
from mlops_portal.kernel.errors import NotFound
from mlops_portal.projects.actions import issue_token
from mlops_portal.projects.actors import actor_from_user
from mlops_portal.projects.models import Project

EVIDENCE, SCORECARD = "/api/v1/projects/flights/evidence/", "/api/v1/projects/flights/scorecard/"
TYPE = "application/json"


@pytest.fixture
def secret(flights: Project, alice: Any) -> str:
    return issue_token(actor=actor_from_user(alice, face=Face.WEB), project=flights, name="ci")[1]


@pytest.fixture
def scored(flights: Project) -> Project:
    flights.visibility = "public"
    flights.save()
    rescore(actor=Actor.system("test"), project=flights)
    CollectorRun.objects.create(
        project=flights, source="git", sight="unreachable", message="There is no folder /srv/git/flights.",
        started_at=clock.now(), seconds=1.0,
    )  # fmt: skip
    return flights


def post(secret: str, body: bytes, content_type: str = TYPE) -> Any:
    client = Client(raise_request_exception=False)
    headers = {"Authorization": f"Bearer {secret}"}
    return client.generic("POST", EVIDENCE, body, content_type=content_type, headers=headers)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 50_000, 400),
        (b'{"a":' * 50_000, 400),
        (b'"' + b"x" * (MOST_BYTES + 1) + b'"', 413),
        (b'{"topic": ' + b"9" * 20_000 + b"}", 400),
        (b'{"topic": NaN}', 400),
        (b'{"topic": "\xff"}', 400),
        (b"", 422),
    ],
    ids=["nested lists", "nested objects", "too long", "a number without end", "NaN", "no UTF-8", "nothing"],
)
def test_a_body_made_to_hurt_is_refused_as_a_problem(secret: str, body: bytes, status: int) -> None:
    response = post(secret, body)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("charset", ["utf-16", "zip", "rot13", "nonsense"])
def test_json_is_utf_8_whatever_the_request_says(secret: str, charset: str) -> None:
    assert post(secret, b'{"topic": "none", "payload": {}}', f"{TYPE}; charset={charset}").status_code == 422


@pytest.mark.parametrize(("framework", "status"), [("%00", 422), ("no-such", 404), ("x" * 500, 422)])
def test_a_framework_there_is_not_is_refused(scored: Project, framework: str, status: int) -> None:
    response = Client().get(f"{SCORECARD}?framework={framework}")
    assert response.status_code == status
    assert "\x00" not in response.json()["title"]


def test_a_job_id_that_no_database_takes_is_no_job(db: None) -> None:
    with pytest.raises(NotFound):
        job("\x00")


def test_messages_of_collectors_are_for_people_who_signed_in_and_for_the_projects_tokens(
    scored: Project, secret: str, charlie: Any
) -> None:
    visitor, member = Client(), Client()
    assert visitor.get(SCORECARD).json()["collectors"][0]["message"] == ""
    member.force_login(charlie)
    assert "/srv/git" in member.get(SCORECARD).json()["collectors"][0]["message"]
    with_token = visitor.get(SCORECARD, headers={"Authorization": f"Bearer {secret}"})
    assert "/srv/git" in with_token.json()["collectors"][0]["message"]


def test_a_token_of_another_project_reads_a_public_scorecard_as_a_visitor(scored: Project, alice: Any) -> None:
    other = Project.objects.create(slug="wine", name="Wine")
    secret = issue_token(actor=Actor.system("test"), project=other, name="ci")[1]
    seen = Client().get(SCORECARD, headers={"Authorization": f"Bearer {secret}"}).json()
    assert seen["collectors"][0]["message"] == ""


def test_the_badge_of_a_public_project_may_stand_on_other_sites(scored: Project) -> None:
    headers = Client().get("/badge/flights.svg").headers
    assert "public" in headers["Cache-Control"]
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_badge_of_a_hidden_project_is_kept_by_nobody_else(scored: Project, alice: Any) -> None:
    Project.objects.update(visibility="members")
    assert Client().get("/badge/flights.svg").status_code == 404
    member = Client()
    member.force_login(alice)
    headers = member.get("/badge/flights.svg").headers
    assert "private" in headers["Cache-Control"]
    assert "public" not in headers["Cache-Control"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/portfolio.csv", SCORECARD])
def test_data_is_not_kept_by_shared_caches(scored: Project, alice: Any, path: str) -> None:
    member = Client()
    member.force_login(alice)
    assert "private" in member.get(path).headers["Cache-Control"]
    assert Scoring.objects.exists()
