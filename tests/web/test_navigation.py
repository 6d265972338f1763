"""The navigation shows each visitor the pages that visitor may open, and where they are."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from mlops_portal.accounts.models import User
from mlops_portal.web.icons import ICONS
from mlops_portal.web.navigation import NAVIGATION, links


def labels(user: object, path: str = "/") -> list[str]:
    request = RequestFactory().get(path)
    request.user = user  # type: ignore[assignment]
    return [link.label for link in links(request)]


def test_a_visitor_sees_the_portfolio_alone(db: None) -> None:
    assert labels(AnonymousUser()) == ["Portfolio"]


def test_who_is_signed_in_sees_their_work_but_not_the_trail(alice: User) -> None:
    assert labels(alice) == ["Portfolio", "Jobs", "Integrations"]


def test_governance_sees_the_trail_too(dana: User) -> None:
    assert labels(dana)[-1] == "Audit"


@pytest.mark.parametrize(
    ("path", "currents"), [("/", ["page", "", ""]), ("/jobs/", ["", "page", ""]), ("/jobs/x-1/", ["", "true", ""])]
)
def test_the_entry_of_this_page_is_marked(alice: User, path: str, currents: list[str]) -> None:
    request = RequestFactory().get(path)
    request.user = alice
    assert [link.current for link in links(request)] == currents


def test_every_entry_has_an_icon_that_is_drawn() -> None:
    assert all(item.icon in ICONS for _, item in NAVIGATION)
