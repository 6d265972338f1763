"""What ``manage.py check`` tells the operator about signing in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004 – Django's own name

NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"


@register(Tags.security, deploy=True)
def check_sign_in(**_: Any) -> list[CheckMessage]:
    """Warn about open sign-up, about a password reset that reaches nobody, and about limits that do not hold."""
    found: list[CheckMessage] = []
    if settings.SIGN_UP_OPEN:
        hint = "Unset SIGN_UP_OPEN and add people in the admin."
        found.append(Warning("Anybody who reaches the portal can register themselves.", hint=hint, id="accounts.W001"))
    if settings.EMAIL_BACKEND == NO_MAIL:
        hint = "Set EMAIL_HOST, or set passwords with `manage.py changepassword`."
        found.append(
            Warning("No mail server is configured: password resets reach nobody.", hint=hint, id="accounts.W002")
        )
    if settings.CACHES["default"]["BACKEND"].endswith(("LocMemCache", "DummyCache")):
        hint = "Use a cache that all processes share, for example the default one in files under MLOPS_VAR_DIR."
        text = "The limit on failed sign-ins is counted by each process for itself."
        found.append(Warning(text, hint=hint, id="accounts.W003"))
    return found + _single_sign_on()


def _single_sign_on() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.OIDC_ISSUER and not settings.OIDC_ISSUER.startswith("https://"):
        hint = "Set OIDC_ISSUER to an https address: what it answers is believed because of TLS."
        found.append(Warning("Single sign-on is asked over an open line.", hint=hint, id="accounts.W004"))
    if bool(settings.OIDC_GROUPS_CLAIM) != bool(settings.OIDC_GOVERNANCE_GROUP):
        hint = "Set OIDC_GROUPS_CLAIM and OIDC_GOVERNANCE_GROUP, or neither."
        found.append(Warning("Only half of who governs is mapped, so nothing is.", hint=hint, id="accounts.W005"))
    return found
