"""Every answer carries the strict headers, and no template breaks the policy with inline code or styles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from mlops_portal.web.security import HEADERS, SecurityHeadersMiddleware

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path
    for app in ("mlops_portal/web", "mlops_portal/portal", "assessments")
    for path in (ROOT / app).rglob("templates/**/*.html")
)


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/no/such/page/", "/healthz"])
def test_every_answer_carries_the_headers(client: Client, db: None, path: str) -> None:
    response = client.get(path)
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_the_policy_allows_nothing_but_our_own_files() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_a_view_may_narrow_its_own_policy() -> None:
    answer = HttpResponse(headers={"Content-Security-Policy": "sandbox"})
    response = SecurityHeadersMiddleware(lambda _: answer)(RequestFactory().get("/"))
    assert response.headers["Content-Security-Policy"] == "sandbox"


def test_pages_are_not_kept_by_shared_caches(client: Client, db: None) -> None:
    assert "private" in client.get("/").headers["Cache-Control"]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_code_styles_or_foreign_files(template: Path) -> None:
    html = template.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", html)


def test_style_sheets_load_nothing_from_elsewhere() -> None:
    sheets = list((ROOT / "mlops_portal/web/static/web").glob("*.css"))
    assert sheets
    assert not any(re.search(r"@import|url\(", sheet.read_text(encoding="utf-8")) for sheet in sheets)
