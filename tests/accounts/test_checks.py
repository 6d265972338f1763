"""``manage.py check --deploy`` tells the operator what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import CheckMessage
from pytest_django import Settings

from mlops_portal.accounts.checks import check_sign_in
from mlops_portal.jobs.checks import check_queue, check_schedules, judged
from mlops_portal.jobs.schedules import SCHEDULES, Schedule
from mlops_portal.projects.checks import check_repository_roots
from tests.installation import Installation

SHARED = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache"}}
OWN = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SMTP = "django.core.mail.backends.smtp.EmailBackend"
GOOD = {"SIGN_UP_OPEN": False, "EMAIL_BACKEND": SMTP, "CACHES": SHARED}


def ids(found: list[CheckMessage]) -> list[str | None]:
    """The checks' ids; each says what to do."""
    assert all(message.hint or message.id == "jobs.E004" for message in found)
    return [message.id for message in found]


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({}, []),
        ({"SIGN_UP_OPEN": True}, ["accounts.W001"]),
        ({"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}, ["accounts.W002"]),
        ({"CACHES": OWN}, ["accounts.W003"]),
        ({"OIDC_ISSUER": "https://login.example.org"}, []),
        ({"OIDC_ISSUER": "http://login.example.org"}, ["accounts.W004"]),
        ({"OIDC_GROUPS_CLAIM": "groups"}, ["accounts.W005"]),
        ({"OIDC_GROUPS_CLAIM": "groups", "OIDC_GOVERNANCE_GROUP": "ml"}, []),
    ],
)
def test_signing_in(settings: Settings, wrong: dict[str, Any], expected: list[str]) -> None:
    for name, value in (GOOD | wrong).items():
        setattr(settings, name, value)
    assert ids(check_sign_in()) == expected


@pytest.mark.parametrize(
    ("url", "sqlite", "workers", "expected"),
    [
        ("postgres://db/jobs", False, 4, []),
        ("", False, 1, ["jobs.E001"]),
        ("mysql://db/jobs", False, 1, ["jobs.E002"]),
        ("sqlite:////var/jobs.sqlite3", True, 2, ["jobs.E003"]),
        ("sqlite:////var/jobs.sqlite3", False, 1, ["jobs.W001"]),
        ("sqlite:////var/jobs.sqlite3", True, 1, ["jobs.W002"]),
    ],
)
def test_the_queue(url: str, sqlite: bool, workers: int, expected: list[str]) -> None:
    assert ids(judged(url, sqlite=sqlite, workers=workers)) == expected


def test_the_queue_of_these_settings(settings: Settings) -> None:
    settings.DBOS_DATABASE_URL = ""
    assert ids(check_queue()) == ["jobs.E001"]


@pytest.mark.parametrize(("root", "expected"), [("/srv/git", []), ("git", ["projects.E001"]), ("/", ["projects.E002"])])
def test_folders_for_repositories(settings: Settings, root: str, expected: list[str]) -> None:
    settings.REPOSITORY_ROOTS = [root]
    assert ids(check_repository_roots()) == expected


def test_a_schedule_without_a_job_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ids(check_schedules()) == []
    monkeypatch.setitem(SCHEDULES._items, "tests.lost", Schedule("tests.lost", "0 0 * * *", "tests.nothing"))
    assert ids(check_schedules()) == ["jobs.E004"]


def test_production_does_not_start_without_a_secret_key_and_says_so(sqlite_template: Any, tmp_path: Any) -> None:
    extra = {"DJANGO_SETTINGS_MODULE": "mlops_portal.settings.production"}
    production = Installation(f"sqlite:///{tmp_path}/p.sqlite3", "", tmp_path, extra)
    said = production.manage("check", check=False)
    assert said.returncode != 0
    assert "Set SECRET_KEY (or SECRET_KEY_FILE) in the environment." in said.stderr
