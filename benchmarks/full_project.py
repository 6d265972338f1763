"""The evidence of a mature project: every topic that a check reads, at the size it has in a real project.

What comes from a repository is read by the git collector from a real one; the rest follows the payloads that the
checks document.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from assessments.collectors.all import collectors
from assessments.collectors.look import look_everywhere
from assessments.collectors.request import Request
from assessments.evidence import Evidence, Sight
from tests.assessments.collectors.git.repositories import BOB, Commit, make_repository

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DIGEST = "6f1c2a"
MODEL = "flights"

#: Training runs in the window of 90 days: one every third day, beside a data pipeline that runs daily.
TRAINED = 30

WORKFLOW = """
on:
  push: {branches: [main], tags: ["v*"]}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pip install -r requirements.txt
      - run: pytest tests/unit
      - run: pytest -m integration tests/integration
  release:
    needs: test
    runs-on: ubuntu-latest
    steps:
      - run: docker build -t registry.example.org/flights:latest .
      - run: docker push registry.example.org/flights:latest
      - run: mlflow models build-docker -m models:/flights@champion -n flights-serving
      - run: kubectl apply -k deploy/overlays/production
"""

FILES: Mapping[str, str] = {
    ".github/workflows/ci.yml": WORKFLOW,
    "requirements.txt": "\n".join(f"package-{n}==1.{n}.0" for n in range(40)) + "\nfastapi==0.120.0\n",
    "Dockerfile": "FROM python:3.11-slim@sha256:" + "a" * 64 + "\nCOPY . .\n",
    "flights/train.py": (
        "import argparse\nimport pandera as pa\nfrom sklearn.linear_model import Ridge\n\n"
        "schema = pa.DataFrameSchema({})\n\n"
        "def main():\n    model = Ridge()\n    model.fit(schema.validate([[1]]), [1])\n\n"
        "if __name__ == '__main__':\n    argparse.ArgumentParser().parse_args()\n    main()\n"
    ),
    "flights/pipeline.py": (
        "import pandas as pd\nfrom prefect import flow, task\n\n"
        "@task\ndef load():\n    return pd.read_parquet('s3://flights/raw')\n\n"
        "@flow\ndef gather():\n    load().to_parquet('s3://flights/clean')\n\n"
        "if __name__ == '__main__':\n    gather.serve(cron='0 3 * * *')\n"
    ),
    "flights/serve.py": (
        "from fastapi import FastAPI\nfrom prometheus_client import Histogram, make_asgi_app\nimport mlflow.pyfunc\n\n"
        "app = FastAPI()\nlatency = Histogram('latency', 'seconds')\napp.mount('/metrics', make_asgi_app())\n"
        "model = mlflow.pyfunc.load_model('models:/flights@champion')\n\n"
        "@app.post('/predict')\ndef predict(rows: list[dict]):\n"
        "    with latency.time():\n        return model.predict(rows)\n"
    ),
    "tests/unit/test_train.py": "from flights.train import main\n\ndef test_it_trains():\n    main()\n",
    "tests/unit/test_serve.py": "from flights.serve import predict\n\ndef test_it_predicts():\n    predict([])\n",
    "tests/unit/test_features.py": (
        "from flights.features.part_1 import feature_1\n\ndef test_it_reads():\n    assert feature_1({'1': 2}) == 2\n"
    ),
    "tests/integration/test_service.py": (
        "import pytest\nfrom fastapi.testclient import TestClient\nfrom flights.serve import app\n\n"
        "@pytest.mark.integration\ndef test_it_answers():\n"
        "    assert TestClient(app).post('/predict', json=[]).json() == []\n"
    ),
    "deploy/base/kustomization.yaml": "resources: [rollout.yaml]\n",
    "deploy/base/rollout.yaml": (
        "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: flights}\nspec:\n"
        "  strategy:\n    canary:\n      steps: [{setWeight: 10}, {pause: {duration: 1h}}]\n"
    ),
    "deploy/overlays/staging/kustomization.yaml": "resources: [../../base]\n",
    "deploy/overlays/production/kustomization.yaml": "resources: [../../base]\n",
    "flights/__init__.py": "",
    **{f"flights/features/part_{n}.py": f"def feature_{n}(row):\n    return row.get('{n}')\n" for n in range(40)},
}


def ago(days: float) -> str:
    """An ISO time so many days before the moment of judgement."""
    return (NOW - timedelta(days=days)).isoformat()


def repository_evidence() -> list[Evidence]:
    """What the git collector sees in a real repository with everything in it."""
    with tempfile.TemporaryDirectory() as folder:
        later = tuple(
            Commit({f"notes/{n}.md": str(n)}, BOB, NOW - timedelta(days=40 - n), f"Change {n}") for n in range(40)
        )
        path = make_repository(Path(folder), FILES, when=NOW - timedelta(days=80), then=later)
        request = Request("flights", NOW, repository=str(path), cache=Path(folder) / "cache", allow_local=True)
        looks = look_everywhere(request, collectors(trusted=[]))
    return [item for look in looks for item in look.evidence if item.topic.startswith("git.")]


def _commit(number: int) -> str:
    return f"{number:040x}"


def _runs() -> dict[str, Any]:
    runs = [
        {
            "id": f"{n:032x}",
            "name": f"train-{n}",
            "started_at": ago(n),
            "experiment": "1",
            "status": "FINISHED",
            "params": 8,
            "metrics": ["mae", "r2", "rmse"],
        }
        for n in range(12)
    ]
    return {
        "experiments": [{"name": "flights", "id": "1"}],
        "window_days": 90,
        "count": TRAINED,
        "cut": False,
        "with_params_and_metrics": TRAINED,
        "newest": ago(0.2),
        "newest_complete": ago(0.2),
        "orchestrator_runs": [f"run-{n}" for n in range(TRAINED)],
        "sample": runs,
    }


def _lineage() -> dict[str, Any]:
    commits = [_commit(n) for n in range(TRAINED)]
    traced = {"dirty": False, "source": "train.py", "notebook": False}
    return {
        "window_days": 90,
        "count": TRAINED,
        "cut": False,
        "with_commit": TRAINED,
        "dirty": 0,
        "notebook": 0,
        "newest": ago(0.2),
        "commits": commits,
        "by_commit": [{"commit": commit, "runs": 1, "dirty": 0} for commit in commits],
        "runs": [
            {"id": f"{n:032x}", "name": f"train-{n}", "started_at": ago(n), "commit": _commit(n), **traced}
            for n in range(12)
        ],
    }


def _datasets() -> dict[str, Any]:
    dataset = {"name": "flights-2013", "digest": DIGEST, "context": "training"}
    return {
        "window_days": 90,
        "count": TRAINED,
        "cut": False,
        "with_digest": TRAINED,
        "with_version_tag": 0,
        "newest": ago(0.2),
        "datasets": [{**dataset, "runs": 1, "digest": f"{DIGEST}{n}"} for n in range(TRAINED)],
        "versions": [],
        "without": [],
    }


def _origin(number: int) -> dict[str, Any]:
    return {
        "version": number,
        "created": ago(10 * (6 - number)),
        "user": "ci",
        "run_id": f"{number:032x}",
        "run_found": True,
        "commit": _commit(number),
        "dirty": False,
        "datasets": [{"name": "flights-2013", "digest": DIGEST, "context": "training"}],
        "data_version": "",
    }


def _models() -> dict[str, Any]:
    file = {
        "readable": True,
        "problem": "",
        "signature": True,
        "env_files": ["conda.yaml", "python_env.yaml", "requirements.txt"],
        "input_example": "input_example.json",
    }
    model = {
        "name": MODEL,
        "aliases": {"champion": 5},
        "live_alias": "champion",
        "production_stage": None,
        "versions": 5,
        "newest": 5,
        "live": {**_origin(5), "file": file},
        "previous": {"version": 4, "file": file},
        "followed": [_origin(number) for number in (5, 4, 3, 2, 1)],
    }
    return {"asked": [MODEL], "found_by_runs": [], "runs_asked": 0, "missing": [], "models": [model]}


def _validation() -> dict[str, Any]:
    compared = [{"metric": "mae", "own": 11.2, "other": 12.9}]
    return {
        "models": [
            {
                "model": MODEL,
                "version": 5,
                "previous": 4,
                "run_id": f"{5:032x}",
                "champion": compared,
                "baseline": compared,
                "evaluation_data": [{"name": "flights-test", "digest": "77aa01", "context": "test"}],
                "slices": ["carrier-aa", "night"],
                "agreed_slices": ["carrier-aa", "night"],
                "status": "passed",
                "validated_at": ago(10.2),
                "validated_by": "ci",
            }
        ]
    }


def _promotions() -> dict[str, Any]:
    def promotion(number: int) -> dict[str, Any]:
        day = 10 * (6 - number)
        return {
            "id": f"p-{number}",
            "model": MODEL,
            "version": number,
            "alias": "champion",
            "kind": "drill" if number == 1 else "promotion",
            "outside": False,
            "requested_at": ago(day + 0.2),
            "requested_by": "alice",
            "decided_at": ago(day + 0.1),
            "decided_by": "bob",
            "decision": "approved",
            "decided_roles": ["software-engineer"],
            "via": "slack",
            "actor_mapped": True,
            "signature_verified": True,
            "applied_at": ago(day),
            "applied_by": "portal",
            "applied_by_kind": "service",
            "trained_by": "alice",
            "manual_steps": 0,
            "validation": {"status": "passed", "set_at": ago(day + 0.3), "by_kind": "service"},
            "deployment_run": f"deploy-{number}",
        }

    return {"since": ago(200), "single_person": False, "promotions": [promotion(n) for n in range(1, 6)]}


def _run(id: str, purpose: str, day: float, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "deployment": f"{purpose}-deployment",
        "purpose": purpose,
        "state": "succeeded",
        "started_at": ago(day),
        "start": "schedule",
        "managed": True,
        "version": "7",
        "commit": _commit(7),
        "mlflow_runs": [],
        "cause": None,
        "model": "",
        "model_version": None,
        **more,
    }


def _orchestrator_runs() -> dict[str, Any]:
    alert = {"alert": "firing-1", "drill": False}
    training = [
        _run(f"run-{n}", "training", 3 * n, mlflow_runs=[f"{n:032x}"], cause=alert if n == 3 else None, model=MODEL)
        | {"model_version": 5 if n == 3 else None, "start": "event" if n == 3 else "schedule"}
        for n in range(TRAINED)
    ]
    deploying = [
        _run(f"deploy-{n}", "deployment", 10 * (6 - n), start="event", model=MODEL, model_version=n)
        for n in range(1, 6)
    ]
    data = [_run(f"data-{n}", "data", n) for n in range(28)]
    due = [
        {
            "deployment": "data-deployment",
            "purpose": "data",
            "due_at": ago(n),
            "run": f"data-{n}",
            "succeeded": True,
            "start": "schedule",
        }
        for n in range(28)
    ]
    return {"since": ago(200), "runs": [*training, *deploying, *data], "due": due}


def _deployments() -> dict[str, Any]:
    daily = [{"text": "every day at 03:00", "active": True, "every_seconds": 86400}]
    return {
        "deployments": [
            {
                "id": f"{purpose}-deployment",
                "name": purpose,
                "orchestrator": "prefect",
                "purpose": purpose,
                "active": True,
                "schedules": daily,
                "triggers": [],
            }
            for purpose in ("data", "training", "deployment")
        ]
    }


def _monitoring() -> dict[str, dict[str, Any]]:
    served = {"model": MODEL, "version": 5}
    firing = {"rule": "drift", "test": False, "delivered": True, "retrains": True}
    firings = [
        {"id": f"firing-{n}", "at": ago(10 + n), "acknowledged_at": ago(9.99 + n), **firing} for n in range(1, 6)
    ]
    feature = {"materialised_at": ago(0.1), "freshness_alert": True, "materialisation_alert": True}
    service = {"objective": 0.99, "availability": 0.9995, "samples": 40000, "since": ago(29), "until": ago(0)}
    experiment = {"kind": "canary", "model": MODEL, "ended_at": ago(11), "result": "better", "decision": "promote"}
    quality = {"monitor": "m-1", "metric": "mae", "labels": 0.97, "proxy": "", "labels_due": True}
    return {
        "serving.versions": {"versions": [{**served, "since": ago(10), "endpoint": "https://flights.example.org"}]},
        "serving.experiments": {"experiments": [{"id": "e-1", "promotion": "p-5", **experiment}]},
        "monitoring.samples": {
            "series": [{"name": name, "last_at": ago(0.01), **served} for name in ("latency", "errors", "volume")],
            "deliveries": [],
        },
        "monitoring.monitors": {"monitors": [{"id": "m-1", "name": "drift", "reference_digest": DIGEST, **served}]},
        "monitoring.windows": {
            "windows": [{"monitor": "m-1", "due_at": ago(n), "rows": 52000, "report": True} for n in range(28)]
        },
        "monitoring.quality": {"results": [{"at": ago(n), **quality} for n in range(12)]},
        "monitoring.alerts": {
            "rules": [{"id": "r-1", "name": "drift", "threshold": True, "owner": "bob", "channel": "#flights"}],
            "firings": firings,
        },
        "monitoring.availability": {
            "services": [{"name": "flights", **service}],
            "deployments": [{"id": f"deploy-{n}", "at": ago(10 * (6 - n)), "outage": False} for n in range(3, 6)],
        },
        "monitoring.features": {"features": [{"name": f"feature-{n}", **feature} for n in range(20)]},
    }


def _answers() -> dict[str, Any]:
    said = {"text": "Alice, Bob and Dana; see there.", "link": "https://wiki.example.org/flights", "by": "alice"}
    answers = [
        {
            "id": f"HUM-0{n}",
            "answer": "registry" if n == 7 else "yes",
            "at": ago(20),
            "expires": "",
            "line": 3 * n,
            **said,
        }
        for n in range(1, 9)
    ]
    attested = {"id": "MC-2.7", "answer": "yes", "at": ago(20), "expires": ago(-90), "line": 40, **said}
    agreed = {"slices": ["night"], "staleness_days": 30, "availability": 0.99, "acknowledge_minutes": 60}
    return {"path": "mlops.yaml", "answers": [*answers, attested], "errors": [], "agreements": agreed}


def payloads() -> dict[str, dict[str, Any]]:
    """The payload of every topic that does not come from the repository."""
    commits = [_commit(number) for number in range(TRAINED)]
    finished = {"finished_at": ago(0.5), "url": "https://ci.example.org/1", "provider": "github"}
    return {
        "mlflow.runs": _runs(),
        "mlflow.lineage": _lineage(),
        "mlflow.datasets": _datasets(),
        "mlflow.models": _models(),
        "mlflow.validation": _validation(),
        "git.commits": {"asked": commits, "found": commits},
        "approvals.promotions": _promotions(),
        "orchestrator.runs": _orchestrator_runs(),
        "orchestrator.deployments": _deployments(),
        "pushed.ci": {
            "status": "success",
            "branch": "main",
            "default_branch": "main",
            "commit": _commit(1),
            **finished,
        },
        "human.file": _answers(),
        **_monitoring(),
    }


def full_evidence() -> list[Evidence]:
    """The evidence of the project, one item per topic."""
    others = [
        Evidence(topic, "flights", Sight.OK, NOW, NOW, payload, collector="benchmark 1")
        for topic, payload in payloads().items()
    ]
    return [*repository_evidence(), *others]
