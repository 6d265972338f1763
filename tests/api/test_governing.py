"""What rarely changes, through the API: versions of frameworks, a project's profile and cadence, taking up a review."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from assessments.selectors.frameworks import in_force
from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.projects.models import Project
from tests.api.conftest import NEXT, Caller, Token

Run = Callable[[], list[Any]]
WHY = {"reason": "Agreed with the teams."}


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    in_force.cache_clear()
    yield
    in_force.cache_clear()


@pytest.fixture
def danas(dana: User, token: Token) -> Caller:
    return token(dana, "read", "review", "admin")


def counted(caller: Caller) -> str:
    return str(caller.get("frameworks/mlops-levels/").json()["version"])


def test_a_framework_is_uploaded_tried_out_activated_and_retired(
    danas: Caller, one_of_each: Mapping[str, Any], run_jobs: Run
) -> None:
    uploaded = danas.post("framework-versions/", {"document": NEXT.replace('"1.1"', '"1.2"')})
    assert (uploaded.status_code, uploaded.json()["state"], uploaded.json()["effect"]) == (201, "candidate", None)
    version = f"framework-versions/{uploaded.json()['id']}/"
    early = danas.change("POST", f"{version}activate/", WHY, of=version)
    assert (early.status_code, counted(danas)) == (409, "1.0")

    seen = danas.get(version)["ETag"]
    asked = danas.post(f"{version}try/")
    assert asked.status_code == 202
    run_jobs()
    assert danas.get(f"jobs/{asked.json()['id']}/").json()["state"] == "succeeded"
    assert [row["slug"] for row in danas.get(version).json()["effect"]["projects"]] == ["flights"]
    unread = danas("POST", f"{version}activate/", WHY, If_Match=seen)
    assert (unread.status_code, counted(danas)) == (412, "1.0")

    activated = danas.change("POST", f"{version}activate/", WHY, of=version)
    assert (activated.status_code, activated.json()["state"], counted(danas)) == (200, "active", "1.2")
    run_jobs()
    assert danas.get("projects/flights/scorecard/").json()["framework"]["version"] == "1.2"
    retired = danas.change("POST", f"{version}retire/", WHY, of=version)
    assert (retired.status_code, retired.json()["state"], counted(danas)) == (200, "retired", "1.0")
    assert AuditEntry.objects.get(verb="framework.activated").reason == WHY["reason"]


def test_a_framework_with_mistakes_is_refused_with_their_lines_and_one_that_exists_is_in_conflict(
    danas: Caller,
) -> None:
    broken = danas.post("framework-versions/", {"document": NEXT.replace("  P-2.1: 2\n", "  P-2.1: 9\n")})
    assert (broken.status_code, broken.json()["field"]) == (422, "document")
    assert "P-2.1" in broken.json()["title"]
    assert danas.post("framework-versions/", {"document": NEXT}).status_code == 201
    assert danas.post("framework-versions/", {"document": NEXT}).status_code == 409
    assert [row["version"] for row in danas.get("framework-versions/").json()["results"]] == ["1.1"]


def test_the_profile_of_a_project_leaves_out_what_does_not_arise_at_once(
    dana: User, one_of_each: Mapping[str, Any], token: Token
) -> None:
    danas = token(dana, "read", "admin")
    before = criteria(danas)["P-2.1"]["verdict"]
    changed = danas.change("PUT", "projects/flights/profile/", {"profile": "single-maintainer"}, of="projects/flights/")
    assert (changed.status_code, changed.json()["profile"]) == (200, "single-maintainer")
    assert criteria(danas)["P-2.1"]["verdict"] == "not_applicable" != before
    unknown = danas.change("PUT", "projects/flights/profile/", {"profile": "giant"}, of="projects/flights/")
    assert (unknown.status_code, unknown.json()["field"]) == (422, "profile")


def criteria(caller: Caller) -> dict[str, Any]:
    card = caller.get("projects/flights/scorecard/").json()
    return {found["id"]: found for part in card["dimensions"].values() for found in part["criteria"]}


def test_the_cadence_of_a_project_is_within_what_policies_keep_to(alice: User, flights: Project, token: Token) -> None:
    alices = token(alice, "read", "admin")

    def put(days: int | None) -> Any:
        return alices.change("PUT", "projects/flights/cadence/", {"cadence_days": days}, of="projects/flights/")

    assert put(90).json()["cadence_days"] == 90
    assert (put(6).status_code, put(6).json()["field"]) == (422, "cadence_days")
    assert alices("PUT", "projects/flights/cadence/", {"cadence_days": 30}).status_code == 428
    assert put(None).json()["cadence_days"] is None


def test_who_takes_an_assessment_up_is_not_who_submitted_it(
    danas: Caller, alice: User, one_of_each: Mapping[str, Any], token: Token
) -> None:
    assessment = f"assessments/{one_of_each['submitted']}/"
    own = token(alice, "read", "review").change("POST", f"{assessment}take-up/", {}, of=assessment)
    assert (own.status_code, danas.get(assessment).json()["state"]) == (403, "submitted")
    taken = danas.change("POST", f"{assessment}take-up/", {}, of=assessment)
    assert (taken.status_code, taken.json()["state"]) == (200, "in-review")
    assert danas.change("POST", f"{assessment}take-up/", {}, of=assessment).status_code == 409
