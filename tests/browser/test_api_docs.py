"""The page that shows the API draws itself from our own files, under its policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

#: What the drawing itself does, whose markup and colours are its authors'.
THEIRS = {"nested-interactive", "heading-order", "color-contrast", "region"}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_endpoints_are_drawn_from_our_own_files(open_page: Callable[..., Page], scheme: str) -> None:
    page = open_page("/api/docs/", scheme=scheme)
    expect(page.get_by_text("Ask the gate")).to_be_visible(timeout=20_000)


def test_on_a_narrow_screen_nothing_sticks_out_and_what_surrounds_the_drawing_is_accessible(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/api/docs/", width=320)
    expect(page.get_by_text("Ask the gate")).to_be_visible(timeout=20_000)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert {found["id"] for found in Axe().run(page).response["violations"]} <= THEIRS
    assert Axe().run(page, context=".docs-back").response["violations"] == []
