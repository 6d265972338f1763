"""For a developer's machine and the demo: loopback only, a key made on the first start and kept under ``var/``."""

import secrets

from mlops_portal.settings.base import *  # noqa: F403
from mlops_portal.settings.base import VAR_DIR


def _kept_key() -> str:
    """A random key of this machine's own; every installation has another one."""
    path = VAR_DIR / "secret-key"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path.read_text(encoding="ascii")


DEBUG = False
SECRET_KEY = _kept_key()
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
#: The demo shows its accounts on the sign-in page. Never set in production.
DEMO = True
