"""Topic git.tests: what would be collected, what checks something, and what it reaches."""

from __future__ import annotations

import pytest

from tests.assessments.collectors.git.code.trees import SERVE, look

SHOP = {"shop/__init__.py": "", "shop/price.py": "def price(x): return x"}
UNIT = "from shop.price import price\ndef test_it():\n    assert price(1) == 1\n"


def test_a_unit_test_is_counted_with_its_project_imports() -> None:
    tests = look("git.tests", {**SHOP, "tests/test_price.py": UNIT})
    assert tests["unit"] == {"files": 1, "tests": 1}
    assert tests["files"][0]["imports_project"]
    assert (tests["framework"], tests["folders"]) == ("pytest", ["tests"])


@pytest.mark.parametrize(
    "body",
    [
        "def test_it():\n    pass",
        "def test_it():\n    price(1)",
        "def test_it():\n    assert True",
        "def test_it():\n    'todo'",
        "class Helper:\n    def test_it(self):\n        assert price(1)",
        "def helper():\n    def test_it():\n        assert 1 == 1",
    ],
)
def test_what_checks_nothing_or_is_not_collected_is_no_test(body: str) -> None:
    tests = look("git.tests", {**SHOP, "tests/test_price.py": f"from shop.price import price\n{body}\n"})
    assert tests["unit"]["tests"] == 0
    assert tests["uncollected"][0]["path"] == "tests/test_price.py"


@pytest.mark.parametrize(
    "body",
    [
        "def test_it():\n    with pytest.raises(ValueError):\n        price(1)",
        "def test_it():\n    mock.assert_called_once()",
        "def test_it():\n    check(price(1))\ndef check(x):\n    assert x",
        "class TestPrice:\n    def test_it(self):\n        assert price(1)",
        "class Prices(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(1, price(1))",
        "async def test_it():\n    assert await price(1)",
    ],
)
def test_every_usual_way_to_check_counts(body: str) -> None:
    source = f"import pytest, unittest\nfrom unittest import mock\nfrom shop.price import price\n{body}\n"
    assert look("git.tests", {**SHOP, "tests/test_price.py": source})["unit"]["tests"] == 1


def test_collection_rules_of_the_configuration_are_followed() -> None:
    config = '[tool.pytest.ini_options]\npython_files = ["check_*.py"]\ntestpaths = ["checks"]\n'
    files = {
        **SHOP,
        "pyproject.toml": config,
        "checks/check_price.py": UNIT,
        "tests/test_price.py": UNIT,
        "check_x.py": UNIT,
    }
    tests = look("git.tests", files)
    assert [each["path"] for each in tests["files"]] == ["checks/check_price.py"]
    assert tests["uncollected"] == [{"path": "check_x.py", "why": "outside testpaths (pyproject.toml)"}]


@pytest.mark.parametrize("config", ["[tool.pytest", "[tool.pytest.ini_options]\ntestpaths = 3"])
def test_a_broken_configuration_falls_back_to_the_defaults(config: str) -> None:
    assert look("git.tests", {**SHOP, "pyproject.toml": config, "tests/test_price.py": UNIT})["unit"]["tests"] == 1


def test_a_test_file_with_a_syntax_error_is_named_as_uncollected() -> None:
    tests = look("git.tests", {"test_a.py": "def test_a(:\n"})
    assert tests["uncollected"][0]["why"].startswith("syntax error in line 1")


@pytest.mark.parametrize(
    ("path", "source", "why"),
    [
        ("tests/integration/test_a.py", UNIT, "folder integration"),
        ("tests/test_integration.py", UNIT, "file name"),
        ("tests/test_a.py", f"import pytest\npytestmark = pytest.mark.e2e\n{UNIT}", "marker e2e"),
        (
            "tests/test_a.py",
            f"from fastapi.testclient import TestClient\nc = TestClient(1)\n{UNIT}",
            "client TestClient",
        ),
        ("tests/test_a.py", f"import testcontainers\n{UNIT}", "containers"),
        ("tests/test_a.py", f"import requests\n{UNIT}    requests.get('http://localhost')", "requests to a server"),
        ("tests/test_a.py", f"import requests, responses\n{UNIT}    requests.get('http://localhost')", ""),
    ],
)
def test_integration_tests_are_told_by_place_marker_or_behaviour(path: str, source: str, why: str) -> None:
    tests = look("git.tests", {**SHOP, path: source})
    assert tests["files"][0]["why"] == why
    assert tests["integration" if why else "unit"]["tests"] == 1


def test_a_test_that_starts_the_application_reaches_the_route_behind_it() -> None:
    files = {
        "app/__init__.py": "",
        "app/main.py": "from fastapi import FastAPI\nfrom app import routes\napp = FastAPI()",
        "app/routes.py": SERVE,
        "tests/conftest.py": "import pytest\nfrom fastapi.testclient import TestClient\nfrom app.main import app\n"
        "@pytest.fixture\ndef client():\n    return TestClient(app)",
        "tests/test_api.py": "def test_predict(client):\n    assert client.post('/predict').status_code == 200",
        "tests/test_other.py": "def test_other():\n    assert 1 + 1 == 2",
    }
    tests = look("git.tests", files)
    assert [each["test"] for each in tests["serving_tests"]] == ["tests/test_api.py"]
    assert tests["serving_tests"][0]["through"] == ["app/main.py"]
    assert tests["model_tests"][0]["how"] == "calls app/routes.py through TestClient"
    assert not tests["model_tests"][0]["replaced"]


def test_importing_a_package_that_also_holds_the_entry_is_not_testing_the_entry() -> None:
    files = {
        "jobs/__init__.py": "from jobs import train, serve",
        "jobs/train.py": "def go(): ...",
        "jobs/serve.py": SERVE,
        "tests/test_train.py": "import jobs\ndef test_go():\n    assert jobs.go() is None",
    }
    assert look("git.tests", files)["serving_tests"] == []


def test_a_stand_in_for_the_model_is_noticed() -> None:
    source = (
        "from unittest.mock import patch\nfrom fastapi.testclient import TestClient\nfrom api import app\n"
        "@patch('api.model')\ndef test_api(model):\n    assert TestClient(app).post('/predict').status_code == 200"
    )
    tests = look("git.tests", {"api.py": SERVE, "tests/test_api.py": source})
    assert tests["model_tests"][0]["replaced"]


def test_tests_of_other_languages_are_counted_and_named() -> None:
    tests = look("git.tests", {"src/test/java/PriceTest.java": "", "web/price.spec.ts": ""})
    assert [each["language"] for each in tests["other_languages"]] == ["Java", "JavaScript or TypeScript"]


def test_a_script_of_requests_that_nothing_collects_is_a_smoke_test() -> None:
    script = "import requests\nassert requests.post('http://localhost:8080').json()\n"
    tests = look("git.tests", {"integration/test_docker.py": script})
    assert tests["model_tests"][0]["how"] == "smoke test script, outside the test suite"


def test_a_test_of_the_code_behind_the_entry_is_told_apart_from_one_of_the_entry() -> None:
    files = {
        "model.py": "import mlflow\ndef get():\n    return mlflow.pyfunc.load_model('m')",
        "lambda_function.py": "import model\nm = model.get()\ndef lambda_handler(event, context): m.predict(1)",
        "tests/test_model.py": "import model\ndef test_get():\n    assert model.get",
    }
    tests = look("git.tests", files)
    assert tests["serving_tests"] == []
    assert tests["scoring_parts"][0]["part"] == "model.py"
