"""A real Chromium on a live server. Without the browser these tests are skipped, with the cure."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright

from mlops_portal.accounts.models import User

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session", autouse=True)
def chromium() -> str:
    """Where Chromium is; skips when it is nowhere."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed; install it with: apt-get install chromium")
    return CHROMIUM


@pytest.fixture(scope="session", autouse=True)
def synchronous_database() -> Iterator[None]:
    """The browser's driver runs an event loop in this thread; the tests' own database calls are synchronous."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser(chromium: str, playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium, one for the whole session."""
    launched = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
    yield launched
    launched.close()


@pytest.fixture
def open_page(browser: Browser, live_server: Any, client: Any) -> Iterator[Callable[..., Page]]:
    """Opens a path as a person (None: a visitor) in a width and a colour scheme; complains of any broken policy."""
    contexts = []
    complaints: list[str] = []

    def opened(path: str, *, user: User | None = None, width: int = 1280, scheme: Any = "light", **more: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}, color_scheme=scheme, **more
        )
        contexts.append(context)
        if user is not None:
            client.force_login(user)
            cookie = client.cookies["sessionid"]
            context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.on(
            "console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None
        )
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
