"""When a level moves, a small row says from where to where and why; when it does not, none does."""

from __future__ import annotations

from datetime import timedelta

from assessments.checks.catalogue import load_catalogue
from assessments.checks.verdict import met, not_met
from assessments.models import LevelChange, Scoring
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.portal.scenery import keep_score

EVERYTHING = {entry.id: met("Yes.") for entry in load_catalogue()}


def changes(project: Project) -> list[tuple[int | None, int | None, int, int, str]]:
    rows = LevelChange.objects.filter(project=project, framework="mlops-levels").order_by("at")
    return list(rows.values_list("confirmed_before", "possible_before", "confirmed", "possible", "cause"))


def test_the_first_level_has_nothing_before_it(flights: Project) -> None:
    keep_score(flights, {})
    assert changes(flights) == [(None, None, 0, 4, "")]


def test_a_level_that_moves_leaves_a_row_with_its_cause(flights: Project) -> None:
    now = clock.now()
    keep_score(flights, {}, at=now - timedelta(days=2))
    keep_score(flights, EVERYTHING, at=now)
    first, second = changes(flights)
    assert first == (None, None, 0, 4, "")
    assert second[:4] == (0, 4, 4, 4)
    assert second[4] != ""


def test_a_verdict_that_moves_no_level_leaves_none(flights: Project) -> None:
    now = clock.now()
    nothing = dict.fromkeys(EVERYTHING, not_met("No."))
    keep_score(flights, nothing, at=now - timedelta(days=2))
    keep_score(flights, nothing | {"GIT-02": met("Yes.")}, at=now)
    assert Scoring.objects.filter(project=flights, framework="mlops-levels").count() == 2
    assert changes(flights) == [(None, None, 0, 0, "")]


def test_scoring_the_same_again_leaves_none(flights: Project) -> None:
    now = clock.now()
    keep_score(flights, {}, at=now - timedelta(days=2))
    keep_score(flights, {}, at=now)
    assert len(changes(flights)) == 1
