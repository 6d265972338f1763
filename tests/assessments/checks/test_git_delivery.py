"""GIT-11, 14 and 16: the environment, the infrastructure and the routing a repository defines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assessments.checks.base import CHECKS, Facts
from assessments.checks.git import delivery
from assessments.checks.verdict import Outcome, Verdict
from assessments.collectors.git.config import environment, infrastructure, routing
from assessments.evidence import Evidence, Sight
from tests.assessments.collectors.git.ci.trees import DictTree

NOW = datetime(2026, 1, 20, tzinfo=UTC)
assert delivery


def judge(id: str, files: dict[str, str], **topics: Any) -> Verdict:
    tree = DictTree(files)
    payloads = {
        "git.environment": environment.survey([(tree, "")]),
        "git.infrastructure": infrastructure.survey(tree),
        "git.routing": routing.survey(tree),
        **topics,
    }
    evidence = {topic: Evidence(topic, "repository", Sight.OK if payload else Sight.EMPTY, NOW, NOW, payload)
                for topic, payload in payloads.items()}  # fmt: skip
    return CHECKS.get(id).answer(Facts(evidence, NOW, timedelta(days=180)))


LOCK = {"uv.lock": "[[package]]\nname = 'a'\n", "pyproject.toml": "[project]\ndependencies = ['a']\n"}
DOCKER = {"Dockerfile": "FROM python:3.11\n"}


def test_a_lock_and_a_container_are_met_at_full_strength_and_a_floating_base_is_noted() -> None:
    verdict = judge("GIT-11", LOCK | DOCKER)
    assert (verdict.outcome, verdict.strength) == (Outcome.MET, 1.0)
    assert "not pinned by digest" in verdict.reason


@pytest.mark.parametrize(
    ("files", "expected", "said"),
    [
        (LOCK, Outcome.PARTIAL, "no container or environment"),
        ({"requirements.txt": "a==1\nb==2\n"} | DOCKER, Outcome.MET, "fully pinned"),
        ({"requirements.txt": "a==1\nb\n"} | DOCKER, Outcome.PARTIAL, "requirements.txt:2"),
        ({"requirements.txt": "a==1\nb\n"}, Outcome.PARTIAL, "no container"),
        ({"requirements.txt": "a\nb\n"}, Outcome.NOT_MET, "requirements.txt:1"),
        ({"pyproject.toml": "[project]\ndependencies = ['a']\n"} | DOCKER, Outcome.PARTIAL, "no lock file"),
        (LOCK | DOCKER | {"requirements.txt": "a\n"}, Outcome.MET, "beside the lock"),
        ({"a/uv.lock": LOCK["uv.lock"], "b/requirements.txt": "c\n"} | DOCKER, Outcome.PARTIAL, "b/requirements.txt:1"),
        (DOCKER, Outcome.NOT_MET, "No file declares"),
        ({}, Outcome.NOT_MET, "No file declares"),
    ],
)
def test_what_is_missing_from_a_reproducible_environment_is_said(
    files: dict[str, str], expected: Outcome, said: str
) -> None:
    verdict = judge("GIT-11", files)
    assert verdict.outcome is expected
    assert said in verdict.reason


TERRAFORM = {"main.tf": 'resource "a" "b" {}\n'}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (TERRAFORM | {"dev.tfvars": "", "prod.tfvars": ""}, Outcome.MET),
        (TERRAFORM | {"dev.tfvars": ""}, Outcome.PARTIAL),
        (TERRAFORM, Outcome.PARTIAL),
        ({"docker-compose.yml": "services: {}\n"}, Outcome.UNKNOWN),
        ({}, Outcome.UNKNOWN),
    ],
)
def test_infrastructure_asks_for_two_environments(files: dict[str, str], expected: Outcome) -> None:
    verdict = judge("GIT-14", files)
    assert verdict.outcome is expected
    assert verdict.strength <= 0.5


CANARY = {"r.yaml": "kind: Canary\napiVersion: flagger.app/v1\nspec:\n  analysis:\n    stepWeight: 5\n"}
SWITCH = {"r.yaml": "kind: Rollout\napiVersion: argoproj.io/v1\nspec:\n  strategy:\n    blueGreen:\n      x: canary\n"}


@pytest.mark.parametrize(
    ("files", "serving", "expected"),
    [
        (CANARY, {"kinds": ["online"]}, Outcome.MET),
        (SWITCH, {"kinds": ["online"]}, Outcome.PARTIAL),
        ({}, {"kinds": ["online", "batch"]}, Outcome.NOT_MET),
        ({}, {"kinds": ["batch"]}, Outcome.NOT_APPLICABLE),
        ({}, {"kinds": [], "external": "https://example.org/serving"}, Outcome.UNKNOWN),
        ({}, {}, Outcome.NOT_MET),
    ],
)
def test_routing_is_asked_of_models_that_answer_requests(
    files: dict[str, str], serving: dict[str, Any], expected: Outcome
) -> None:
    assert judge("GIT-16", files, **{"git.serving": serving}).outcome is expected
