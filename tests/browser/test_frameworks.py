"""Pages of frameworks and scorecards with bands in a real browser: no finding, no sideways scrolling, both schemes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from assessments.models import FrameworkVersion
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.browser.test_pages import findings, too_wide, unfold
from tests.portal.scenery import keep_score, looked, varied

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/frameworks/",
    "/frameworks/ml-test-score/",
    "/frameworks/google-mlops/",
    "/frameworks/upload/",
    "/frameworks/versions/{version}/",
    "/frameworks/versions/{version}/activate/",
    "/projects/flights/scorecard/?framework=ml-test-score",
    "/projects/flights/scorecard/?framework=google-mlops",
    "/projects/flights/scorecard/?view=frameworks",
]
EFFECT = {
    "against": "",
    "summary": {"projects": 1, "lowered": 1, "raised": 0, "moved": 0, "new": 0, "same": 0},
    "projects": [
        {"slug": "flights", "name": "Flights", "before": [2, 3], "after": [1, 3], "changed": 2, "kind": "lowered"}
    ],
}


@pytest.fixture
def version(flights: Project, dana: User) -> FrameworkVersion:
    keep_score(flights, varied())
    looked(flights)
    return FrameworkVersion.objects.create(
        framework="mlops-levels", version="1.1", document="", digest="x", effect=EFFECT, tried_at=clock.now(),
        uploaded_by=dana, uploaded_at=clock.now(),
    )  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "light")])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_finding_and_fits(
    path: str, width: int, scheme: str, version: FrameworkVersion, dana: User, open_page: Callable[..., Page]
) -> None:
    page = open_page(path.format(version=version.pk), user=dana, width=width, scheme=scheme)
    if folder := os.environ.get("SCREENSHOTS"):
        name = f"{path.strip('/').replace('/', '-').replace('?', '-')}-{width}-{scheme}.png"
        page.screenshot(path=Path(folder) / name, full_page=True)
    unfold(page)
    assert findings(page) == []
    assert too_wide(page) == []
