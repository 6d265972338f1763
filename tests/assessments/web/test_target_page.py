"""The page of a target: what each level means and costs, and that it is set with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from assessments.scoring.scorecard import Interval
from assessments.selectors.scorecards import live_scoring
from assessments.web.target import standing
from mlops_portal.projects.models import Project
from tests.portal.conftest import Clients
from tests.portal.scenery import keep_score, varied

TARGET = "/projects/flights/target/"


def html(client: Client, path: str = TARGET) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_target_is_set_with_a_reason_and_taken_back(flights: Project, clients: Clients) -> None:
    answer = clients["alice"].post(TARGET, {"level": "2", "reason": "Four people read it."})
    assert answer["Location"] == "/projects/flights/"
    flights.refresh_from_db()
    assert (flights.target_level, flights.target_reason) == (2, "Four people read it.")
    page = html(clients["dana"])
    assert 'value="2" checked' in page
    assert ("set it to 2" in page, "Alice Ahmed" in page) == (True, True)
    clients["dana"].post(TARGET, {"level": "none", "reason": "Nobody reads it."})
    flights.refresh_from_db()
    assert flights.target_level is None
    assert "took it back" in html(clients["alice"])


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"reason": " "}, "reason", "A target needs a reason."),
        ({"level": "5"}, "level", "Choose a level from 0 to 4"),
        ({"level": ""}, "level", "Choose a level from 0 to 4"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    flights: Project, clients: Clients, values: dict[str, str], field: str, says: str
) -> None:
    answer = clients["alice"].post(TARGET, {"level": "3", "reason": "Kept words.", **values})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page.split(f'id="error-{field}"')[1]
    assert "Kept words." in page or field == "reason"
    assert 'value="3" checked' in page or field == "level"
    flights.refresh_from_db()
    assert flights.target_level is None


def test_each_level_tells_its_open_criteria_by_effort(flights: Project, clients: Clients) -> None:
    assert "Once the project is scored" in html(clients["alice"])
    keep_score(flights, varied())
    rows = re.findall(r'<tr><th scope="row">(\d)</th>', html(clients["alice"]))
    cells = [
        [int(number) for number in re.findall(r"\d+", re.sub(r"<[^>]*>", " ", row))]
        for row in re.findall(r'<tr><th scope="row">\d</th>(.*?)</tr>', html(clients["alice"]))
    ]
    assert rows == [str(level) for level in (1, 2, 3, 4)]
    so_far = 0
    for level, (opened, total, small, medium, large, summed) in zip((1, 2, 3, 4), cells, strict=True):
        assert opened == small + medium + large <= total
        assert opened == _open_at(flights, level)
        so_far += opened
        assert summed == so_far
    assert so_far > 0


def _open_at(project: Project, level: int) -> int:
    live = live_scoring(project, "mlops-levels")
    assert live is not None
    criteria = [c for d in live.scorecard["dimensions"].values() for c in d["criteria"] if c["level"] == level]
    return sum(c["verdict"] not in ("met", "not_applicable") and not c.get("superseded_by") for c in criteria)


@pytest.mark.parametrize(
    ("now", "level", "says"),
    [
        (None, 2, ""),
        (Interval(2, 2), 1, "Beyond it today: level 2 is confirmed."),
        (Interval(2, 3), 2, "At it today."),
        (Interval(2, 3), 3, "1 level to prove, possibly reached already."),
        (Interval(1, 2), 4, "Below it: 3 levels to go."),
    ],
)
def test_the_page_says_where_the_project_would_stand(now: Interval | None, level: int, says: str) -> None:
    assert standing(now, level) == says


def test_members_who_steer_nothing_read_it_and_cannot_set_it(flights: Project, clients: Clients) -> None:
    Project.objects.update(target_level=2, target_reason="Four people read it.", visibility="public")
    page = html(clients["bob"])
    assert ("Four people read it." in page, '<input type="radio"' in page) == (True, False)
    assert clients["bob"].post(TARGET, {"level": "4", "reason": "More."}).status_code == 403
    assert clients["charlie"].get(TARGET).status_code == 403
    assert clients["visitor"].get(TARGET).status_code == 403


def test_the_project_page_leads_there_for_those_who_may_set_it(flights: Project, clients: Clients) -> None:
    keep_score(flights, varied())
    offered = {who: f'href="{TARGET}"' in html(clients[who], "/projects/flights/") for who in ("alice", "bob", "dana")}
    assert offered == {"alice": True, "bob": False, "dana": True}


def test_the_page_takes_the_same_number_of_queries_however_often_it_was_set(
    flights: Project, clients: Clients, queries: Callable[[Client, str], int]
) -> None:
    keep_score(flights, varied())
    clients["alice"].post(TARGET, {"level": "1", "reason": "To begin with."})
    html(clients["alice"])
    few = queries(clients["alice"], TARGET)
    for level in "2341234123412":
        clients["alice"].post(TARGET, {"level": level, "reason": "More."})
    html(clients["alice"])
    assert queries(clients["alice"], TARGET) == few
