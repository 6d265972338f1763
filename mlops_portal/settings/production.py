"""For production: everything that matters must be given, over TLS, and a missing value stops the start."""

from mlops_portal.settings import environment
from mlops_portal.settings.base import *  # noqa: F403
from mlops_portal.settings.base import REST_FRAMEWORK as REST_FRAMEWORK_BASE

DEBUG = False
DEMO = False
SECRET_KEY = environment.text("SECRET_KEY")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS", "")
SECURE_SSL_REDIRECT = environment.flag("SECURE_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("BEHIND_TLS_PROXY") else None
#: Behind a proxy, failed sign-ins are counted by the address that the last proxy saw, not by the proxy's own.
ALLAUTH_TRUSTED_PROXY_COUNT = int(environment.text("PROXIES", "1" if environment.flag("BEHIND_TLS_PROXY") else "0"))
REST_FRAMEWORK = {**REST_FRAMEWORK_BASE, "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT}
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
