"""Topic git.serving: where a model answers, and web applications that are no serving of a model."""

from __future__ import annotations

import pytest

from tests.assessments.collectors.git.code.trees import SERVE, look

BATCH = """
import joblib, pandas as pd
def main():
    model = joblib.load("model.joblib")
    frame = pd.read_parquet("in.parquet")
    frame["y"] = model.predict(frame)
    frame.to_parquet("out.parquet")
if __name__ == "__main__":
    main()
"""


def test_a_route_with_a_loaded_model_is_online_serving() -> None:
    serving = look("git.serving", {"shop/api.py": SERVE})
    assert serving["entries"] == [
        {
            "path": "shop/api.py",
            "line": 8,
            "framework": "FastAPI",
            "kind": "online",
            "route": "/predict",
            "model": {"text": "mlflow.pyfunc.load_model", "where": "shop/api.py:6"},
        }
    ]


def test_the_model_may_be_loaded_behind_imports() -> None:
    files = {
        "app/main.py": "import flask\nfrom app.engine import ask\na = flask.Flask('a')\n@a.route('/a')\ndef f(): ask()",
        "app/engine.py": "from app import store",
        "app/store.py": "import onnxruntime\nsession = onnxruntime.InferenceSession('m.onnx')",
        "app/__init__.py": "",
    }  # fmt: skip
    entry = look("git.serving", files)["entries"][0]
    assert (entry["framework"], entry["model"]["where"]) == ("Flask", "app/store.py:2")


def test_a_web_application_without_a_model_is_not_serving() -> None:
    files = {"app.py": "from flask import Flask\napp = Flask('a')\n@app.route('/predict')\ndef f():\n    return 'soon'"}
    serving = look("git.serving", files)
    assert serving["entries"] == []
    assert serving["without_model"] == [{"path": "app.py", "line": 3, "framework": "Flask"}]


def test_a_pickle_that_is_never_asked_is_no_model() -> None:
    files = {"app.py": "import flask, pickle\na = flask.Flask('a')\n@a.route('/x')\ndef f():\n  pickle.load(1)"}
    assert look("git.serving", files)["entries"] == []


@pytest.mark.parametrize(
    ("source", "framework", "kind"),
    [
        ("import bentoml\n@bentoml.service\nclass S:\n    pass", "BentoML", "online"),
        ("from kserve import Model\nclass M(Model):\n    pass", "KServe", "online"),
        ("import mlserver\nclass M(mlserver.MLModel):\n    pass", "MLServer", "online"),
        ("from ray import serve\n@serve.deployment\nclass D:\n    pass", "Ray Serve", "online"),
        ("import litserve as ls\nclass A(ls.LitAPI):\n    pass", "LitServe", "online"),
        (
            "from ts.torch_handler.base_handler import BaseHandler\nclass H(BaseHandler):\n    pass",
            "TorchServe",
            "online",
        ),
        ("class TritonPythonModel:\n    def execute(self, r): ...", "Triton", "online"),
        ("import joblib\ndef init():\n    joblib.load('model.pkl')\ndef run(raw):\n    ...", "Azure ML", "online"),
        (
            "import joblib\ndef init():\n    joblib.load('model.pkl')\ndef run(mini_batch):\n    ...",
            "Azure ML",
            "batch",
        ),
        ("def model_fn(d): ...\ndef predict_fn(x, m): ...", "SageMaker", "online"),
        (
            "import mlflow\nm = mlflow.sklearn.load_model('m')\ndef lambda_handler(e, c):\n    ...",
            "AWS Lambda",
            "online",
        ),
        (
            "from kafka import KafkaConsumer\nimport keras\nm = keras.models.load_model('m')\nKafkaConsumer('t')",
            "Kafka",
            "stream",
        ),
        ("import streamlit as st, keras\nm = keras.models.load_model('m')\nst.title('x')", "Streamlit", "demo"),
        ("import databricks.sdk as d\nd.WorkspaceClient().serving_endpoints.create(name=1)", "Databricks", "online"),
        (BATCH, "batch scoring script", "batch"),
    ],
)
def test_every_known_shape_of_serving_is_recognised(source: str, framework: str, kind: str) -> None:
    entries = look("git.serving", {"score.py": source})["entries"]
    assert [(each["framework"], each["kind"]) for each in entries] == [(framework, kind)]


@pytest.mark.parametrize(
    ("path", "text", "framework"),
    [
        ("Makefile", "serve:\n\tmlflow models serve -m models:/shop@champion\n", "MLflow"),
        ("Dockerfile", 'CMD ["mlflow", "models", "serve", "--model-uri", "m"]', "MLflow"),
        (
            "k8s/isvc.yaml",
            "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nspec:\n  predictor: {}\n",
            "KServe",
        ),
        ("models/shop/config.pbtxt", 'name: "shop"', "Triton"),
        (
            "deploy.yml",
            "$schema: https://example.org/managedOnlineDeployment.schema.json\nmodel: azureml:shop:1\n",
            "Azure ML",
        ),
    ],
)
def test_servers_declared_in_files_count(path: str, text: str, framework: str) -> None:
    entries = look("git.serving", {path: text})["entries"]
    assert [(each["path"], each["framework"]) for each in entries] == [(path, framework)]


@pytest.mark.parametrize(
    "files",
    [
        {"docs.yaml": "how: run `mlflow models serve -m x` and enjoy"},
        {"Makefile": "# mlflow models serve -m x"},
        {"k8s.yaml": "kind: InferenceService\n"},
        {"broken.yaml": "kind: InferenceService\nspec: {a: [\n"},
        {"tests/api.py": SERVE},
        {"examples/api.py": SERVE},
        {"evaluate.py": BATCH},
    ],
)
def test_prose_comments_half_manifests_tests_and_evaluation_do_not_count(files: dict[str, str]) -> None:
    assert look("git.serving", files).get("entries", []) == []


def test_a_declared_serving_repository_is_named_and_anything_but_a_link_is_not() -> None:
    assert look("git.serving", {"mlops.yaml": "serving_repository: https://git.example.org/shop"})["external"] == (
        "https://git.example.org/shop"
    )
    for value in ("javascript:alert(1)", "https://me:secret@git.example.org/x", "[1]", "file:///etc"):
        assert look("git.serving", {"mlops.yaml": f"serving_repository: '{value}'"}) == {}
