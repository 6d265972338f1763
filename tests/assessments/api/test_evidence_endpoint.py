"""``POST /api/v1/projects/{slug}/evidence/`` as CI uses it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from assessments.models import EvidenceRecord, Scoring
from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Face
from mlops_portal.projects.actions import issue_token
from mlops_portal.projects.actors import actor_from_user
from mlops_portal.projects.models import Project

URL = "/api/v1/projects/flights/evidence/"


def result(**changes: Any) -> dict[str, Any]:
    payload = {
        "status": "success",
        "branch": "main",
        "default_branch": "main",
        "commit": "a" * 40,
        "finished_at": clock.now().isoformat(),
        "url": "https://ci.example.org/runs/1",
        "provider": "github",
    }
    return {"topic": "pushed.ci", "payload": payload | changes}


def post(secret: str, body: Any, url: str = URL) -> Any:
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return Client().post(url, body, content_type="application/json", headers=headers)


@pytest.fixture
def secret(flights: Project, alice: Any) -> str:
    _, secret = issue_token(actor=actor_from_user(alice, face=Face.WEB), project=flights, name="ci")
    return secret


def test_what_ci_saw_is_kept_scored_and_audited(secret: str, flights: Project) -> None:
    response = post(secret, result())
    assert response.status_code == 201
    assert response.json()["topic"] == "pushed.ci"
    live = Scoring.objects.get(project=flights, framework="mlops-levels", live=True)
    checks = {c["id"]: c for d in live.scorecard["dimensions"].values() for cr in d["criteria"] for c in cr["checks"]}
    assert checks["GIT-07"]["verdict"].lower() == "met"
    entry = AuditEntry.objects.get(verb="evidence.pushed")
    assert (entry.actor_kind, entry.project_id) == ("token", flights.pk)


def test_posting_the_same_again_keeps_one_record(secret: str) -> None:
    body = result()
    assert [post(secret, body).status_code for _ in range(2)] == [201, 201]
    assert EvidenceRecord.objects.filter(topic="pushed.ci").count() == 1


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"topic": "git.ci", "payload": {}}, "pushed.ci"),
        ({"topic": "pushed.ci", "payload": {"status": "fine"}}, "status"),
        ({"payload": {}}, "topic"),
        ([1, 2], "object"),
    ],
)
def test_wrong_evidence_is_refused_with_the_field_that_is_wrong(secret: str, body: Any, says: str) -> None:
    response = post(secret, body)
    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert says in problem["title"] + problem["detail"]
    assert not EvidenceRecord.objects.exists()


def test_broken_json_is_400_as_problem(secret: str) -> None:
    response = Client().post(URL, b"{", content_type="application/json", headers={"Authorization": f"Bearer {secret}"})
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"


def test_without_a_token_nothing_is_told_and_nothing_is_kept(flights: Project) -> None:
    assert post("", result()).status_code == 401
    assert post("mlp_wrong", result()).status_code == 401
    assert not EvidenceRecord.objects.exists()


def test_a_token_of_one_project_opens_no_other(secret: str, db: None) -> None:
    Project.objects.create(slug="wine", name="Wine", visibility="public")
    assert post(secret, result(), url="/api/v1/projects/wine/evidence/").status_code in (403, 404)
    assert not EvidenceRecord.objects.exists()


def test_a_revoked_token_is_refused(secret: str, flights: Project) -> None:
    flights.tokens.update(revoked_at=clock.now())
    assert post(secret, result()).status_code == 401
