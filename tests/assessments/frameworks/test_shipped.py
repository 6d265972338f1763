"""The frameworks that ship: complete, as written down, and sealed."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from assessments.checks.catalogue import load_catalogue
from assessments.frameworks.framework import Framework
from assessments.frameworks.shipped import framework, library, profile, shipped_frameworks

DESIGN = Path(__file__).resolve().parents[4] / "shared" / "design" / "catalogue.json"
DIMENSIONS = {
    "P": "people",
    "MC": "model-creation",
    "MR": "model-release",
    "AI": "application-integration",
}
FRAMEWORKS = pytest.mark.parametrize("shipped", shipped_frameworks(), ids=lambda shipped: shipped.id)
MICROSOFT = pytest.mark.parametrize(
    "shipped", [framework("mlops-levels"), framework("azure-mlops")], ids=lambda f: f.id
)

#: Whose text each framework follows, and that text's date.
SOURCES = {
    "mlops-levels": ("Microsoft", "2025-10-28"),
    "azure-mlops": ("Microsoft", "2025-10-28"),
    "google-mlops": ("Google", "2024-08-28"),
    "ml-test-score": ("the paper", "2017-12-11"),
}

#: A published version never changes. Whoever changes what a framework says gives it a new version, and adds its seal.
#: Nothing is published before the first release: until then a text may still be put better, and 1.0 is sealed anew.
SEALS = {
    ("mlops-levels", "1.0"): "1bc5c06c67a18222e02f643a4f748e56998b171dbb5cea1712c53fbf3d77e62f",
    ("azure-mlops", "1.0"): "a019b2530676cbc38c20f80bcc7a4fc1b48baf064a63a75189aa9f55a6b064ec",
    ("ml-test-score", "1.0"): "67a90d8b852348f1819d80a5349a191951f63e0e42d7c27fdedbafe977fe9e66",
    ("google-mlops", "1.0"): "7ca49571b03404aca5e0165b737a206dc2aa6bdf7398a71c99aec881a4a3350f",
}


def test_each_of_the_criteria_has_its_texts() -> None:
    families = Counter(name.split("-")[0] for name in library().criteria)
    assert families == {"P": 5, "MC": 10, "MR": 12, "AI": 8, "GC": 6, "MLTS": 28}
    for criterion in library().criteria.values():
        assert criterion.question.endswith("?")
        assert len(criterion.why) > 40
        assert len(criterion.remedy) > 40
        assert criterion.attestable


def test_what_people_read_of_a_criterion_is_in_words() -> None:
    for criterion in library().criteria.values():
        for text in (criterion.statement, criterion.question, criterion.why, criterion.remedy):
            assert not re.search(r"\b[A-Z]{2,4}-\d|[≥≤]|[<>!]=|->|\b(?:DE|DS|SE)\b", text)


def test_every_check_of_the_catalogue_is_used_by_a_criterion() -> None:
    used = {name for c in library().criteria.values() for name in (*c.decided_by, *c.supports)}
    assert used == {entry.id for entry in load_catalogue()}


@pytest.mark.skipif(not DESIGN.exists(), reason="the design's catalogue is not here; it is compared where it is")
def test_levels_and_checks_are_those_of_the_design() -> None:
    design = json.loads(DESIGN.read_text(encoding="utf-8"))
    criteria = design["criteria"]
    shared = {name for name in library().criteria if name.split("-")[0] in DIMENSIONS}
    assert shared == set(criteria)
    default, azure = framework("mlops-levels"), framework("azure-mlops")
    for name, wanted in criteria.items():
        assert library().criteria[name].dimension == DIMENSIONS[wanted["dimension"]]
        assert default.level_of(name) == wanted["level_course"]
        if wanted["level_ms"] is None:
            assert name not in azure.placed
        else:
            assert azure.level_of(name) == wanted["level_ms"]
    for check in design["checks"]:
        criterion = library().criteria[check["criterion"]]
        assert check["id"] in (*criterion.decided_by, *criterion.supports)


def test_the_default_comes_first() -> None:
    assert framework() is shipped_frameworks()[0] is framework("mlops-levels")


def test_an_unknown_framework_or_profile_names_those_there_are() -> None:
    with pytest.raises(LookupError, match="mlops-levels, azure-mlops, google-mlops, ml-test-score"):
        framework("cmmi")
    with pytest.raises(LookupError, match="single-maintainer"):
        profile("two-maintainers")


@FRAMEWORKS
def test_the_source_has_a_date_and_what_is_ours_is_said_to_be_ours(shipped: Framework) -> None:
    whose, date = SOURCES[shipped.id]
    assert f"ours, not {whose}'s" in shipped.note
    assert shipped.source.date == date
    assert shipped.source.url.startswith("https://")


@FRAMEWORKS
def test_levels_have_names_and_meanings(shipped: Framework) -> None:
    assert all(len(level.name) > 3 and len(level.meaning) > 30 for level in shipped.levels)
    assert all(dimension.title for dimension in shipped.dimensions)


@MICROSOFT
def test_the_levels_of_the_article_are_five(shipped: Framework) -> None:
    assert shipped.level_name(0) == "No MLOps"
    assert shipped.top_level == 4
    assert shipped.dimension_title("model-release") == "Model release"


def test_the_levels_of_google_are_three_with_the_names_of_the_article() -> None:
    names = [level.name for level in framework("google-mlops").levels]
    assert names == ["Manual process", "ML pipeline automation", "CI/CD pipeline automation"]


def test_every_dimension_of_google_asks_for_something_at_each_level() -> None:
    shipped = framework("google-mlops")
    cells = {(placed.criterion.dimension, placed.level) for placed in shipped.placed.values()}
    assert {(dimension.key, level) for dimension in shipped.dimensions for level in (1, 2)} <= cells


@MICROSOFT
def test_what_supersedes_what_is_as_written_down(shipped: Framework) -> None:
    assert shipped.superseded_by == {
        "MR-1.1": ("MR-2.1",),
        "MR-1.2": ("MR-2.2", "MR-3.2"),
        "MR-2.2": ("MR-3.2",),
        "AI-1.1": ("AI-3.1",),
        "AI-1.3": ("AI-3.3",),
    }


@FRAMEWORKS
def test_a_published_version_is_unchanged(shipped: Framework) -> None:
    assert SEALS[shipped.id, shipped.version] == shipped.digest


def test_cells_that_the_article_leaves_empty_are_empty() -> None:
    cells = {(placed.criterion.dimension, placed.level) for placed in framework("azure-mlops").placed.values()}
    every: set[tuple[str, int | None]] = {(key, level) for key in DIMENSIONS.values() for level in range(1, 5)}
    assert every - cells == {("people", 1), ("model-creation", 3), ("application-integration", 2)}
