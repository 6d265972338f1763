"""Frameworks side by side: a row for each framework in force, with its own level, what is open, and how fresh."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from assessments.frameworks import shipped
from assessments.frameworks.shipped import framework, shipped_frameworks
from assessments.models import FrameworkVersion, Scoring
from assessments.selectors.frameworks import in_force
from assessments.selectors.scorecards import live_scorings
from assessments.web.side_by_side import rows
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.portal.scenery import card, keep_score, varied

SHIPPED = (Path(shipped.__file__).parent / "mlops-levels.yaml").read_text(encoding="utf-8")
PAGE = "/projects/postcodes/scorecard/?view=frameworks"


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    in_force.cache_clear()
    yield
    in_force.cache_clear()


@pytest.fixture
def postcodes(db: None) -> Project:
    return Project.objects.create(slug="postcodes", name="Postcodes", visibility="public")


@pytest.fixture
def scored(postcodes: Project) -> Project:
    keep_score(postcodes, varied())
    return postcodes


@pytest.fixture
def activated(dana: User) -> FrameworkVersion:
    """A version of the default framework that governance activated, under another title."""
    document = SHIPPED.replace('version: "1.0"', 'version: "9.0"').replace("title: MLOps levels", "title: Our levels")
    document = document.replace("title: Model release", "title: Releasing models")
    return FrameworkVersion.objects.create(
        framework="mlops-levels", version="9.0", document=document, digest="9", state="active", uploaded_by=dana,
        uploaded_at=clock.now(),
    )  # fmt: skip


def page(client: Client, path: str = PAGE) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_there_is_a_row_for_each_framework_and_a_way_to_its_scorecard(client: Client, scored: Project) -> None:
    html = page(client)
    for shown in shipped_frameworks():
        assert f'<th scope="row"><a href="?framework={shown.id}">{shown.title}</a></th>' in html
        assert all(dimension.title in html for dimension in shown.dimensions)
    assert "Level 0 is confirmed by evidence." in html
    assert "in the smallest section." in html


def test_the_rows_are_what_the_scorecards_say(scored: Project) -> None:
    found = {row.framework.id: row for row in rows(scored, shipped_frameworks(), live_scorings(scored))}
    for name, row in found.items():
        told = card(varied(), framework_id=name)
        gating = [c for d in told.dimensions for c in d.criteria if c.level is not None]
        assert row.interval == told.overall
        assert [part.interval for part in row.parts] == [d.interval for d in told.dimensions]
        assert row.open == len([c for c in gating if not c.counts_as_met])
        assert row.contradictions == len(told.contradictions)
    assert all(part.points for part in found["ml-test-score"].parts)


def test_the_target_is_shown_only_where_it_is_on_the_scale(scored: Project) -> None:
    scored.target_level = 3
    found = rows(scored, shipped_frameworks(), {})
    assert {row.framework.id: row.target for row in found} == {
        "mlops-levels": 3, "azure-mlops": 3, "google-mlops": None, "ml-test-score": None
    }  # fmt: skip


def test_what_was_not_checked_lately_is_called_old(client: Client, postcodes: Project) -> None:
    keep_score(postcodes, varied(), at=clock.now() - timedelta(days=9))
    assert page(client).count("old: ") == len(shipped_frameworks())


def test_a_framework_without_a_score_has_a_row_that_says_so(client: Client, scored: Project) -> None:
    Scoring.objects.filter(framework="azure-mlops").delete()
    assert page(client).count("Not scored under this framework yet.") == 1


def test_before_the_first_scoring_the_page_teaches(client: Client, postcodes: Project) -> None:
    html = page(client)
    assert "Not scored yet" in html
    assert "python manage.py assess" in html


def test_the_scorecard_leads_there_and_another_view_is_refused(client: Client, scored: Project) -> None:
    assert 'href="?view=frameworks"' in page(client, "/projects/postcodes/scorecard/")
    assert client.get("/projects/postcodes/scorecard/?view=all").status_code == 400


def test_no_framework_costs_a_query_of_its_own(
    client: Client, scored: Project, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(4):
        page(client)


def test_who_may_not_see_the_project_does_not_see_this(client: Client, scored: Project) -> None:
    Project.objects.update(visibility="members")
    assert client.get(PAGE).status_code == 404


@pytest.mark.parametrize(
    "path", [PAGE, "/projects/postcodes/scorecard/", "/", "/search/?q=Our", "/frameworks/"], ids=lambda path: path
)
def test_pages_use_the_version_that_governance_activated(
    path: str, client: Client, scored: Project, activated: FrameworkVersion, dana: User
) -> None:
    client.force_login(dana)
    html = page(client, path)
    assert "Our levels" in html
    assert f">{framework('mlops-levels').title}" not in html


def test_the_page_of_a_project_uses_it_too(client: Client, scored: Project, activated: FrameworkVersion) -> None:
    html = page(client, "/projects/postcodes/")
    assert "Releasing models" in html
    assert "Model release" not in html
