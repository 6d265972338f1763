"""The page that shows the API draws itself from our own files, under its policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_endpoints_are_drawn_from_our_own_files(open_page: Callable[..., Page], scheme: str) -> None:
    page = open_page("/api/docs/", scheme=scheme)
    expect(page.get_by_text("Ask the gate")).to_be_visible(timeout=20_000)
