"""The frameworks that ship: complete, as written down, and sealed."""

from __future__ import annotations

import json
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

#: A published version never changes. Whoever changes what a framework says gives it a new version, and adds its seal.
SEALS = {
    ("mlops-levels", "1.0"): "d2f10cb9667b9325d6c9223a56285e10ef7d888da9f503041204571218b21f48",
    ("azure-mlops", "1.0"): "8b16f21b2379d8eb1233c2b657e471113eaf4434c98e4c51d9b7bc95d5531090",
}


def test_there_are_35_criteria_each_with_its_texts() -> None:
    assert len(library().criteria) == 35
    for criterion in library().criteria.values():
        assert criterion.question.endswith("?")
        assert len(criterion.why) > 40
        assert len(criterion.remedy) > 40
        assert criterion.attestable


def test_every_check_of_the_catalogue_is_used_by_a_criterion() -> None:
    used = {name for c in library().criteria.values() for name in (*c.decided_by, *c.supports)}
    assert used == {entry.id for entry in load_catalogue()}


@pytest.mark.skipif(not DESIGN.exists(), reason="the design's catalogue is not here; it is compared where it is")
def test_levels_and_checks_are_those_of_the_design() -> None:
    design = json.loads(DESIGN.read_text(encoding="utf-8"))
    criteria = design["criteria"]
    assert set(library().criteria) == set(criteria)
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
    with pytest.raises(LookupError, match="mlops-levels, azure-mlops"):
        framework("cmmi")
    with pytest.raises(LookupError, match="single-maintainer"):
        profile("two-maintainers")


@FRAMEWORKS
def test_the_scoring_is_said_to_be_ours_and_the_source_has_a_date(shipped: Framework) -> None:
    assert "ours, not Microsoft's" in shipped.note
    assert shipped.source.date == "2025-10-28"
    assert shipped.source.url.startswith("https://")


@FRAMEWORKS
def test_levels_have_names_and_meanings(shipped: Framework) -> None:
    assert shipped.level_name(0) == "No MLOps"
    assert shipped.top_level == 4
    assert all(len(shipped.level_meaning(number)) > 30 for number in range(5))
    assert shipped.dimension_title("model-release") == "Model release"


@FRAMEWORKS
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
