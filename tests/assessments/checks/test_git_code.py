"""GIT-02, 03, 04, 05, 08, 12, 13, 18 from files to verdicts, and the rule that examples are no evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from assessments.checks.base import CHECKS, Facts, blind
from assessments.checks.load import load_checks
from assessments.checks.verdict import Outcome, Verdict
from assessments.evidence import Evidence, Sight
from tests.assessments.collectors.git.code.trees import NOW, READERS, SERVE, TRAIN, reading

load_checks()
MINE = ("GIT-02", "GIT-03", "GIT-04", "GIT-05", "GIT-08", "GIT-12", "GIT-13", "GIT-18")
FIT_BOOK = json.dumps({"cells": [{"cell_type": "code", "source": "from sklearn.svm import SVC\nSVC().fit(1, 2)"}]})
UNIT = "from train import main\ndef test_it():\n    assert main is not None\n"
API_TEST = (
    "from fastapi.testclient import TestClient\nfrom api import app\n"
    "def test_predict():\n    assert TestClient(app).post('/predict', json=[1]).status_code == 200\n"
)
#: A project that does everything this file asks for.
GOOD = {
    "train.py": "import pandera as pa\npa.DataFrameSchema({}).validate(1)\n" + TRAIN,
    "api.py": "from prometheus_client import Counter\nC = Counter('a', 'b')\n" + SERVE,
    "flow.py": "from prefect import flow\nimport pandas\n@flow\ndef f():\n    pandas.read_csv('x')\n",
    "tests/test_train.py": UNIT,
    "tests/test_api.py": API_TEST,
}


def judge(check: str, files: Mapping[str, str], **more: dict[str, Any]) -> Verdict:
    look = reading(files)
    payloads = {topic: read(look) for topic, read in READERS.items()}
    payloads.update({f"git.{name}": payload for name, payload in more.items()})
    evidence = {
        topic: Evidence(topic, "r", Sight.OK if payload else Sight.EMPTY, NOW, NOW, payload)
        for topic, payload in payloads.items()
    }
    return CHECKS.get(check).answer(Facts(evidence, NOW, timedelta(days=180)))


@pytest.mark.parametrize(
    ("check", "strength"),
    [
        ("GIT-02", 1),
        ("GIT-03", 1),
        ("GIT-04", 1),
        ("GIT-05", 1),
        ("GIT-08", 0.5),
        ("GIT-12", 0.5),
        ("GIT-13", 1),
        ("GIT-18", 0.5),
    ],
)
def test_a_good_project_meets_each_and_every_verdict_says_where(check: str, strength: float) -> None:
    verdict = judge(check, GOOD)
    assert (verdict.outcome, verdict.strength) == (Outcome.MET, strength)
    assert verdict.seen[0].where.partition(":")[0] in GOOD
    assert verdict.seen[0].where.partition(":")[2].isdigit()


@pytest.mark.parametrize(
    ("check", "without", "outcome"),
    [
        ("GIT-02", "train.py", Outcome.NOT_MET),
        ("GIT-03", "api.py", Outcome.NOT_MET),
        ("GIT-04", "tests/test_api.py", Outcome.NOT_MET),
        ("GIT-04", "api.py", Outcome.NOT_APPLICABLE),
        ("GIT-05", "tests/test_train.py", Outcome.PARTIAL),
        ("GIT-08", "tests/test_api.py", Outcome.UNKNOWN),
        ("GIT-12", "flow.py", Outcome.NOT_MET),
        ("GIT-13", "train.py", Outcome.NOT_MET),
        ("GIT-18", "api.py", Outcome.UNKNOWN),
    ],
)
def test_taking_one_file_away_changes_the_verdict(check: str, without: str, outcome: Outcome) -> None:
    assert judge(check, {path: text for path, text in GOOD.items() if path != without}).outcome is outcome


def test_training_in_notebooks_only_is_not_met_and_the_share_is_told() -> None:
    verdict = judge("GIT-02", {"a.ipynb": FIT_BOOK})
    assert verdict.outcome is Outcome.NOT_MET
    assert "notebooks only" in verdict.reason
    assert "100%" in verdict.reason
    assert verdict.seen[0].where.startswith("a.ipynb")


def test_training_nothing_starts_is_partial() -> None:
    assert (
        judge("GIT-02", {"a.py": "from sklearn.svm import SVC\ndef t():\n    SVC().fit(1, 2)"}).outcome
        is Outcome.PARTIAL
    )


def test_without_python_or_r_git_02_does_not_apply() -> None:
    assert judge("GIT-02", {"Main.java": ""}).outcome is Outcome.NOT_APPLICABLE


def test_r_scripts_are_unknown_for_r_is_not_understood() -> None:
    assert judge("GIT-02", {"train.R": "lm(y ~ x)"}).outcome is Outcome.UNKNOWN


def test_a_declared_training_repository_is_pointed_to() -> None:
    verdict = judge("GIT-02", {"a.py": "x = 1", "mlops.yaml": "training_repository: https://git.example.org/train"})
    assert verdict.outcome is Outcome.UNKNOWN
    assert "https://git.example.org/train" in verdict.reason


def test_a_ready_made_model_leaves_training_unknown() -> None:
    files = {
        "api.py": "import fastapi, whisper\na = fastapi.FastAPI()\n@a.post('/asr')\ndef f(x): whisper.load_model('a')"
    }
    assert judge("GIT-02", files).outcome is Outcome.UNKNOWN


def test_an_application_about_machine_learning_trains_no_model_of_its_own() -> None:
    files = {
        "views.py": "import mlflow\nfrom django.urls import path\nurlpatterns = [path('x', 1)]",
        "demo/train.py": TRAIN,
    }
    verdict = judge("GIT-02", files)
    assert verdict.outcome is Outcome.NOT_MET
    assert "no model of its own" in verdict.reason


def test_an_application_without_a_model_of_its_own_has_none_to_exercise() -> None:
    test = "import joblib\ndef test_demo():\n    assert joblib.load('model.pkl').predict([1])"
    files = {"views.py": "from django.urls import path\nurlpatterns = [path('x', 1)]", "tests/test_demo.py": test}
    assert judge("GIT-08", files).outcome is Outcome.NOT_MET


def test_a_web_application_without_a_model_is_not_serving() -> None:
    verdict = judge("GIT-03", {"app.py": "import flask\na = flask.Flask('a')\n@a.route('/x')\ndef f(): ..."})
    assert verdict.outcome is Outcome.NOT_MET
    assert "no model" in verdict.reason


def test_a_demo_page_is_half_of_serving() -> None:
    assert (
        judge("GIT-03", {"app.py": "import gradio, keras\nkeras.models.load_model('m')\ngradio.Interface(1)"}).outcome
        is Outcome.PARTIAL
    )


@pytest.mark.parametrize("check", ["GIT-03", "GIT-04", "GIT-18"])
def test_a_declared_serving_repository_is_pointed_to(check: str) -> None:
    verdict = judge(check, {"train.py": TRAIN, "mlops.yaml": "serving_repository: https://git.example.org/serve"})
    assert verdict.outcome is Outcome.UNKNOWN
    assert "https://git.example.org/serve" in verdict.reason


def test_files_left_unread_turn_no_into_cannot_tell() -> None:
    for check in ("GIT-02", "GIT-03", "GIT-05", "GIT-12", "GIT-13"):
        verdict = judge(check, {"a.py": "x = 1", "new.py": "def f(:"})
        assert verdict.outcome is Outcome.UNKNOWN, check
        assert "not read" in verdict.reason


def test_tests_that_import_nothing_of_the_project_are_half_a_suite() -> None:
    verdict = judge("GIT-05", {"a.py": "x = 1", "tests/test_a.py": "def test_a():\n    assert 1 + 1 == 2"})
    assert verdict.outcome is Outcome.PARTIAL


def test_tests_in_another_language_are_unknown() -> None:
    verdict = judge("GIT-05", {"a.py": "x = 1", "src/test/java/ATest.java": ""})
    assert verdict.outcome is Outcome.UNKNOWN
    assert "Java" in verdict.reason


def test_integration_tests_absent_are_unknown_until_ci_can_be_seen() -> None:
    files = {"train.py": TRAIN, "tests/test_train.py": UNIT}
    assert judge("GIT-08", files).outcome is Outcome.UNKNOWN
    assert judge("GIT-08", files, ci={"systems": ["github"]}).outcome is Outcome.NOT_MET


def test_integration_tests_may_be_where_ci_could_not_be_followed() -> None:
    include = {"what": "include project: platform/pipelines", "why": "outside", "where": ".gitlab-ci.yml:2"}
    files = {"train.py": TRAIN, "tests/test_train.py": UNIT}
    verdict = judge("GIT-08", files, ci={"pipeline_count": 1, "unresolved": [{**include, "may": ["test"]}]})
    assert verdict.outcome is Outcome.UNKNOWN
    assert "platform/pipelines" in verdict.seen[0].text
    release = judge("GIT-08", files, ci={"pipeline_count": 1, "unresolved": [{**include, "may": ["release"]}]})
    assert release.outcome is Outcome.NOT_MET


def test_a_stand_in_for_the_model_is_half_an_integration_test() -> None:
    test = API_TEST.replace("def test", "from unittest.mock import patch\n@patch('api.model')\ndef test")
    assert judge("GIT-08", {"api.py": SERVE, "tests/test_api.py": test}).outcome is Outcome.PARTIAL


def test_a_broken_pipeline_is_not_met_and_named() -> None:
    verdict = judge("GIT-12", {"dvc.yaml": "stages:\n  a:\n    cmd: python gone.py"})
    assert verdict.outcome is Outcome.NOT_MET
    assert "gone.py" in verdict.reason


def test_a_pipeline_without_loading_is_partial() -> None:
    assert judge("GIT-12", {"f.py": "from prefect import flow\n@flow\ndef f(): ..."}).outcome is Outcome.PARTIAL


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("import pandera as pa\nclass S(pa.DataFrameModel): ...", Outcome.PARTIAL),
        ("import pandera as pa\ndef f():\n    pa.DataFrameSchema({}).validate(1)", Outcome.PARTIAL),
        ("import pandas\ndef check_data(x): ...\nif __name__ == '__main__':\n    check_data(1)", Outcome.PARTIAL),
    ],
)
def test_validation_that_is_not_called_where_it_matters_is_partial(source: str, outcome: Outcome) -> None:
    assert judge("GIT-13", {"a.py": source}).outcome is outcome


def test_a_health_route_alone_is_half_of_instrumentation() -> None:
    assert judge("GIT-18", {"api.py": SERVE + "@app.get('/health')\ndef h(): ..."}).outcome is Outcome.PARTIAL


EXAMPLES = {
    "teaching": {f"{number:02}-topic/{path}": text for number in range(1, 7) for path, text in GOOD.items()},
    "template": {**GOOD, "cookiecutter.json": "{}"},
    "library": {
        **{path: text for path, text in GOOD.items() if path != "flow.py"},
        "README.md": "pip install goodlib",
        "pyproject.toml": '[project]\nname = "goodlib"\nclassifiers = ["Development Status :: 4 - Beta"]',
    },
    "collection": {
        **{f"{name}/{path}": text for name in "abcd" for path, text in GOOD.items()},
        **{f"{name}/requirements.txt": "" for name in "abcd"},
    },
}


@pytest.mark.parametrize("check", MINE)
@pytest.mark.parametrize("kind", EXAMPLES)
def test_what_is_not_one_project_is_never_rated_as_one(kind: str, check: str) -> None:
    verdict = judge(check, EXAMPLES[kind])
    assert (verdict.outcome, verdict.strength) == (Outcome.UNKNOWN, 0.0)
    assert "sub-path" in verdict.reason
    assert any(seen.text.startswith("Taken as one project") for seen in verdict.seen)


@pytest.mark.parametrize("check", MINE)
def test_a_repository_that_cannot_be_reached_is_unknown_and_a_failed_reader_an_error(check: str) -> None:
    topic = CHECKS.get(check).needs[0]
    for sight, outcome in ((Sight.UNREACHABLE, Outcome.UNKNOWN), (Sight.ERROR, Outcome.ERROR)):
        verdict = blind(CHECKS.get(check), {topic: Evidence(topic, "r", sight, NOW, NOW, message="gone")})
        assert verdict is not None
        assert verdict.outcome is outcome
