"""An address that nothing can have is not there: no page and no endpoint fails over it, on either database."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from assessments.lifecycle.assess import start_assessment
from mlops_portal.accounts.models import User
from mlops_portal.projects.models import Project
from tests.assessments.lifecycle.people import by, submitted


@pytest.fixture
def browser(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


@pytest.mark.parametrize("path", ["/frameworks/mlops-levels/compare/1%00...2/", "/jobs/%00/", "/%00"])
def test_a_page_with_a_nul_in_its_address_is_not_there(browser: Client, path: str) -> None:
    response = browser.get(path)
    assert response.status_code == 404
    assert "Nothing here" in response.content.decode()
    assert response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["projects/flights/members/a%00b/", "assessments/{draft}/answers/HUM%00/"])
@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_an_endpoint_with_a_nul_in_its_address_is_not_there(
    browser: Client, flights: Project, alice: User, path: str, method: str
) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    send: Any = getattr(browser, method)
    response = send(f"/api/v1/{path.format(draft=draft.pk)}")
    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")


def test_there_is_nothing_to_compare_with_under_a_number_of_thousands_of_digits(
    browser: Client, flights: Project, alice: User
) -> None:
    waiting = submitted(alice, flights)
    assert browser.get(f"/assessments/{waiting.pk}/compare/{'9' * 5000}/").status_code == 404
