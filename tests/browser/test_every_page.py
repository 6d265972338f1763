"""Every address that answers with a page: no accessibility finding and no sideways scrolling, whoever added it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from mlops_portal.accounts.models import User
from mlops_portal.projects.models import Project
from tests.browser.test_pages import findings, too_wide, unfold
from tests.portal.scenery import keep_score, looked, varied
from tests.portal.test_access import EXPECTED, WHO

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("numbered")]

#: What is sent as a file, a picture or plain facts for machines.
NO_PAGES = {
    "portfolio-csv", "assessment-report-csv", "assessment-report-json", "audit-export", "badge", "healthz", "readyz",
    "me-due",
}  # fmt: skip


def pages(dana: User, alice: User) -> list[tuple[str, User]]:
    """The address of every page, and who opens it: Dana, or Alice where Dana may not."""
    found = []
    for name, (arguments, method, statuses) in EXPECTED.items():
        opens = dict(zip(WHO, statuses, strict=True))
        who = dana if opens["dana"] == 200 else alice
        if method == "get" and name not in NO_PAGES and 200 in (opens["dana"], opens["alice"]):
            found.append((reverse(name, kwargs=arguments), who))
    return found


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_no_page_has_a_finding_or_scrolls_sideways(
    open_page: Callable[..., Page], flights: Project, alice: User, dana: User, scheme: str, width: int
) -> None:
    keep_score(flights, varied())
    looked(flights)
    wrong = {}
    for path, who in pages(dana, alice):
        page = open_page(path, user=who, scheme=scheme, width=width)
        unfold(page)
        if found := [*findings(page), *too_wide(page)]:
            wrong[path] = found
        page.context.close()
    assert wrong == {}
