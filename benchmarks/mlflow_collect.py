"""How long one look at a 100,000-run experiment takes, and how that compares with a plain walk over all its pages.

Run it with ``python -m benchmarks.mlflow_collect [--runs 100000] [--server]``. The store is filled in bulk in a
temporary folder. Half of the runs lie inside the collector's window. Times are wall-clock seconds; memory is the peak
of a process of its own (MB), of which an MLflow import alone takes about 180.

Measured on two shared cores: filled in 26 s; from the file a look takes 4.0 s, a walk 90 s (4.4 %); from a server a
look takes 4.3 s, a walk 164 s (2.6 %); 250 MB each.
"""

from __future__ import annotations

import argparse
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mlflow import MlflowClient

from assessments.collectors.mlflow import MlflowCollector
from assessments.collectors.request import Request
from tests.models_app.gateways.mlflow.conftest import running_server

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

#: Names of what every run of the store has.
PARAMS, METRICS = [f"param_{i}" for i in range(8)], ["mae", "rmse", "r2"]
TAGS = {"mlflow.source.git.commit": "a" * 40, "mlflow.source.name": "train.py", "mlflow.user": "alice"}


def fill(database: Path, runs: int) -> None:
    """Create a store with one experiment of ``runs`` runs over 180 days, each with params, metrics, tags and data."""
    experiment = MlflowClient(f"sqlite:///{database}").create_experiment("flights", str(database.parent / "artifacts"))
    step = timedelta(days=180) / runs
    rows = [(f"{i:032x}", int((NOW - i * step).timestamp() * 1000)) for i in range(runs)]
    with sqlite3.connect(database) as connection:
        _insert_runs(connection, rows, int(experiment))
    connection.close()


def _insert_runs(connection: sqlite3.Connection, rows: list[tuple[str, int]], experiment: int) -> None:
    def insert(table: str, columns: str, values: Iterable[tuple[Any, ...]]) -> None:
        marks = ",".join("?" * (columns.count(",") + 1))
        connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)

    insert(
        "runs",
        "run_uuid,name,source_type,source_name,entry_point_name,user_id,status,start_time,end_time,source_version,"
        "lifecycle_stage,artifact_uri,experiment_id",
        (
            (run, f"run {run[-6:]}", "LOCAL", "", "", "alice", "FINISHED", at, at + 1000, "", "active", "", experiment)
            for run, at in rows
        ),
    )
    insert("params", "key,value,run_uuid", ((key, "0.1", run) for run, _ in rows for key in PARAMS))
    insert(
        "latest_metrics",
        "key,value,timestamp,step,is_nan,run_uuid",
        ((key, 0.5, at, 0, 0, run) for run, at in rows for key in METRICS),
    )
    insert("tags", "key,value,run_uuid", ((key, value, run) for run, _ in rows for key, value in TAGS.items()))
    insert(
        "datasets",
        "dataset_uuid,experiment_id,name,digest,dataset_source_type,dataset_source",
        [("d" * 32, experiment, "january", "d1g3st", "local", "{}")],
    )
    insert(
        "inputs",
        "input_uuid,source_type,source_id,destination_type,destination_id",
        ((run, "DATASET", "d" * 32, "RUN", run) for run, _ in rows),
    )


def look(uri: str) -> dict[str, Any]:
    """One look of the collector."""
    request = Request("flights", NOW, mlflow_uri=uri, experiments=("flights",), allow_local=True, seconds=600)
    evidence = MlflowCollector().collect(request)
    size = max(len(json.dumps(item.payload)) for item in evidence)
    runs = next(item.payload for item in evidence if item.topic == "mlflow.runs")
    return {
        "runs": runs["count"],
        "cut": runs["cut"],
        "sights": sorted({e.sight.value for e in evidence}),
        "kB": size / 1000,
    }


def walk(uri: str) -> dict[str, Any]:
    """The plain way: every page of every run, through MLflow's own client."""
    client = MlflowClient(uri)
    experiment = client.get_experiment_by_name("flights")
    count, token = 0, None
    while True:
        page = client.search_runs([experiment.experiment_id], max_results=1000, page_token=token)
        count, token = count + len(page), page.token
        if not token:
            return {"runs": count}


def measured(what: str, uri: str) -> dict[str, Any]:
    """Run ``look`` or ``walk`` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.mlflow_collect", "--only", what, "--uri", uri]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def only(what: str, uri: str) -> None:
    """Print the time and the memory that one way took, as JSON."""
    started = time.perf_counter()
    result = {"look": look, "walk": walk}[what](uri)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**result, "seconds": round(time.perf_counter() - started, 2), "MB": round(peak)}))


def stores(runs: int, server: bool) -> Iterator[tuple[str, str]]:
    """The filled store, as a file and, if asked for, behind a server: (name, URI)."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        fill(Path(folder) / "server.db", runs)
        print(f"filled with {runs} runs in {time.perf_counter() - started:.1f} s")
        yield "database", f"sqlite:///{folder}/server.db"
        if server:
            with running_server(Path(folder)) as running:
                yield "server", running.uri()


def main() -> None:
    """Fill, measure both ways, and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--server", action="store_true", help="also over HTTP, from a real MLflow server")
    parser.add_argument("--only", choices=("look", "walk"))
    parser.add_argument("--uri", default="")
    options = parser.parse_args()
    if options.only:
        only(options.only, options.uri)
        return
    for name, uri in stores(options.runs, options.server):
        ways = {what: measured(what, uri) for what in ("look", "walk")}
        for what, result in ways.items():
            print(name, what, result)
        print(f"{name}: a look takes {ways['look']['seconds'] / ways['walk']['seconds']:.1%} of a walk")


if __name__ == "__main__":
    main()
