"""For the test suite: a fixed key, fast password hashing, no state outside the test database and temporary folders."""

from mlops_portal.settings import environment
from mlops_portal.settings.base import *  # noqa: F403

DEBUG = False
SECRET_KEY = "for-tests-only-and-nothing-else-0123456789-abcdefghij"  # noqa: S105 – opens nothing outside the tests
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DEMO = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
#: No queue by default: requested jobs stay queued until a test runs them (see ``run_jobs``) or starts a worker.
DBOS_DATABASE_URL = environment.text("DBOS_DATABASE_URL", "")
