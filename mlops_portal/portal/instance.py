"""Facts about this installation, for those who run it. Addresses are shown without credentials, secrets never."""

from __future__ import annotations

import os
import platform
import tomllib
from dataclasses import dataclass
from functools import cache

import django
from django.conf import settings
from django.db import connection

from mlops_portal.accounts.permissions import is_governance, is_operator, may, permit
from mlops_portal.audit.verbs import register_verbs
from mlops_portal.jobs.housekeeping import KEPT
from mlops_portal.kernel.redaction import redacted_text
from mlops_portal.web.navigation import NAVIGATION, NavItem, signed_in


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what it is called, what it is here, and the setting that says so ("" when none does)."""

    name: str
    text: str
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one subject."""

    title: str
    facts: tuple[Fact, ...]


def instance_facts() -> tuple[Facts, ...]:
    """What an operator wants to know, by subject."""
    return (
        Facts("Software", _software()),
        Facts("Connected to", _connections()),
        Facts("Signing in", _signing_in()),
        Facts("Keeping", _keeping()),
    )


def _software() -> tuple[Fact, ...]:
    return (
        Fact("Portal", _version()),
        Fact("Django", django.get_version()),
        Fact("Python", platform.python_version()),
        Fact("Settings", os.environ.get("DJANGO_SETTINGS_MODULE", "").rpartition(".")[2], "DJANGO_SETTINGS_MODULE"),
    )


@cache
def _version() -> str:
    """The version that the project's own file says; "unknown" where it was left out of an installation."""
    try:
        project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        return str(project["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return "unknown"


def _connections() -> tuple[Fact, ...]:
    mail = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if settings.EMAIL_HOST else ""
    return (
        Fact("Database", _database(), "DATABASE_URL"),
        Fact("Job queue", settings.DBOS_DATABASE_URL.partition("://")[0] or "none", "DBOS_DATABASE_URL"),
        Fact("MLflow", redacted_text(settings.MLFLOW_TRACKING_URI) or "not connected", "MLFLOW_TRACKING_URI"),
        Fact("Mail", mail or "not connected", "EMAIL_HOST"),
        Fact("Single sign-on", redacted_text(settings.OIDC_ISSUER) or "not connected", "OIDC_ISSUER"),
        Fact("Private git hosts", ", ".join(settings.REPOSITORY_HOSTS) or "none", "REPOSITORY_HOSTS"),
    )


def _database() -> str:
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return "SQLite, one file"
    return f"PostgreSQL, {values['NAME']} on {values['HOST'] or 'this machine'}"


def _signing_in() -> tuple[Fact, ...]:
    return (
        Fact("People may register themselves", _said(settings.SIGN_UP_OPEN), "SIGN_UP_OPEN"),
        Fact("Single sign-on makes accounts", _said(settings.SSO_SIGN_UP), "SSO_SIGN_UP"),
        Fact("Who governs, by claim", settings.OIDC_GROUPS_CLAIM or "not mapped", "OIDC_GROUPS_CLAIM"),
        Fact(
            "Who governs needs a second factor",
            _said(settings.MFA_REQUIRED_FOR_GOVERNANCE),
            "MFA_REQUIRED_FOR_GOVERNANCE",
        ),
        Fact("A session lasts", f"{settings.SESSION_COOKIE_AGE // 86400} days"),
    )


def _keeping() -> tuple[Fact, ...]:
    return (
        Fact("Evidence that nothing rests on", f"{settings.EVIDENCE_KEEP_DAYS} days", "EVIDENCE_KEEP_DAYS"),
        Fact("Finished jobs", f"{KEPT.days} days"),
        Fact("The audit trail", "for ever"),
    )


def _said(on: bool) -> str:
    return "yes" if on else "no"


def register() -> None:
    """Declare who may see and try what, and put the settings into the navigation of those who may open them."""
    permit("portal.view_settings", is_governance | is_operator, "see the settings")
    permit("portal.view_instance", is_operator, "see what this installation is")
    permit("portal.test_mail", is_operator, "send a test mail")
    register_verbs({"mail.tested": "sent a test mail through"})
    item = NavItem(
        "Settings", "settings", "wrench", 90, lambda user: signed_in(user) and may(user, "portal.view_settings")
    )
    NAVIGATION.register(item.url_name, item)
