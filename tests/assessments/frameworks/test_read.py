"""Frameworks and criteria written by others: every mistake is found, and named with file, line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessments.checks.catalogue import load_catalogue
from assessments.documents import InvalidDocument, parse_document
from assessments.frameworks import shipped
from assessments.frameworks.composition import Composition, Mode, only, read_composition
from assessments.frameworks.criteria import Library, read_library
from assessments.frameworks.read import read_framework

FOLDER = Path(shipped.__file__).parent


def replaced(file: str, old: str, new: str) -> str:
    """A shipped file's text after one replacement."""
    text = (FOLDER / file).read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1)


def framework_problems(old: str, new: str) -> list[str]:
    """What is wrong with the default framework after one replacement."""
    document = parse_document(replaced("mlops-levels.yaml", old, new), "mlops-levels.yaml")
    with pytest.raises(InvalidDocument) as caught:
        read_framework(document, shipped.library())
    return [str(problem) for problem in caught.value.problems]


def points_problems(old: str, new: str) -> list[str]:
    """What is wrong with the ML Test Score after one replacement."""
    document = parse_document(replaced("ml-test-score.yaml", old, new), "ml-test-score.yaml")
    with pytest.raises(InvalidDocument) as caught:
        read_framework(document, shipped.library())
    return [str(problem) for problem in caught.value.problems]


def library_problems(old: str, new: str) -> list[str]:
    """What is wrong with the criteria after one replacement."""
    with pytest.raises(InvalidDocument) as caught:
        library(replaced("criteria.yaml", old, new))
    return [str(problem) for problem in caught.value.problems]


def library(text: str) -> Library:
    """The library in a text."""
    return read_library(parse_document(text, "criteria.yaml"), load_catalogue())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("rule: gated", "rule: averaged", "'averaged' is not one of ['gated', 'points']. Expected: the kind of rule"),
        ("  P-2.1: 2", "  P-2.1: high", "criteria.P-2.1: 'high' does not match '^none$'. Expected: a level from 1"),
        ("  P-2.1: 2", "  P-2.1: 0", "0 is less than the minimum of 1"),
        ("  P-2.1: 2", "  P-2.1: 5", "P-2.1 stands at level 5; the highest is 4. Give it a level there is."),
        ("  P-2.1: 2", "  P-9.1: 2", "No criterion is called 'P-9.1'. Correct the id"),
        ("  P-2.1: 2", "  P-2.1: 2\n  P-2.1: 3", "'P-2.1' is given twice"),
        ("  - level: 2\n", "  - level: 3\n", "Level 3 stands where level 2 belongs: [0, 1, 3, 3, 4]."),
        ("  - level: 4\n", "  - level: 5\n", "Level 5 stands where level 4 belongs"),
        ("MR-1.1: [MR-2.1]", "MR-1.1: [MR-9.1]", "MR-9.1 is not a criterion of this framework."),
        ("AI-1.3: [AI-3.3]", "AI-1.3: [AI-3.3]\n  AI-3.3: [AI-1.3]", "These criteria supersede each other:"),
        ("AI-1.3: [AI-3.3]", "AI-1.3: [AI-3.3]\n  MC-2.4: [MR-3.1]", "MR-3.1 supersedes MC-2.4 and at the same time"),
        ("{id: model-release, title: Model release}", "{id: release, title: Release}", "'model-release', which this"),
        ("{id: model-creation, title: Model creation}", "{id: people, title: Again}", "'people' is defined twice"),
        ("declaration_suffices_up_to: 1", "declaration_suffices_up_to: 7", "There is no such level."),
        ('date: "2025-10-28"', "date: yesterday", "'yesterday' does not match"),
        ("title: MLOps levels", "titel: MLOps levels", "'titel' was unexpected"),
    ],
)
def test_a_mistake_in_a_framework_is_named(old: str, new: str, words: str) -> None:
    found = framework_problems(old, new)
    assert any(words in problem for problem in found), found
    assert all(problem.startswith("mlops-levels.yaml:") for problem in found)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("    up_to: 2\n", "    up_to: 1\n", "The band ends at 1, and the one before it at 1. Let the ends rise"),
        ("    up_to: 3\n", "", "The band has no upper end. Add up_to:"),
        ("    up_to: 5\n", "    up_to: 7\n", "data-tests has 7 criteria, so no sum is above 7."),
        ("    name: Exceptional", "    up_to: 7\n    name: Exceptional", "The last band has no upper end"),
        ("    up_to: 2\n", "    up_to: 1.7\n", "1.7 is not a multiple of 0.5"),
        ("  MLTS-1.1: 1", "  MLTS-1.1: 2", "MLTS-1.1 is worth 2 points; a criterion is worth one."),
        ("rule: points", "rule: points\ndeclaration_suffices_up_to: 1", "belongs to gated levels. Remove it"),
        (
            "rule: points",
            "rule: points\nsuperseded_by: {MLTS-1.1: [MLTS-1.2]}",
            "superseded_by belongs to gated levels",
        ),
        ("rule: points", "rule: gated", "A gated level has no sum."),
    ],
)
def test_a_mistake_in_points_and_bands_is_named(old: str, new: str, words: str) -> None:
    found = points_problems(old, new)
    assert any(words in problem for problem in found), found


def test_the_line_is_that_of_the_mistake() -> None:
    text = replaced("mlops-levels.yaml", "  P-2.1: 2", "  P-2.1: 5")
    line = text.splitlines().index("  P-2.1: 5") + 1
    assert framework_problems("  P-2.1: 2", "  P-2.1: 5")[0].startswith(f"mlops-levels.yaml:{line}: ")


def test_a_level_that_nothing_stands_at_is_a_gap() -> None:
    text = (
        (FOLDER / "mlops-levels.yaml")
        .read_text(encoding="utf-8")
        .replace(": 4\n", ": 3\n")
        .replace("level: 3\n", "level: 3\n")
    )
    text = text.replace("  - level: 3\n    name: Full", "  - level: 4\n    name: Full")
    with pytest.raises(InvalidDocument, match="No criterion stands at level 4"):
        read_framework(parse_document(text, "f.yaml"), shipped.library())


def test_all_mistakes_of_a_framework_are_reported_at_once() -> None:
    found = framework_problems("  P-2.1: 2\n  P-3.1: 3\n", "  P-2.1: 9\n  P-9.9: 3\n")
    assert len(found) == 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("met_by: HUM-03", "met_by: HUM-99", "No check is called 'HUM-99'. Correct the id, or define it."),
        ("supports: [GIT-17]", "supports: [GIT-99]", "No check is called 'GIT-99'"),
        ("partial_by: [GIT-16]", "partial_by: [GIT-98]", "No check is called 'GIT-98'"),
        ("opened_by: HUM-08", "opened_by: HUM-98", "No check is called 'HUM-98'"),
        ("after: [P-3.1]", "after: [P-9.1]", "No criterion is called 'P-9.1'"),
        ("after: [P-3.1]", "after: [P-3.2]", "These criteria wait for each other: P-3.2 → P-3.2"),
        ("id: P-3.2", "id: P-3.1", "P-3.1 is defined twice, first on line"),
        ("met_by: {all: [HUM-01, HUM-02]}", "met_by: {most: [HUM-01]}", "'most' was unexpected"),
        ("met_by: {all: [HUM-01, HUM-02]}", "met_by: {all: []}", "[] should be non-empty"),
        ("met_by: {all: [HUM-01, HUM-02]}", "met_by: {all: [HUM-01], any: [HUM-02]}", "too many properties"),
        ("checks: [APR-01, APR-04]", "checks: [APR-99]", "No check is called 'APR-99'"),
        ("criteria: [P-2.1, P-3.1", "criteria: [P-9.1, P-3.1", "No criterion is called 'P-9.1'"),
        ("effort: M", "effort: huge", "'huge' is not one of"),
    ],
)
def test_a_mistake_in_the_criteria_is_named(old: str, new: str, words: str) -> None:
    found = library_problems(old, new)
    assert any(words in problem for problem in found), found
    assert all(problem.startswith("criteria.yaml:") for problem in found)


def test_a_longer_circle_of_prerequisites_is_found() -> None:
    found = library_problems("    met_by: {all: [MLF-01, MLF-02]}\n", "    met_by: MLF-01\n    after: [MC-2.6]\n")
    assert any("wait for each other" in problem and "MC-2.2" in problem for problem in found)


def test_a_change_of_a_criterion_changes_the_seal_of_every_framework_that_uses_it() -> None:
    other = library(replaced("criteria.yaml", "met_by: HUM-03", "met_by: HUM-04"))
    document = parse_document((FOLDER / "mlops-levels.yaml").read_text(encoding="utf-8"), "f.yaml")
    assert read_framework(document, other).digest != shipped.framework().digest
    assert read_framework(document, shipped.library()).digest == shipped.framework().digest


def test_a_criterion_that_a_framework_does_not_use_leaves_its_seal_as_it_is() -> None:
    other = library(replaced("criteria.yaml", "id: GC-1.1", "id: GC-1.9"))
    document = parse_document((FOLDER / "mlops-levels.yaml").read_text(encoding="utf-8"), "f.yaml")
    assert read_framework(document, other).digest == shipped.framework().digest


def test_compositions_nest_and_name_each_check_once() -> None:
    composition = read_composition({"any": ["A", {"all": ["B", "C", {"any": ["A", "D"]}]}]})
    assert composition.checks == ("A", "B", "C", "D")
    assert composition.mode is Mode.ANY


def test_a_composition_can_be_restricted_to_some_of_its_checks() -> None:
    composition = read_composition({"any": ["A", {"all": ["B", "C"]}]})
    assert only(composition, frozenset("AC")) == Composition(Mode.ANY, ("A", Composition(Mode.ALL, ("C",))))
    assert only(composition, frozenset("X")) is None
    assert only(None, frozenset("X")) is None
