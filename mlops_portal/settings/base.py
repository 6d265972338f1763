"""What holds in every environment. Nothing here is secret and nothing here is a default password."""

import platform
from pathlib import Path

import dj_database_url

from mlops_portal.settings import environment
from mlops_portal.settings.signing_in import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parents[2]
#: All state lives here: database, caches, demo, MLflow store.
VAR_DIR = Path(environment.text("MLOPS_VAR_DIR", str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "mlops_portal.portal",
    "assessments",
    "models_app",
    "mlops_portal.web",
    "mlops_portal.api",
    "mlops_portal.reviews",
    "mlops_portal.jobs",
    "mlops_portal.projects",
    "mlops_portal.accounts",
    "mlops_portal.audit",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rules",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "mlops_portal.web.security.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "mlops_portal.accounts.second_factor.SecondFactorMiddleware",
    "mlops_portal.web.security.PlainAddressMiddleware",
    "mlops_portal.web.errors.PortalErrorMiddleware",
    "mlops_portal.web.reading.RememberingMiddleware",
]

ROOT_URLCONF = "mlops_portal.urls"
WSGI_APPLICATION = "mlops_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {
    "default": dj_database_url.parse(
        environment.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}"), conn_max_age=60
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }

CSRF_FAILURE_VIEW = "mlops_portal.web.errors.csrf_failure"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

#: Counts what the limits need across all processes of this machine.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(VAR_DIR / "cache")}
}

#: Mail goes nowhere until a server is named; ``check --deploy`` says so.
EMAIL_HOST = environment.text("EMAIL_HOST", "")
EMAIL_PORT = int(environment.text("EMAIL_PORT", "587"))
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "portal@localhost")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "mlops_portal.api.schema.PortalSchema",
    "EXCEPTION_HANDLER": "mlops_portal.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
    "NUM_PROXIES": 0,
}
#: How often each person or project token may change something, and each address read without signing in.
API_RATE_CHANGES = environment.text("API_RATE_CHANGES", "120/min")
API_RATE_VISITORS = environment.text("API_RATE_VISITORS", "300/min")

#: Personal tokens have a name and scopes, so they are rows of ours; knox needs no table of its own.
KNOX_TOKEN_MODEL = "api.PersonalToken"  # noqa: S105 – the model's name, no secret
REST_KNOX = {"TOKEN_PREFIX": "mlu_", "AUTH_HEADER_PREFIX": "Bearer"}
MIGRATION_MODULES = {"knox": None}

SPECTACULAR_SETTINGS = {
    "TITLE": "MLOps maturity portal",
    "VERSION": "1",
    "DESCRIPTION": "How mature every machine-learning project is, why, and what next: as the pages have it.",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["assessments.api.shapes.with_scorecard"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

#: The database in which DBOS keeps its durable workflows; SQLite by default, PostgreSQL by URL.
DBOS_DATABASE_URL = environment.text("DBOS_DATABASE_URL", f"sqlite:///{VAR_DIR / 'jobs.sqlite3'}")
#: The MLflow server whose registry and runs the portal governs.
MLFLOW_TRACKING_URI = environment.text("MLFLOW_TRACKING_URI", "")
#: Evidence that no verdict, scoring or assessment rests on is forgotten after so many days.
EVIDENCE_KEEP_DAYS = int(environment.text("EVIDENCE_KEEP_DAYS", "400"))
#: Where clones of assessed repositories are kept, and how large the cache may grow (bytes).
GIT_CACHE_DIR = VAR_DIR / "repositories"
GIT_CACHE_BYTES = 5 * 1024**3
#: Below these folders a project's repository may be a path on this machine; everything else is refused.
REPOSITORY_ROOTS = environment.words("REPOSITORY_ROOTS", str(VAR_DIR / "demo"))
#: Hosts in a private network from which repositories may be fetched (a self-hosted forge); others must be public.
REPOSITORY_HOSTS = environment.words("REPOSITORY_HOSTS")
#: The worker's name: the same at every start, another one for each worker.
WORKER_NAME = environment.text("WORKER_NAME", platform.node() or "worker")
#: How many jobs one worker runs side by side, and how many workers there are meant to be.
WORKER_CONCURRENCY = int(environment.text("WORKER_CONCURRENCY", "2"))
WORKERS_EXPECTED = int(environment.text("WORKERS_EXPECTED", "1"))
