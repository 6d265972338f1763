"""Run as a script inside an installation: ``guesser.py PASSWORD…`` tries to sign in as alice; prints each status."""

from __future__ import annotations

import sys

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

settings.CACHES["default"] = {
    "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
    "LOCATION": str(settings.VAR_DIR / "cache"),
}

if __name__ == "__main__":
    browser = Client()
    for password in sys.argv[1:]:
        sys.stdout.write(f"{browser.post('/accounts/login/', {'login': 'alice', 'password': password}).status_code}\n")
