"""Two reviewers, each with a double click, at the same moment: every decision counts once, on both databases."""

from __future__ import annotations

import pytest

from tests.installation import ROOT, Installation


@pytest.mark.parametrize(
    ("needed", "outcomes"),
    [
        (1, {"approved 1 1 Conflict InvalidTransition InvalidTransition counted"}),
        (2, {"approved 2 2 Conflict Conflict counted counted"}),
    ],
)
def test_deciders_at_the_same_moment_are_counted_once_each(
    installation: Installation, needed: int, outcomes: set[str]
) -> None:
    said = installation.python(str(ROOT / "tests" / "reviews" / "deciders.py"), str(needed)).stdout
    assert said.strip() in outcomes
    assert "no breaches" in installation.manage("verify_audit").stdout
