"""The catalogue that ships: complete, well-formed, answered by code; and every mistake in another one is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assessments.checks.base import SOURCE_NAMES
from assessments.checks.catalogue import SHIPPED, Kind, load_catalogue, parse_catalogue
from assessments.checks.load import load_checks
from assessments.documents import InvalidDocument

DESIGN = Path(__file__).resolve().parents[4] / "shared" / "design" / "catalogue.json"
KINDS = {"A": Kind.AUTOMATIC, "S": Kind.PARTLY, "H": Kind.SELF_REPORTED}
CATALOGUE = load_catalogue()


def test_there_are_62_checks_each_with_its_texts() -> None:
    assert len(CATALOGUE) == 62
    for entry in CATALOGUE:
        assert entry.question.endswith("?")
        assert len(entry.why) > 40
        assert len(entry.remedy) > 40
        assert entry.source in SOURCE_NAMES


@pytest.mark.skipif(not DESIGN.exists(), reason="the design's catalogue is not here; it is compared where it is")
def test_ids_validities_and_kinds_are_those_of_the_design() -> None:
    checks = json.loads(DESIGN.read_text(encoding="utf-8"))["checks"]
    assert {entry.id for entry in CATALOGUE} == {check["id"] for check in checks}
    for check in checks:
        entry = CATALOGUE[check["id"]]
        assert (entry.validity.days, entry.kind) == (check["valid_days"], KINDS[check["cls"]])


@pytest.mark.parametrize("id", [entry.id for entry in CATALOGUE])
def test_every_check_of_the_catalogue_is_answered_by_a_function(id: str) -> None:
    assert id in load_checks()


def test_every_function_answers_a_check_of_the_catalogue() -> None:
    assert {name for name, _ in load_checks()} <= {entry.id for entry in CATALOGUE}


def test_every_topic_belongs_to_a_source_that_people_can_name() -> None:
    topics = {topic for _, check in load_checks() for topic in check.reads}
    assert {topic.partition(".")[0] for topic in topics} <= set(SOURCE_NAMES)


def test_declarations_are_confirmed_by_the_matching_run_time_check() -> None:
    confirmed = {entry.id: entry.confirmed_by for entry in CATALOGUE if entry.confirmed_by}
    assert confirmed == {
        "GIT-06": "GIT-07",
        "GIT-08": "GIT-07",
        "GIT-09": "GIT-07",
        "GIT-10": "GIT-07",
        "GIT-12": "ORC-01",
        "GIT-14": "ORC-08",
        "GIT-15": "ORC-08",
        "GIT-16": "MON-08",
        "GIT-18": "MON-01",
    }


def broken(old: str, new: str) -> list[str]:
    """The problems of the shipped catalogue after one replacement."""
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(InvalidDocument) as caught:
        parse_catalogue(text.replace(old, new, 1))
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("class: automatic", "class: magic", "'magic' is not one of"),
        ("valid_days: 180", "valid_days: soon", "'soon' is not of type 'integer'"),
        ("valid_days: 180", "valid_days: 0", "less than the minimum"),
        ("effort: S", "effort: XL", "'XL' is not one of"),
        ("owner: data-scientist", "owner: nobody", "'nobody' is not one of"),
        ("id: GIT-02", "id: GIT-01", "GIT-01 is defined twice, first on line"),
        ("confirmed_by: GIT-07", "confirmed_by: GIT-99", "No check is called 'GIT-99'"),
        ("confirmed_by: GIT-07", "confirmed_by: GIT-12", "GIT-12 needs a confirmation itself"),
        ('version: "1.0"', "version: 1.0", "1.0 is not of type 'string'"),
        ("source: git", "source: git\n    colour: red", "'colour' was unexpected"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_what_to_do(old: str, new: str, words: str) -> None:
    found = broken(old, new)
    assert any(words in problem for problem in found)
    assert all(problem.startswith("catalogue.yaml:") for problem in found)


def test_all_mistakes_are_reported_at_once() -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace("effort: S", "effort: XL").replace("id: GIT-02", "id: GIT-01")
    with pytest.raises(InvalidDocument) as caught:
        parse_catalogue(text)
    assert len(caught.value.problems) > 20
