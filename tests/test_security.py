"""What holds on every page: headers, no secret, no way to another site, no file but ours; and how production is set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from assessments.collectors.look import Look
from assessments.evidence import Sight
from assessments.lifecycle.record import record_looks
from assessments.models import FrameworkVersion
from mlops_portal.accounts.models import User
from mlops_portal.projects.actions import issue_token
from mlops_portal.projects.models import Project
from mlops_portal.settings.signing_in import openid_connect
from mlops_portal.web.security import HEADERS
from tests.api.test_api_access import EXPECTED as API_EXPECTED
from tests.installation import Installation
from tests.portal import conftest as portal_fixtures
from tests.portal import test_access as access
from tests.portal.scenery import SYSTEM, keep_score, varied

PASSWORD = "correct-horse-7"


def _fixtures(module: ModuleType) -> dict[str, Any]:
    return {name: value for name, value in vars(module).items() if isinstance(value, type(portal_fixtures.clients))}


# The same people, projects, jobs and reviews that every address is opened with there.
globals().update(_fixtures(portal_fixtures))
pytestmark = pytest.mark.usefixtures("numbered")

PAGES = [name for name, (_, method, _) in access.EXPECTED.items() if method == "get"]
#: Answers for programs, which say themselves who may read them from where.
OWN_HEADERS = {"badge"}


def path_of(name: str) -> str:
    return reverse(name, kwargs=access.EXPECTED[name][0])


@pytest.fixture
def root(db: None) -> Client:
    """Somebody who may see everything, in the admin too."""
    browser = Client()
    browser.force_login(User.objects.create_superuser("root", "root@example.org"))
    return browser


def body(answer: Any) -> str:
    return answer.getvalue().decode(errors="replace")  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_carries_the_strict_headers(name: str, root: Client, job: object) -> None:
    answer = root.get(path_of(name))
    for header, value in HEADERS.items():
        assert name in OWN_HEADERS or answer.headers[header] == value
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/no/such/page/", "/?level=x", "/accounts/login/", "/admin/", "/static/nothing.css"])
def test_refusals_and_library_pages_carry_them_too(path: str, root: Client) -> None:
    answer = root.get(path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_the_page_of_our_own_failure_carries_them_and_tells_nothing_of_its_cause(
    root: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("hunter2-hunter2 in /srv/portal")

    monkeypatch.setattr("mlops_portal.portal.pages.audit.entries", fail)
    root.raise_request_exception = False
    answer = root.get("/audit/")
    assert answer.status_code == 500
    assert "hunter2" not in body(answer)
    assert "/srv/portal" not in body(answer)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.fixture
def secrets(settings: Settings, flights: Project) -> list[str]:
    """What must never be on a page, each set to something that would be recognised."""
    settings.SECRET_KEY = "canary-secret-key-0123456789-0123456789-abcdefghij"
    settings.MLFLOW_TRACKING_URI = "http://portal:canary-mlflow-password@mlflow.example.org:5000"
    settings.EMAIL_HOST, settings.EMAIL_HOST_PASSWORD = "mail.example.org", "canary-mail-password"
    settings.OIDC_ISSUER = "https://login.example.org"
    settings.SOCIALACCOUNT_PROVIDERS = openid_connect(settings.OIDC_ISSUER, "Example", "portal", "canary-client-secret")
    token, secret = issue_token(actor=SYSTEM, project=flights, name="ci")
    hashes = [user.password for user in User.objects.all()]
    assert all(hashes)
    return ["canary-", secret, token.digest, *hashes]


def found(secrets: list[str], html: str) -> list[str]:
    return [secret for secret in secrets if secret in html]


@pytest.fixture
def full(flights: Project) -> None:
    keep_score(flights, varied())
    message = "http://portal:canary-mlflow-password@mlflow.example.org:5000 did not answer"
    looks = (Look("git", Sight.OK, 1.0), Look("mlflow", Sight.UNREACHABLE, 1.0, message))
    with transaction.atomic():
        record_looks(flights, looks)


def test_no_page_shows_a_secret(secrets: list[str], full: None, root: Client, clients: Any, job: object) -> None:
    shown = {}
    for name in PAGES:
        for browser in (root, clients["alice"], clients["dana"]):
            if hits := found(secrets, body(browser.get(path_of(name)))):
                shown[name] = hits
    assert shown == {}


def test_no_page_of_the_admin_shows_a_secret(secrets: list[str], full: None, job: object) -> None:
    browser = Client()
    browser.force_login(User.objects.create_superuser("root2"))
    shown = {}
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for path in [base, *(f"{base}{pk}/change/" for pk in model._base_manager.values_list("pk", flat=True)[:3])]:
            if hits := found(secrets, body(browser.get(path))):
                shown[path] = hits
    assert shown == {}


def _endpoints() -> Iterator[tuple[str, str]]:
    """Every endpoint that changes something, with some value for each argument: nothing is looked up before."""
    for (name, method), (arguments, *_) in API_EXPECTED.items():
        for value in ("7", "HUM-01", "00000000-0000-0000-0000-000000000007"):
            try:
                path = reverse(name, kwargs=dict.fromkeys(arguments, value))
            except NoReverseMatch:
                continue
            if method != "GET":
                yield method, path
            break


@pytest.mark.parametrize(("method", "path"), sorted(set(_endpoints())))
def test_no_endpoint_takes_a_signed_in_persons_request_that_another_site_could_have_sent(
    method: str, path: str, dana: User
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(dana)
    answer = browser.generic(method, path, "{}", content_type="application/json")
    assert answer.status_code == 403
    assert "CSRF" in body(answer)


# Other sites, other files

ELSEWHERE = [
    "https://evil.example.org/",
    "//evil.example.org/",
    r"\\evil.example.org",
    "javascript:alert(1)",
    "http:evil",
]


@pytest.mark.parametrize("next", ELSEWHERE)
@pytest.mark.parametrize("page", ["account_login", "account_logout", "account_reauthenticate"])
def test_no_page_leads_to_another_site(page: str, next: str, alice: User) -> None:
    browser = Client()
    if page != "account_login":
        browser.force_login(alice)
    values = {"login": "alice", "password": PASSWORD, "next": next}
    for address in (reverse(page), f"{reverse(page)}?next={next}"):
        answer = browser.post(address, values)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/")
        assert not answer["Location"].startswith(("//", "/\\"))


@pytest.mark.parametrize("path", ["//evil.example.org/jobs", "//evil.example.org", "/%2f%2fevil.example.org/x"])
def test_an_address_with_two_slashes_leads_nowhere_else(path: str, client: Client, db: None) -> None:
    answer = client.get(path)
    assert not answer.headers.get("Location", "").startswith(("//", "http"))


def test_a_request_to_another_host_is_refused(client: Client, db: None) -> None:
    assert client.get("/", headers={"host": "evil.example.org"}).status_code == 400
    assert client.get("/", headers={"x-forwarded-host": "evil.example.org"}).status_code == 200
    answer = client.post("/accounts/password/reset/", {"email": "a@example.org"}, headers={"host": "evil.example.org"})
    assert answer.status_code == 400


TRAVERSALS = ["..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "%00", "a%00b", "..%5c..%5cx", "%252e%252e", "x" * 3000]


def _traversing() -> Iterator[tuple[str, str]]:
    """Every address that takes something, with something else in its place."""
    for name, (arguments, method, _) in access.EXPECTED.items():
        path = path_of(name)
        for value in arguments.values():
            if method == "get" and f"/{value}" in path:
                yield from ((name, path.replace(f"/{value}", f"/{bad}", 1)) for bad in TRAVERSALS)


@pytest.mark.parametrize(("name", "path"), list(_traversing()))
def test_no_address_takes_the_name_of_another_place(name: str, path: str, root: Client, job: object) -> None:
    answer = root.get(path)
    assert answer.status_code in (301, 400, 404), path
    assert "root:x:0" not in body(answer)


@pytest.mark.parametrize(
    "path", ["/static/../settings/base.py", "/static/%2e%2e/settings/base.py", "/static/..%2f..%2fmanage.py"]
)
def test_static_files_are_ours_alone(path: str, client: Client, db: None) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "DJANGO" not in body(answer)


@pytest.mark.parametrize("as_file", [True, False])
def test_an_upload_that_is_too_large_is_refused(dana: User, as_file: bool) -> None:
    browser = Client()
    browser.force_login(dana)
    large = b"id: too-large\n# " + b"x" * 6_000_000
    values = {"document": SimpleUploadedFile("large.yaml", large) if as_file else large.decode()}
    answer = browser.post("/frameworks/upload/", values)
    assert answer.status_code in (400, 413, 422), answer.status_code
    assert not FrameworkVersion.objects.exists()


# Production

SHOW = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
from mlops_portal.accounts.models import User
User.objects.create_user("alice", password="correct-horse-7")
browser = Client(headers={"host": "portal.example.org"})
form = browser.get("/accounts/login/", secure=True)
signed_in = browser.post("/accounts/login/", {"login": "alice", "password": "correct-horse-7"}, secure=True)
flags = {name: {key: morsel[key] for key in ("secure", "httponly", "samesite", "path")}
         for answer in (form, signed_in) for name, morsel in answer.cookies.items()}
plain = browser.get("/accounts/login/")
print(json.dumps({
    "cookies": flags, "hsts": form.headers.get("Strict-Transport-Security"),
    "plain": [plain.status_code, plain.headers.get("Location")],
    "other host": browser.get("/", secure=True, headers={"host": "evil.example.org"}).status_code,
    "demo": settings.DEMO, "debug": settings.DEBUG,
}))
"""


@pytest.fixture(scope="module")
def production(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What an installation with production settings answers."""
    folder = tmp_path_factory.mktemp("production")
    extra = {
        "DJANGO_SETTINGS_MODULE": "mlops_portal.settings.production",
        "SECRET_KEY": "only-for-this-test-0123456789-0123456789-0123456789",
        "ALLOWED_HOSTS": "portal.example.org",
    }
    installation = Installation(f"sqlite:///{folder / 'p.sqlite3'}", f"sqlite:///{folder / 'j.sqlite3'}", folder, extra)
    installation.manage("migrate", "--verbosity=0")
    installation.manage("collectstatic", "--no-input", "--verbosity=0")
    return json.loads(installation.python("-c", SHOW).stdout.splitlines()[-1])


def test_cookies_of_production_travel_over_tls_alone(production: Any) -> None:
    assert set(production["cookies"]) >= {"sessionid", "csrftoken"}
    for name, flags in production["cookies"].items():
        assert flags["secure"] is True, name
        assert flags["samesite"] == "Lax", name
    assert production["cookies"]["sessionid"]["httponly"] is True


def test_production_answers_over_tls_and_under_its_own_name_alone(production: Any) -> None:
    assert production["hsts"] == "max-age=31536000; includeSubDomains; preload"
    assert production["plain"] == [301, "https://portal.example.org/accounts/login/"]
    assert production["other host"] == 400
    assert (production["demo"], production["debug"]) == (False, False)
