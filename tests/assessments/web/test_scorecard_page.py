"""The scorecard page: headline, why, what next, blind spots, charts with tables, every criterion, other frameworks."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from assessments.checks.verdict import Seen, met, not_met
from assessments.frameworks.shipped import framework
from mlops_portal.projects.models import Project
from tests.portal.scenery import keep_score, looked, varied


@pytest.fixture
def scored(db: None) -> Project:
    """A public project with one of each outcome."""
    project = Project.objects.create(
        slug="postcodes", name="Postcodes", visibility="public", target_level=3, target_reason="Harm."
    )
    keep_score(project, varied())
    looked(project)
    return project


def page(client: Client, query: str = "") -> str:
    response = client.get(f"/projects/postcodes/scorecard/{query}")
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_the_headline_is_a_level_a_name_and_a_sentence(client: Client, scored: Project) -> None:
    html = page(client)
    assert "0 – No MLOps" in html
    assert "Level 0 is confirmed by evidence." in html
    assert "without People:" in html


def test_the_reasons_say_required_and_seen_with_place_and_link(client: Client, scored: Project) -> None:
    html = page(client)
    assert "<dt>Required</dt>" in html
    assert "<dt>Seen</dt>" in html
    assert ".github/workflows/ci.yml:14" in html
    assert 'href="https://git.example.org/flights/ci.yml#L14"' in html


def test_the_next_steps_say_effort_owner_cure_and_where_they_lead(client: Client, scored: Project) -> None:
    html = page(client)
    assert "the cheapest path to level 1" in html
    assert "leads to level" in html
    assert "do it" in html or "let us see it" in html


def test_every_criterion_and_every_dimension_is_on_the_page(client: Client, scored: Project) -> None:
    html = page(client)
    assert all(f'<details id="{name}">' in html for name in framework().placed)
    assert all(dimension.title in html for dimension in framework().dimensions)


def test_each_chart_has_its_table(client: Client, scored: Project) -> None:
    html = page(client)
    assert html.count('class="chart chart-ladder"') == html.count('class="chart chart-radar"') == 1
    assert html.count("Confirmed and possible level of each dimension") == 2


def test_blind_spots_are_named(client: Client, scored: Project) -> None:
    html = page(client)
    assert "The interval is as wide as what we cannot see" in html


def test_another_framework_is_one_click_away(client: Client, scored: Project) -> None:
    assert "?framework=azure-mlops" in page(client)
    title = framework("azure-mlops").title
    assert f'<p class="lead">{title}, version' in page(client, "?framework=azure-mlops")


def test_an_unknown_framework_is_refused(client: Client, scored: Project) -> None:
    assert client.get("/projects/postcodes/scorecard/?framework=own").status_code == 400


def test_before_the_first_scoring_the_page_teaches(client: Client, scored: Project) -> None:
    scored.scorings.all().delete()
    html = page(client)
    assert "Not scored yet" in html
    assert "python manage.py assess" in html


def test_hostile_evidence_stays_text_and_its_links_stay_dead(client: Client, scored: Project) -> None:
    evil = Seen("<script>alert(1)</script>", "<img src=x>", "javascript:alert(2)")
    keep_score(scored, {name: v._replace(seen=(evil,), link="javascript:alert(3)") for name, v in varied().items()})
    html = client.get("/projects/postcodes/scorecard/").content.decode()
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "javascript:" not in html


def test_changes_since_the_scoring_before_are_told_with_their_cause(client: Client, scored: Project) -> None:
    keep_score(scored, varied() | {"GIT-01": not_met("No commit in the window.")})
    keep_score(scored, varied() | {"GIT-01": met("A commit.")})
    html = page(client)
    assert "What changed with this scoring" in html
    assert "not met → <strong>met</strong>" in html


def test_the_page_takes_few_queries(client: Client, scored: Project, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        page(client)


def test_the_page_stays_below_a_third_of_a_megabyte_before_compression(client: Client, scored: Project) -> None:
    assert len(client.get("/projects/postcodes/scorecard/").content) < 330_000
