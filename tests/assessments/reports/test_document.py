"""The report of an assessment: one row per criterion, what people said beside what was seen, and no formulas."""

from __future__ import annotations

import csv
import io
import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.checks.catalogue import load_catalogue
from assessments.frameworks.shipped import framework
from assessments.models import Assessment
from assessments.reports.document import COLUMNS, Row, answers_given, as_csv, as_json, harmless, rows
from assessments.scoring.published import SCHEMA, to_json
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.portal.scenery import card, varied

ANSWER = {
    "id": "HUM-03",
    "answer": "yes",
    "text": "=cmd|' /C calc'!A0",
    "link": "https://git.example.org/flights/schema.json",
    "by": "Alice Ahmed",
    "at": "2026-11-02T09:00:00+00:00",
    "expires": "2027-05-01T00:00:00+00:00",
}


@pytest.fixture
def assessment() -> Assessment:
    made = Assessment(framework="mlops-levels", state="returned", answers={"answers": [ANSWER]}, digest="d" * 64)
    made.project = Project(slug="flights", name="Flights")
    made.reasons = {"P-3.1": "The link leads nowhere."}
    return made


def written(assessment: Assessment) -> list[dict[str, str]]:
    found = rows(assessment, card(varied()), framework(), load_catalogue())
    return list(csv.DictReader(io.StringIO(as_csv(found))))


def test_every_criterion_of_the_framework_has_a_row_in_its_order(assessment: Assessment) -> None:
    placed = framework().placed
    assert sorted(line["criterion"] for line in written(assessment)) == sorted(placed)
    assert written(assessment)[0].keys() == set(COLUMNS)


def test_what_people_said_stands_at_the_criterion_that_asks_for_it_with_the_reviewers_remark(
    assessment: Assessment,
) -> None:
    line = next(line for line in written(assessment) if line["criterion"] == "P-3.1")
    assert line["people say"].startswith("HUM-03 yes: ")
    assert line["answered by"] == "Alice Ahmed"
    assert line["link"] == ANSWER["link"]
    assert line["asked to change"] == "The link leads nowhere."


def test_an_answer_is_told_with_its_question(assessment: Assessment) -> None:
    (said,) = answers_given(assessment.answers, framework(), load_catalogue())
    assert said.question == load_catalogue()["HUM-03"].question
    assert (said.at, said.expires) == ("2026-11-02", "2027-05-01")


def test_an_answer_to_a_question_nobody_knows_any_more_is_shown_bare(assessment: Assessment) -> None:
    (said,) = answers_given({"answers": [{"id": "HUM-99", "answer": "no"}]}, framework(), load_catalogue())
    assert said.question == "HUM-99"


@given(st.text(max_size=30))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    row = Row(*[text] * len(COLUMNS))
    (cells,) = list(csv.reader(io.StringIO(as_csv([row]), newline="")))[1:]
    assert not any(cell.lstrip(" ")[:1] in set("=+-@\t\r\n") for cell in cells if cell.strip(" "))


def test_an_ordinary_cell_is_left_as_it_is() -> None:
    assert harmless("2 of 3") == "2 of 3"
    assert harmless("  =1+1") == "'  =1+1"


def test_the_json_is_a_published_scorecard_with_the_assessment_beside_it(assessment: Assessment) -> None:
    document = as_json(assessment, to_json(card(varied())))
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    assert document["assessment"]["answers"] == [ANSWER]
    assert document["assessment"]["submitted_at"] is None
    assessment.submitted_at = clock.now()
    assert as_json(assessment, {})["assessment"]["submitted_at"] == assessment.submitted_at.isoformat()
