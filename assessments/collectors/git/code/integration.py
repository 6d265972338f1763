"""What kind of test a file holds: unit, or integration with the reason, and what it does to the model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assessments.collectors.git.code.facts import Module
from assessments.collectors.git.code.index import PythonIndex
from assessments.collectors.git.code.models_in_use import loads, predicts

#: Folder names, file name parts and markers that say "integration".
INTEGRATION_WORDS = frozenset(
    {"integration", "integrations", "e2e", "end_to_end", "endtoend", "functional", "system", "smoke", "acceptance"}
    | {
        "integration_tests",
        "integration_test",
        "it",
        "contract",
        "tests_integration",
        "test_integration",
        "smoke_tests",
    }
)
_FILE_WORD = re.compile(r"(?:^|_)(?:integration|e2e|end_to_end|smoke|acceptance)(?:_|\.|$)")
_CLIENTS = re.compile(
    r"(?:^|\.)(?:TestClient|AsyncTestClient|test_client|APIClient|APITestCase|AsyncClient|ASGITransport|WebTestClient|Client|RequestsClient)$"
)
_CLIENT_LIBRARIES = (
    "fastapi",
    "starlette",
    "django",
    "rest_framework",
    "litestar",
    "httpx",
    "flask",
    "werkzeug",
    "ninja",
    "quart",
    "sanic",
)
_CONTAINERS = frozenset({"testcontainers", "pytest_docker", "docker", "python_on_whales", "pytest_docker_compose"})
_HTTP = re.compile(r"^(?:requests|httpx|urllib\.request|aiohttp|urllib3)\b.*\.(?:get|post|put|request|urlopen)$")
_PATCHES = re.compile(r"(?:^|\.)(?:patch|patch\.object|setattr|create_autospec|dict)$")
_MODEL = re.compile(r"model|predict|booster|pipeline|joblib|pickle", re.IGNORECASE)


def integration_why(index: PythonIndex, module: Module) -> str:
    """Say why a test file is an integration test; "" for a unit test."""
    place = _place(module.path)
    if place:
        return place
    marked = next((mark for mark in module.marks if mark in INTEGRATION_WORDS), "")
    if marked:
        return f"marker {marked}"
    client = client_of(index, module)
    return f"client {client}" if client else _by_behaviour(module)


def client_of(index: PythonIndex, module: Module) -> str:
    """Name the test client a test file makes itself, or gets as a fixture from a conftest; "" for none."""
    return client_used(module) or _client_fixture(index, module)


def _place(path: str) -> str:
    folders, _, name = path.rpartition("/")
    for folder in folders.lower().split("/"):
        if folder in INTEGRATION_WORDS and (folder != "it" or "test" in folders.lower()):
            return f"folder {folder}"
    return "file name" if _FILE_WORD.search(name.rpartition(".")[0].lower()) else ""


def _by_behaviour(module: Module) -> str:
    if module.imports_any(_CONTAINERS):
        return "containers"
    if any(True for _ in http_calls(module)):
        return "requests to a server"
    return "loads a model" if any(not use.generic for use in loads(module)) and not _patches_model(module) else ""


def client_used(module: Module) -> str:
    """Name the test client a file makes for a web application, "" when it makes none."""
    for call in module.calls:
        match = _CLIENTS.search(call.name)
        if match and (call.root in _CLIENT_LIBRARIES or call.method == "test_client"):
            return call.method
    return "APITestCase" if any(_CLIENTS.search(base) for each in module.definitions for base in each.bases) else ""


def http_calls(module: Module) -> Iterator[int]:
    """Lines of calls that go out to an HTTP server (not when the HTTP library itself is replaced)."""
    if module.imports_any(frozenset({"responses", "requests_mock", "respx", "httpretty", "pytest_httpserver", "vcr"})):
        return
    patched = any(
        _PATCHES.search(call.name) and any("requests" in text for text in call.texts) for call in module.calls
    )
    for call in module.calls:
        if _HTTP.match(call.name) and not patched:
            yield call.line


def _client_fixture(index: PythonIndex, module: Module) -> str:
    """A ``client`` parameter whose fixture, in a conftest above, makes a test client."""
    asked = {name for each in module.definitions for name in each.parameters if "client" in name or name == "app"}
    for conftest in conftests(index, module.path) if asked else ():
        provides = {each.name for each in index.modules[conftest].definitions}
        client = client_used(index.modules[conftest]) if asked & provides else ""
        if client:
            return client
    return ""


def conftests(index: PythonIndex, path: str) -> list[str]:
    """Every conftest.py that applies to a test file, nearest first."""
    parts = path.split("/")[:-1]
    folders = ["/".join(parts[:end]) for end in range(len(parts), -1, -1)]
    names = [f"{folder}/conftest.py" if folder else "conftest.py" for folder in folders]
    return [name for name in names if name in index.modules]


def _patches_model(module: Module) -> bool:
    calls = (*module.calls, *(each for definition in module.definitions for each in definition.decorators))
    return any(_PATCHES.search(call.name) and any(_MODEL.search(text) for text in call.texts) for call in calls)


def replaces_model(module: Module) -> bool:
    """Whether the test puts a stand-in where the model would be (mock.patch, monkeypatch)."""
    return _patches_model(module)


def asks_loaded_model(module: Module) -> int:
    """Return the line where a model loaded in the test is asked; 0 when none is loaded and asked."""
    return predicts(module)[0].line if loads(module) and predicts(module) else 0
