"""GIT-06, 07, 09, 10 and 15: what CI shows, in part, not at all, or hides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assessments.checks.base import CHECKS, Facts, blind
from assessments.checks.git import ci
from assessments.checks.verdict import Outcome, Verdict
from assessments.evidence import Evidence, Sight
from tests.assessments.collectors.git.ci.trees import look, workflow

NOW = datetime(2026, 1, 20, tzinfo=UTC)
CI = ".github/workflows/ci.yml"
assert ci

TESTS: dict[str, Any] = {
    "files": [
        {"path": "tests/unit/test_a.py", "kind": "unit", "tests": 2},
        {"path": "tests/integration/test_api.py", "kind": "integration", "tests": 1},
    ],
    "file_count": 2,
    "unit": {"files": 1, "tests": 2},
    "integration": {"files": 1, "tests": 1},
    "folders": ["tests/unit", "tests/integration"],
    "other_languages": [],
    "left_out": 0,
}


def judge(
    id: str, files: Mapping[str, str] | None = None, tests: Mapping[str, Any] | None = TESTS, **topics: Any
) -> Verdict:
    payloads: dict[str, Any] = {"git.ci": look(files or {}), **topics}
    if tests is not None:
        payloads["git.tests"] = tests
    evidence = {topic: Evidence(topic, "repository", Sight.OK if payload else Sight.EMPTY, NOW, NOW, payload)
                for topic, payload in payloads.items()}  # fmt: skip
    check = CHECKS.get(id)
    return blind(check, evidence) or check.answer(Facts(evidence, NOW, timedelta(days=30)))


def outcome(verdict: Verdict) -> tuple[Outcome, float]:
    return verdict.outcome, verdict.strength


def test_ci_that_runs_the_tests_is_met_as_a_declaration_and_shows_the_way() -> None:
    verdict = judge("GIT-06", {CI: workflow("make test"), "Makefile": "test:\n\tpytest tests\n"})
    assert outcome(verdict) == (Outcome.MET, 0.5)
    assert verdict.seen[0].where == "Makefile:2"
    assert f"{CI}:6" in verdict.seen[0].text


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, Outcome.NOT_MET),
        ({CI: workflow("echo tests")}, Outcome.NOT_MET),
        ({CI: workflow("pytest other")}, Outcome.NOT_MET),
        ({CI: workflow("pytest tests/unit/test_a.py")}, Outcome.MET),
        ({CI: workflow("npx jest")}, Outcome.NOT_MET),
        ({CI: workflow("pytest || true")}, Outcome.PARTIAL),
        ({CI: workflow("pytest", on="workflow_dispatch")}, Outcome.PARTIAL),
        ({CI: workflow("make test")}, Outcome.UNKNOWN),
        ({CI: workflow("cd $WHERE && pytest")}, Outcome.UNKNOWN),
        ({CI: "on: [push"}, Outcome.UNKNOWN),
        ({".circleci/config.yml": "version: 2\n"}, Outcome.UNKNOWN),
    ],
)
def test_what_ci_does_with_the_tests_decides(files: dict[str, str], expected: Outcome) -> None:
    assert judge("GIT-06", files).outcome is expected


def test_ci_that_calls_pytest_without_any_tests_is_not_met() -> None:
    verdict = judge("GIT-06", {CI: workflow("pytest")}, {})
    assert verdict.outcome is Outcome.NOT_MET
    assert "no tests" in verdict.reason


def test_a_found_run_wins_over_something_unresolved_beside_it() -> None:
    assert judge("GIT-06", {CI: workflow("pytest", "./missing/test.sh")}).outcome is Outcome.MET


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("pytest", Outcome.MET),
        ("pytest tests/integration", Outcome.MET),
        ("pytest tests/unit", Outcome.NOT_MET),
        ("pytest -m 'not integration'", Outcome.NOT_MET),
        ("pytest --ignore=tests/integration", Outcome.NOT_MET),
        ("newman run api.json", Outcome.MET),
        ("make integration-test", Outcome.UNKNOWN),
    ],
)
def test_integration_tests_count_only_when_ci_reaches_them(command: str, expected: Outcome) -> None:
    assert judge("GIT-10", {CI: workflow(command)}).outcome is expected


def test_without_integration_tests_a_test_run_is_no_integration_run() -> None:
    unit = {**TESTS, "files": TESTS["files"][:1], "integration": {"files": 0, "tests": 0}, "folders": ["tests/unit"]}
    assert judge("GIT-10", {CI: workflow("pytest")}, unit).outcome is Outcome.NOT_MET


PUSHED = {
    "status": "success", "branch": "main", "default_branch": "main", "commit": "abc", "provider": "GitHub Actions",
    "finished_at": "2026-01-19T10:00:00+00:00", "url": "https://example.org/run/1",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, Outcome.MET),
        ({"status": "failure"}, Outcome.NOT_MET),
        ({"branch": "feature"}, Outcome.UNKNOWN),
        ({"finished_at": "2025-11-01T10:00:00+00:00"}, Outcome.STALE),
        ({"finished_at": "2027-01-01T10:00:00+00:00"}, Outcome.STALE),
        ({"finished_at": "yesterday"}, Outcome.UNKNOWN),
        ({"status": "running"}, Outcome.UNKNOWN),
    ],
)
def test_a_pushed_result_is_judged_by_branch_status_and_age(change: dict[str, Any], expected: Outcome) -> None:
    verdict = judge("GIT-07", **{"pushed.ci": {**PUSHED, **change}})
    assert verdict.outcome is expected
    assert verdict.strength == (1.0 if expected is Outcome.MET else 0.0)


def test_a_plain_clone_cannot_tell_whether_ci_passed_and_a_link_must_be_a_web_address() -> None:
    assert judge("GIT-07", {CI: workflow("pytest")}).outcome is Outcome.UNKNOWN
    assert judge("GIT-07", **{"pushed.ci": {**PUSHED, "url": "javascript:alert(1)"}}).link == ""


TAGGED = "{push: {tags: ['v*']}}"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({CI: workflow("docker build -t a .", "docker push a", on=TAGGED)}, Outcome.MET),
        ({CI: workflow("uv build", "uv publish", on="{push: {branches: [main]}}")}, Outcome.MET),
        ({CI: workflow("docker build -t a .", "docker push a", on="workflow_dispatch")}, Outcome.PARTIAL),
        ({CI: workflow("docker build -t a .", "docker push a", on="pull_request")}, Outcome.PARTIAL),
        ({CI: workflow("docker build -t a .")}, Outcome.PARTIAL),
        ({CI: workflow("kubectl apply -f k8s")}, Outcome.PARTIAL),
        ({CI: workflow("kubectl apply --dry-run=client -f k8s")}, Outcome.NOT_MET),
        ({CI: workflow("pytest")}, Outcome.NOT_MET),
        ({CI: workflow("make release")}, Outcome.UNKNOWN),
        ({CI: workflow("pytest"), "fly.toml": "app = 'x'\n"}, Outcome.UNKNOWN),
        ({}, Outcome.NOT_MET),
    ],
)
def test_building_and_releasing_by_itself_is_asked_for(files: dict[str, str], expected: Outcome) -> None:
    assert judge("GIT-09", files).outcome is expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({CI: workflow("mlflow deployments create -t sagemaker -m models:/flights@champion --name x")}, Outcome.MET),
        ({CI: workflow("mlflow models build-docker -m models:/flights/3 -n a", "docker push a")}, Outcome.MET),
        ({CI: workflow("mlflow deployments create -m models:/f@c --name x", on="workflow_dispatch")}, Outcome.PARTIAL),
        ({CI: workflow("aws s3 cp model.pkl s3://bucket/", "kubectl apply -f k8s")}, Outcome.NOT_MET),
        ({CI: workflow("echo models:/flights@champion")}, Outcome.NOT_MET),
        ({CI: workflow("helm upgrade app chart --set uri=$MODEL_URI")}, Outcome.UNKNOWN),
        ({CI: workflow("./deploy.sh")}, Outcome.UNKNOWN),
        ({}, Outcome.NOT_MET),
    ],
)
def test_a_deployment_by_registry_reference_is_told_from_a_copied_file(
    files: dict[str, str], expected: Outcome
) -> None:
    verdict = judge("GIT-15", files)
    assert verdict.outcome is expected
    assert verdict.strength <= 0.5
