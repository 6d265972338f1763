"""GIT-01 and GIT-17: what a repository's history says, and when it says nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import assessments.checks.git
from assessments.checks.base import CHECKS, Facts
from assessments.checks.verdict import Outcome, Verdict
from assessments.evidence import Evidence, Sight

NOW = datetime(2026, 1, 20, tzinfo=UTC)
ALICE, BOB, CHARLIE = "a" * 16, "b" * 16, "c" * 16
assert assessments.checks.git

REPOSITORY: dict[str, Any] = {
    "in_git": True,
    "commit": "1" * 40,
    "branch": "main",
    "committed_at": "2026-01-10T12:00:00+00:00",
    "shallow": False,
    "dirty": False,
    "subpath": "",
}
HISTORY: dict[str, Any] = {
    "newest": "2026-01-10T12:00:00+00:00",
    "shallow": False,
    "bot_share": 0.0,
    "squash_share": 0.0,
    "roles": {ALICE: "data scientist", BOB: "ML engineer"},
    "authors_by_path": {"train.py": [ALICE, BOB], "serve.py": [ALICE, BOB]},
}
CODE = {"entries": [{"path": "train.py", "through": [], "trains": "train.py:3"}]}
SERVING = {"entries": [{"path": "serve.py"}]}


def answer(check: str, days: int = 180, **payloads: dict[str, Any]) -> Verdict:
    evidence = {
        topic: Evidence(topic, "r", Sight.OK if payload else Sight.EMPTY, NOW, NOW, payload)
        for topic, payload in ((f"git.{name}", payload) for name, payload in payloads.items())
    }
    return CHECKS.get(check).answer(Facts(evidence, NOW, timedelta(days=days)))


def test_a_recent_commit_meets_git_01_and_names_the_commit() -> None:
    verdict = answer("GIT-01", repository=REPOSITORY, history=HISTORY)
    assert (verdict.outcome, verdict.strength) == (Outcome.MET, 1.0)
    assert "2026-01-10" in verdict.reason
    assert verdict.seen[0].where == "1" * 12


def test_files_outside_git_do_not_meet_git_01() -> None:
    verdict = answer("GIT-01", repository={**REPOSITORY, "in_git": False, "commit": ""}, history={})
    assert verdict.outcome is Outcome.NOT_MET
    assert "not in git" in verdict.reason


def test_a_repository_without_commits_does_not_meet_git_01() -> None:
    verdict = answer("GIT-01", repository={**REPOSITORY, "commit": "", "committed_at": None}, history={})
    assert verdict.outcome is Outcome.NOT_MET
    assert "no commits" in verdict.reason


def test_an_old_newest_commit_does_not_meet_git_01() -> None:
    verdict = answer("GIT-01", days=5, repository=REPOSITORY, history=HISTORY)
    assert verdict.outcome is Outcome.NOT_MET
    assert "older than 5 days" in verdict.reason


@given(st.integers(min_value=-400, max_value=400))
def test_the_age_of_the_newest_commit_decides_and_nothing_else(days: int) -> None:
    moment = (NOW - timedelta(days=days)).isoformat()
    verdict = answer("GIT-01", repository={**REPOSITORY, "committed_at": moment}, history={**HISTORY, "newest": moment})
    expected = Outcome.NOT_MET if days > 180 else Outcome.UNKNOWN if days < -1 else Outcome.MET
    assert verdict.outcome is expected


def test_the_newest_commit_of_a_sub_path_counts_not_that_of_the_whole() -> None:
    history = {**HISTORY, "newest": "2024-01-01T00:00:00+00:00"}
    verdict = answer("GIT-01", repository={**REPOSITORY, "subpath": "ml"}, history=history)
    assert verdict.outcome is Outcome.NOT_MET


def test_a_shallow_clone_says_nothing_about_a_sub_path() -> None:
    verdict = answer("GIT-01", repository={**REPOSITORY, "subpath": "ml", "shallow": True}, history=HISTORY)
    assert verdict.outcome is Outcome.UNKNOWN


def test_uncommitted_changes_are_said() -> None:
    verdict = answer("GIT-01", repository={**REPOSITORY, "dirty": True}, history=HISTORY)
    assert any("not committed" in seen.text for seen in verdict.seen)


def seventeen(**changes: Any) -> Verdict:
    return answer("GIT-17", 90, repository=REPOSITORY, history={**HISTORY, **changes}, code=CODE, serving=SERVING)


def test_two_roles_in_training_and_serving_meet_git_17_at_half_strength() -> None:
    verdict = seventeen()
    assert (verdict.outcome, verdict.strength) == (Outcome.MET, 0.5)


def test_one_role_alone_in_serving_does_not_meet_git_17() -> None:
    verdict = seventeen(authors_by_path={"train.py": [ALICE, BOB], "serve.py": [BOB]})
    assert verdict.outcome is Outcome.NOT_MET
    assert "serving" in verdict.reason
    assert "training" not in verdict.reason


def test_an_author_of_unknown_role_leaves_git_17_open() -> None:
    verdict = seventeen(authors_by_path={"train.py": [ALICE, BOB], "serve.py": [BOB, CHARLIE]})
    assert verdict.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"roles": {}}, "members with their roles"),
        ({"shallow": True}, "shallow"),
        ({"squash_share": 0.8}, "squashed"),
        ({"bot_share": 0.8}, "automatic"),
        ({"authors_by_path": {"train.py": [ALICE, BOB]}}, "Nobody changed the serving code"),
    ],
)
def test_a_history_that_says_nothing_about_people_leaves_git_17_unknown(changes: dict[str, Any], why: str) -> None:
    verdict = seventeen(**changes)
    assert verdict.outcome is Outcome.UNKNOWN
    assert why in verdict.reason


def test_without_serving_code_git_17_is_unknown() -> None:
    verdict = answer("GIT-17", 90, repository=REPOSITORY, history=HISTORY, code=CODE, serving={})
    assert verdict.outcome is Outcome.UNKNOWN
    assert "no serving" in verdict.reason.lower()


def test_without_a_history_git_17_is_unknown() -> None:
    verdict = answer("GIT-17", 90, repository=REPOSITORY, history={}, code=CODE, serving=SERVING)
    assert verdict.outcome is Outcome.UNKNOWN
