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


def test_a_visitor_sees_nothing_that_takes_an_account(db: None) -> None:
    seen = labels(AnonymousUser())
    assert seen[0] == "Portfolio"
    assert {"My work", "Jobs", "Audit"}.isdisjoint(seen)


def test_who_is_signed_in_sees_their_work_but_not_the_trail(alice: User) -> None:
    seen = labels(alice)
    assert {"Portfolio", "My work", "Jobs", "Integrations"} <= set(seen)
    assert "Audit" not in seen


def test_governance_sees_the_trail_too(dana: User) -> None:
    assert "Audit" in labels(dana)


@pytest.mark.parametrize(
    ("path", "label", "current"),
    [("/", "Portfolio", "page"), ("/jobs/", "Jobs", "page"), ("/jobs/x-1/", "Jobs", "true")],
)
def test_the_entry_of_this_page_is_marked(alice: User, path: str, label: str, current: str) -> None:
    request = RequestFactory().get(path)
    request.user = alice
    assert {link.label: link.current for link in links(request) if link.current} == {label: current}


def test_each_letter_belongs_to_one_entry() -> None:
    letters = [item.key for _, item in NAVIGATION if item.key]
    assert len(letters) == len(set(letters))
    assert all(len(letter) == 1 and letter.islower() for letter in letters)


def test_every_entry_has_an_icon_that_is_drawn() -> None:
    assert all(item.icon in ICONS for _, item in NAVIGATION)
