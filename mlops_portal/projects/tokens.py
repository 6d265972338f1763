"""Project tokens: 256 bits of chance behind the prefix ``mlp_``, shown once, kept as a SHA-256."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta

from mlops_portal.kernel import clock
from mlops_portal.projects.models import ProjectToken

PREFIX = "mlp_"
_SHAPE = re.compile(r"mlp_[A-Za-z0-9_-]{43}")
#: ``last_used_at`` is as exact as this, so that a busy pipeline does not write on every call.
_USE_IS_NOTED_EVERY = timedelta(minutes=1)


def new_secret() -> str:
    """A fresh secret. 32 random bytes need no slow hash: they cannot be guessed."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def authenticate_token(secret: str) -> ProjectToken | None:
    """The token whose secret this is; None when it is unknown, expired or revoked or its project archived.

    The look-up is by digest, so its timing tells nothing about any secret.
    """
    if not _SHAPE.fullmatch(secret):
        return None
    token = ProjectToken.objects.select_related("project").filter(digest=digest_of(secret)).first()
    if token is None or not secrets.compare_digest(token.digest, digest_of(secret)) or not is_live(token):
        return None
    _note_use(token)
    return token


def is_live(token: ProjectToken) -> bool:
    """Whether the token still opens anything."""
    expired = token.expires_at is not None and token.expires_at <= clock.now()
    return not expired and token.revoked_at is None and token.project.archived_at is None


def _note_use(token: ProjectToken) -> None:
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at >= _USE_IS_NOTED_EVERY:
        ProjectToken.objects.filter(pk=token.pk).update(last_used_at=now)
        token.last_used_at = now
