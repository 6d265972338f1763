"""From runs to the payloads of ``mlflow.runs``, ``mlflow.lineage`` and ``mlflow.datasets``. Pure.

Only finished runs that are no part of another (no ``mlflow.parentRunId``: the trials of a search are parts) are judged
for lineage and data; every run counts as recorded. Data may be identified by MLflow's data set inputs, or by a tag that
names the version of a data versioning tool (``DATA_VERSION_TAGS``). The run of an orchestrator that an MLflow run
belongs to is named by one of ``ORCHESTRATOR_TAGS``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from models_app.gateways.mlflow.port import Experiment, Run, Runs

#: Runs started within so many days before the look are looked at, and at most so many of them, the newest.
WINDOW_DAYS, MOST_RUNS = 90, 2_000

#: Bounds on what a payload lists.
MOST_SAMPLED, MOST_COMMITS, MOST_DATASETS, MOST_ORCHESTRATED = 20, 200, 30, 200

COMMIT_TAG, DIRTY_TAG, PARENT_TAG = "mlflow.source.git.commit", "mlflow.source.git.dirty", "mlflow.parentRunId"
SOURCE_TAG, SOURCE_TYPE_TAG = "mlflow.source.name", "mlflow.source.type"

#: Tags by which a run names the version of its data in another tool than MLflow.
DATA_VERSION_TAGS = (
    "dvc.rev", "dvc.md5", "lakefs.commit", "lakefs.ref", "delta.version", "data.version", "portal.data_version",
)  # fmt: skip

#: Tags by which a run names the orchestrator's run that it belongs to.
ORCHESTRATOR_TAGS = (
    "portal.orchestrator_run", "prefect.flow_run_id", "prefect_flow_run_id", "kfp.run_id", "kfp_run_id",
)  # fmt: skip

_USERINFO = re.compile(r"(?<=://)[^/\s@]*@")
_FULL_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def without_credentials(address: str) -> str:
    """An address or path as a run or version names it, at most 200 characters, with user and password cut out."""
    return _USERINFO.sub("", address)[:200]


def commit_of(run: Run) -> str:
    """The full commit hash that a run claims, or empty."""
    commit = run.tags.get(COMMIT_TAG, "").strip().lower()
    return commit if _FULL_COMMIT.fullmatch(commit) else ""


def dirty_of(run: Run) -> bool | None:
    """Whether the run says that its tree had uncommitted changes; None when it does not say."""
    said = run.tags.get(DIRTY_TAG, "").strip().lower()
    return {"true": True, "1": True, "false": False, "0": False}.get(said)


def in_notebook(run: Run) -> bool:
    """Whether the run was started from a notebook, by MLflow's source tags."""
    name = run.tags.get(SOURCE_TAG, "")
    kernel = "ipykernel" in name or "colab" in name
    return run.tags.get(SOURCE_TYPE_TAG) == "NOTEBOOK" or kernel or PurePosixPath(name).suffix == ".ipynb"


def data_version_of(run: Run) -> str:
    """The version of the run's data in another tool, as ``tool=version``, or empty."""
    return next((f"{tag}={run.tags[tag]}"[:120] for tag in DATA_VERSION_TAGS if run.tags.get(tag)), "")


def datasets_of(run: Run) -> list[dict[str, str]]:
    """The run's data inputs that have a digest, sorted, at most ten."""
    inputs = {(item.name, item.digest, item.context) for item in run.inputs if item.digest}
    keys = ("name", "digest", "context")
    return [dict(zip(keys, (part[:200] for part in item), strict=True)) for item in sorted(inputs)[:10]]


def judged(runs: Iterable[Run]) -> list[Run]:
    """Return the runs that lineage and data are asked of."""
    return [run for run in runs if run.status == "FINISHED" and PARENT_TAG not in run.tags]


def _is_complete(run: Run) -> bool:
    return bool(run.params) and bool(run.metrics)


def _newest(runs: Iterable[Run]) -> str | None:
    moments = [run.started_at for run in runs]
    return max(moments).isoformat() if moments else None


def _named(run: Run) -> dict[str, Any]:
    return {"id": run.id[:64], "name": run.name[:120], "started_at": run.started_at.isoformat()}


def _sampled(run: Run) -> dict[str, Any]:
    shown = {"status": run.status[:20], "params": len(run.params), "metrics": sorted(run.metrics)[:8]}
    return {**_named(run), "experiment": run.experiment_id[:64], **shown}


def _orchestrated(runs: Iterable[Run]) -> list[str]:
    ids = (run.tags[tag][:64] for run in runs for tag in ORCHESTRATOR_TAGS if run.tags.get(tag))
    return sorted(list(dict.fromkeys(ids))[:MOST_ORCHESTRATED])


def runs_payload(names: Sequence[str], found: Sequence[Experiment], runs: Runs) -> dict[str, Any]:
    """``mlflow.runs``: how much was recorded.

    ``{"experiments": [{"name", "id" or None when there is none}], "window_days", "count", "cut": more runs than
    looked at, "with_params_and_metrics", "newest", "newest_complete": ISO time or None of the newest run with
    parameters and metrics, "orchestrator_runs": [ids], "sample": [{"id", "name", "started_at", "experiment", "status",
    "params": count, "metrics": [names]}]}``
    """
    ids = {experiment.name: experiment.id for experiment in found}
    complete = [run for run in runs.items if _is_complete(run)]
    return {
        "experiments": [{"name": name[:200], "id": ids.get(name)} for name in names],
        "window_days": WINDOW_DAYS,
        "count": len(runs.items),
        "cut": runs.cut,
        "with_params_and_metrics": len(complete),
        "newest": _newest(runs.items),
        "newest_complete": _newest(complete),
        "orchestrator_runs": _orchestrated(runs.items),
        "sample": [_sampled(run) for run in (complete or runs.items)[:MOST_SAMPLED]],
    }


def _by_commit(runs: Iterable[Run]) -> list[dict[str, Any]]:
    table: dict[str, dict[str, Any]] = {}
    for run in runs:
        if commit := commit_of(run):
            row = table.setdefault(commit, {"commit": commit, "runs": 0, "dirty": 0})
            row["runs"] += 1
            row["dirty"] += dirty_of(run) is True
    return list(table.values())[:MOST_COMMITS]


def _traced(run: Run) -> dict[str, Any]:
    source = {"source": without_credentials(run.tags.get(SOURCE_TAG, "")), "notebook": in_notebook(run)}
    return {**_named(run), "commit": commit_of(run), "dirty": dirty_of(run), **source}


def lineage_payload(runs: Runs) -> dict[str, Any]:
    """``mlflow.lineage``: from which code the judged runs came.

    ``{"window_days", "count": runs judged, "cut", "with_commit", "dirty", "notebook", "newest", "commits": [full
    hashes, sorted], "by_commit": [{"commit", "runs", "dirty"}] newest first, "runs": [{"id", "name", "started_at",
    "commit", "dirty": true, false or None, "source", "notebook"}]}``
    """
    mine = judged(runs.items)
    by_commit = _by_commit(mine)
    return {
        "window_days": WINDOW_DAYS,
        "count": len(mine),
        "cut": runs.cut,
        "with_commit": sum(bool(commit_of(run)) for run in mine),
        "dirty": sum(dirty_of(run) is True for run in mine),
        "notebook": sum(in_notebook(run) for run in mine),
        "newest": _newest(mine),
        "commits": sorted(row["commit"] for row in by_commit),
        "by_commit": by_commit,
        "runs": [_traced(run) for run in mine[:MOST_SAMPLED]],
    }


def _by_dataset(runs: Iterable[Run]) -> list[dict[str, Any]]:
    table: dict[tuple[str, str], dict[str, Any]] = {}
    for run in runs:
        for item in datasets_of(run):
            row = table.setdefault((item["name"], item["digest"]), {**item, "runs": 0})
            row["runs"] += 1
    return list(table.values())[:MOST_DATASETS]


def datasets_payload(runs: Runs) -> dict[str, Any]:
    """``mlflow.datasets``: on which data the judged runs worked.

    ``{"window_days", "count": runs judged, "cut", "with_digest": by data set inputs, "with_version_tag": by a tag
    instead, "newest", "datasets": [{"name", "digest", "context", "runs"}] newest first, "versions": [tool=version],
    "without": [{"id", "name", "started_at"}]}``
    """
    mine = judged(runs.items)
    tagged = [run for run in mine if not datasets_of(run) and data_version_of(run)]
    without = [run for run in mine if not datasets_of(run) and not data_version_of(run)]
    return {
        "window_days": WINDOW_DAYS,
        "count": len(mine),
        "cut": runs.cut,
        "with_digest": len(mine) - len(tagged) - len(without),
        "with_version_tag": len(tagged),
        "newest": _newest(mine),
        "datasets": _by_dataset(mine),
        "versions": sorted({data_version_of(run) for run in tagged})[:MOST_DATASETS],
        "without": [_named(run) for run in without[:MOST_SAMPLED]],
    }


def window_start(now: datetime) -> datetime:
    """Return the start of the window that ends ``now``."""
    return now - timedelta(days=WINDOW_DAYS)
