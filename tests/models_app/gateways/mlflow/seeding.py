"""One small world, put into whatever MLflow is under test: the contract is the same for all of them."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from models_app.gateways.mlflow.memory import MemoryTracking
from models_app.gateways.mlflow.port import DataInput, Experiment, Model, Run, Version

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MLMODEL = b"flavors:\n  python_function:\n    env:\n      conda: conda.yaml\nsignature:\n  inputs: '[]'\n"
COMMIT = "a" * 40


def seed_mlflow(uri: str, folder: Path) -> None:
    """Write the world through MLflow's own client, which asks the environment for its own address once more."""
    with mock.patch.dict(os.environ, MLFLOW_TRACKING_URI=uri):
        _seed(uri, folder)


def _seed(uri: str, folder: Path) -> None:
    from mlflow import MlflowClient
    from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag, ViewType

    client = MlflowClient(uri)
    flights = client.create_experiment("flights", None if uri.startswith("http") else str(folder / "artifacts"))
    client.create_experiment("empty")
    client.delete_experiment(client.create_experiment("gone"))
    runs: list[Any] = []
    for days in (400, 30, 20, 10):
        started = int((NOW - timedelta(days=days)).timestamp() * 1000)
        run = client.create_run(flights, start_time=started, run_name=f"{days} days ago").info.run_id
        client.log_batch(
            run,
            metrics=[Metric("mae", days / 10, started, 0), Metric("odd", float("nan"), started, 0)],
            params=[Param("depth", str(days))],
            tags=[RunTag("mlflow.source.git.commit", COMMIT)],
        )
        data = Dataset("january", "d1g3st", "local", "{}")
        client.log_inputs(run, [DatasetInput(data, [InputTag("mlflow.data.context", "training")])])
        client.set_terminated(run, end_time=started + 1000)
        runs.append(run)
    client.delete_run(client.create_run(flights, start_time=int(NOW.timestamp() * 1000)).info.run_id)
    assert len(client.search_runs([flights], run_view_type=ViewType.ACTIVE_ONLY)) == 4

    source = folder / "model"
    source.mkdir(parents=True)
    (source / "MLmodel").write_bytes(MLMODEL)
    (source / "conda.yaml").write_text("name: flights\n")
    client.create_registered_model("flights-delay", tags={"portal.slices": "carrier"})
    for run in runs[1:3]:
        client.log_artifacts(run, str(source), "model")
        root = client.get_run(run).info.artifact_uri
        client.create_model_version("flights-delay", f"{root}/model", run, tags={"validation_status": "passed"})
    logged = client.create_logged_model(flights, "third", source_run_id=runs[3])
    client.log_model_artifacts(logged.model_id, str(source))
    client.create_model_version("flights-delay", f"models:/{logged.model_id}", model_id=logged.model_id)
    client.set_registered_model_alias("flights-delay", "champion", "2")


def seeded_memory() -> MemoryTracking:
    """Build the same world in memory."""
    runs = [
        Run(
            id=f"run-{days}",
            experiment_id="1",
            started_at=NOW - timedelta(days=days),
            name=f"{days} days ago",
            status="FINISHED",
            params={"depth": str(days)},
            metrics={"mae": days / 10, "odd": float("nan")},
            tags={"mlflow.source.git.commit": COMMIT},
            inputs=(DataInput("january", "d1g3st", "training", "local"),),
        )
        for days in (400, 30, 20, 10)
    ]
    tags = {"validation_status": "passed"}
    versions = [
        Version("flights-delay", number, NOW, run_id=run.id, source=f"runs:/{run.id}/model", tags=tags)
        for number, run in enumerate(runs[1:], 1)
    ]
    return MemoryTracking(
        experiments=[Experiment("1", "flights"), Experiment("2", "empty")],
        runs=runs,
        models=[Model("flights-delay", {"champion": 2}, {"portal.slices": "carrier"})],
        versions=versions,
        artifacts={("flights-delay", number, "MLmodel"): MLMODEL for number in (1, 2, 3)},
    )
