"""For the test suite: a fixed key, fast password hashing, no state outside the test database and temporary folders."""

from mlops_portal.settings.base import *  # noqa: F403

DEBUG = False
SECRET_KEY = "for-tests-only-and-nothing-else-0123456789-abcdefghij"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DEMO = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
