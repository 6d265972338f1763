"""Sending a test mail, so that an operator knows whether mail goes out."""

from __future__ import annotations

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import authorise
from mlops_portal.audit.record import Subject, record
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Invalid, Unavailable
from mlops_portal.kernel.redaction import redacted_text


def send_test_mail(*, actor: Actor) -> str:
    """Send a mail to the operator's own address and return that. Raises NotAllowed, Invalid, Unavailable.

    Whether it went or not stands in the trail.
    """
    authorise(actor, "portal.test_mail")
    to = actor.principal.email if isinstance(actor.principal, User) else ""
    if not settings.EMAIL_HOST:
        raise Invalid("No mail server is connected.", do="Set EMAIL_HOST and restart.")
    if not to:
        raise Invalid("Your account has no e-mail address.", do="Write one into your account first.")
    trouble = _try(to)
    with transaction.atomic():
        server = Subject("mail", settings.EMAIL_HOST, settings.EMAIL_HOST)
        record(actor, "mail.tested", server, after={"to": to, "trouble": trouble or None})
    if trouble:
        raise Unavailable(f"The mail could not be sent: {trouble}", do="Check EMAIL_HOST, its port and its user.")
    return to


def _try(to: str) -> str:
    """What went wrong; "" when the server took the mail."""
    try:
        text = "This mail was sent by your MLOps maturity portal to see whether mail goes out. It does."
        send_mail("The portal’s mail goes out", text, None, [to])
    except (OSError, SMTPException) as error:
        return redacted_text(str(error))[:300] or type(error).__name__
    return ""
