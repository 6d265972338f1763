"""Pages of frameworks: what each asks for, its source, what is ours; a version on its way through the web."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from assessments.frameworks import shipped
from assessments.frameworks.shipped import shipped_frameworks
from assessments.models import FrameworkVersion
from assessments.selectors.frameworks import in_force
from mlops_portal.projects.models import Project
from tests.portal.conftest import Clients
from tests.portal.scenery import keep_score, varied

SHIPPED = (Path(shipped.__file__).parent / "mlops-levels.yaml").read_text(encoding="utf-8")
NEXT = SHIPPED.replace('version: "1.0"', 'version: "1.1"').replace("  AI-1.4: 1\n", "  AI-1.4: none\n")


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    in_force.cache_clear()
    yield
    in_force.cache_clear()


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return unescape(response.content.decode())


@pytest.fixture
def uploaded(clients: Clients) -> FrameworkVersion:
    response = clients["dana"].post("/frameworks/upload/", {"document": NEXT})
    assert response.status_code == 302
    return FrameworkVersion.objects.get()


@pytest.mark.django_db
def test_the_list_shows_every_framework_with_its_source(client: Client) -> None:
    html = read(client, "/frameworks/")
    for framework in shipped_frameworks():
        assert f'href="/frameworks/{framework.id}/"' in html
        assert framework.source.date in html
    assert "Upload a version" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("framework", shipped_frameworks(), ids=lambda framework: framework.id)
def test_a_framework_says_what_it_asks_for_what_decides_and_what_is_ours(client: Client, framework: Any) -> None:
    html = read(client, f"/frameworks/{framework.id}/")
    assert "Our rule:" in html
    assert framework.note in html
    for criterion in framework.criteria:
        assert f'<details id="{criterion.id}">' in html
        assert criterion.question in html
    assert all(level.name in html for level in framework.levels)


@pytest.mark.django_db
def test_an_unknown_framework_is_not_found(client: Client) -> None:
    assert client.get("/frameworks/cmmi/").status_code == 404
    assert client.get("/frameworks/mlops-levels/compare/1.0...9.9/").status_code == 404


def test_versions_are_compared_and_a_candidate_is_governances(clients: Clients, uploaded: FrameworkVersion) -> None:
    path = "/frameworks/mlops-levels/compare/1.0...1.1/"
    html = read(clients["dana"], path)
    assert "1 difference" in html
    assert "level 1 → <strong>shown only</strong>" in html
    assert clients["alice"].get(path).status_code == 404


def test_a_wrong_document_is_given_back_with_every_mistake_and_its_line(clients: Clients) -> None:
    response = clients["dana"].post("/frameworks/upload/", {"document": NEXT.replace("P-2.1: 2", "P-2.1: 9")})
    html = unescape(response.content.decode())
    assert response.status_code == 422
    assert "P-2.1 stands at level 9; the highest is 4. Give it a level there is." in html
    assert "P-2.1: 9" in html


def test_a_version_is_tried_out_read_activated_and_retired(
    clients: Clients, uploaded: FrameworkVersion, flights: Project, run_jobs: Callable[[], list[Any]]
) -> None:
    keep_score(flights, varied())
    dana, page = clients["dana"], f"/frameworks/versions/{uploaded.pk}/"
    assert "Not tried out yet" in read(dana, page)
    refused = dana.post(f"{page}activate/", {"reason": "Now."})
    assert (refused.status_code, "has not been tried out" in refused.content.decode()) == (422, True)
    assert dana.post(f"{page}try/").status_code == 302
    run_jobs()
    html = read(dana, page)
    assert "1 projects:" in html
    assert "Flights" in html
    assert "From now on every project is scored under this version" in read(dana, f"{page}activate/")
    nameless = dana.post(f"{page}activate/", {"reason": " "})
    assert (nameless.status_code, "needs a reason" in nameless.content.decode()) == (422, True)
    assert dana.post(f"{page}activate/", {"reason": "Metrics are asked for elsewhere."}).status_code == 302
    run_jobs()
    assert "mlops-levels 1.1" in read(clients["alice"], "/frameworks/mlops-levels/")
    assert "version 1.1" in read(clients["alice"], "/projects/flights/scorecard/")
    assert dana.post(f"{page}retire/", {"reason": "Too little."}).status_code == 302
    assert "mlops-levels 1.0" in read(clients["alice"], "/frameworks/mlops-levels/")


def test_the_pages_take_few_queries(clients: Clients, uploaded: FrameworkVersion, queries: Any) -> None:
    for path in ("/frameworks/", "/frameworks/ml-test-score/", f"/frameworks/versions/{uploaded.pk}/"):
        assert queries(clients["dana"], path) <= 9


@pytest.mark.django_db
def test_the_ml_test_score_of_a_project_is_a_band_with_points(client: Client) -> None:
    project = Project.objects.create(
        slug="postcodes", name="Postcodes", visibility="public", target_level=3, target_reason="Harm."
    )
    keep_score(project, varied())
    html = read(client, "/projects/postcodes/scorecard/?framework=ml-test-score")
    assert "Points of every section" in html
    assert "of 7 in the smallest section" in html
    assert "The target is" not in html
    assert "Levels are gated" not in html
    google = read(client, "/projects/postcodes/scorecard/?framework=google-mlops")
    assert "Levels are gated" in google
