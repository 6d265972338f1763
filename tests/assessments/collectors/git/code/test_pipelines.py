"""Topic git.pipelines: definitions that parse and load data, and those that cannot work."""

from __future__ import annotations

import pytest

from tests.assessments.collectors.git.code.trees import look

DVC = """stages:
  load:
    cmd: python load.py
    outs:
      - data.csv
  train:
    cmd: python train.py
    deps:
      - data.csv
"""


def test_dvc_stages_whose_scripts_exist_are_a_pipeline() -> None:
    found = look("git.pipelines", {"dvc.yaml": DVC, "load.py": "", "train.py": ""})
    assert found["pipelines"] == [
        {"path": "dvc.yaml", "line": 1, "tool": "DVC", "what": "stages", "steps": 2, "loads_data": "dvc.yaml:3"}
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (DVC, "runs load.py, which is not in the repository"),
        ("stages: {}", "has no stage with a command"),
        ("stages: [\n", "does not parse"),
        ("a: &a [x,x]\nb: &b [*a,*a]\n" + "stages: *nothing\n", "does not parse"),
    ],
)
def test_a_dvc_file_that_cannot_work_is_broken(text: str, why: str) -> None:
    found = look("git.pipelines", {"dvc.yaml": text})
    assert found["count"] == 0
    assert why in found["broken"][0]["why"]


@pytest.mark.parametrize(
    ("source", "tool"),
    [
        ("from prefect import flow\nimport pandas as pd\n@flow\ndef f():\n    pd.read_csv('x')", "Prefect"),
        (
            "from kfp import dsl\nimport pandas\n@dsl.pipeline(name='p')\ndef p():\n    pandas.read_sql(1)",
            "Kubeflow Pipelines",
        ),
        ("from airflow import DAG\nimport pandas\nwith DAG('d'):\n    pandas.read_sql('q', 1)", "Airflow"),
        ("import dagster, pandas\n@dagster.asset\ndef a():\n    return pandas.read_parquet('x')", "Dagster"),
        (
            "from metaflow import FlowSpec\nimport pandas\nclass F(FlowSpec):\n  def a(self):\n    pandas.read_csv(1)",
            "Metaflow",
        ),
        ("import luigi, pandas\nclass T(luigi.Task):\n    def run(self):\n        pandas.read_csv('x')", "Luigi"),
        ("from zenml import pipeline\nimport pandas\n@pipeline\ndef p():\n    pandas.read_csv('x')", "ZenML"),
    ],
)
def test_orchestrators_in_code_are_recognised_with_their_loading_step(source: str, tool: str) -> None:
    found = look("git.pipelines", {"flow.py": source})["pipelines"]
    assert [(each["tool"], each["loads_data"].partition(":")[0]) for each in found] == [(tool, "flow.py")]


def test_other_pipeline_files_are_read() -> None:
    files = {
        "aml.yml": "type: pipeline\ninputs:\n  raw: {path: x}\njobs:\n  a: {}\n",
        "dbt_project.yml": "name: shop\n",
        "models/a.sql": "select 1",
        "argo.yaml": "kind: Workflow\nspec:\n  templates:\n    - name: load-data\n",
        "bundle.yml": "resources:\n  jobs:\n    nightly:\n      tasks:\n        - task_key: ingest\n",
    }
    assert look("git.pipelines", files)["tools"] == ["Argo Workflows", "Azure ML", "Databricks", "dbt"]


def test_an_imported_orchestrator_without_a_flow_is_nothing() -> None:
    assert look("git.pipelines", {"a.py": "import prefect\nprint(prefect.__version__)", "tests/test_f.py": ""}) == {}
