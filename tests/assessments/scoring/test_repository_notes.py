"""What a scorecard says of a repository that is not one machine-learning project."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from assessments.evidence import Evidence, Sight
from assessments.frameworks.shipped import framework
from assessments.scoring.engine import score

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def notes(kind: dict[str, Any], sight: Sight = Sight.OK) -> tuple[str, ...]:
    return score([Evidence("git.kind", "x", sight, NOW, NOW, payload=kind)], framework(), now=NOW).notes


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("teaching", "teaching material"),
        ("template", "a template"),
        ("library", "a library"),
        ("collection", "separate"),
    ],
)
def test_a_repository_that_is_no_project_is_named_with_what_gave_it_away(kind: str, says: str) -> None:
    (note,) = notes({"kind": kind, "signals": [{"text": "nine numbered lessons", "where": "01-intro"}]})
    assert says in note
    assert "nine numbered lessons" in note
    assert "sub-path" in note


def test_an_application_without_a_model_is_told_why_so_much_is_open() -> None:
    assert "no model of its own" in notes({"kind": "not-ml", "signals": []})[0]


def test_a_project_gets_no_such_note() -> None:
    assert notes({"kind": "project", "signals": []}) == ()
    assert notes({}, Sight.UNREACHABLE) == ()
