"""What the MLflow collector makes of runs and models, and of everything that goes wrong on the way."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assessments.collectors.mlflow import MlflowCollector
from assessments.collectors.mlflow.runs import COMMIT_TAG, DIRTY_TAG, MOST_RUNS, PARENT_TAG
from assessments.collectors.request import Request
from assessments.evidence import Evidence, Sight, content_digest
from mlops_portal.kernel.errors import Unavailable
from models_app.gateways.mlflow.memory import MemoryTracking
from models_app.gateways.mlflow.port import (
    DataInput,
    Experiment,
    Model,
    Refused,
    Run,
    Runs,
    Tracking,
    Unsuitable,
    Version,
)
from tests.models_app.gateways.mlflow.strange_server import answer, strange_server

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REQUEST = Request("flights", NOW, mlflow_uri="memory://", experiments=("flights",))
COMMIT = "a" * 40
MLMODEL = b"""
flavors: {python_function: {env: {conda: conda.yaml, virtualenv: python_env.yaml}}}
signature: {inputs: '[]'}
saved_input_example_info: {artifact_path: input_example.json}
"""


def run(number: int = 1, *, days: float = 1, **changes: Any) -> Run:
    """A finished run with everything that is asked for."""
    whole = Run(
        id=f"{number:032x}",
        experiment_id="1",
        started_at=NOW - timedelta(days=days),
        name=f"run {number}",
        status="FINISHED",
        params={"depth": "3"},
        metrics={"mae": 1.0},
        tags={COMMIT_TAG: COMMIT},
        inputs=(DataInput("january", "d1g3st", "training"),),
    )
    return replace(whole, **changes)


def version(number: int, made_by: Run | None = None, **changes: Any) -> Version:
    """A version of the model, made by a run."""
    made = Version("delay", number, NOW - timedelta(days=1), run_id=made_by.id if made_by else "", source="models:/m-1")
    return replace(made, **changes)


def world(runs: Sequence[Run] = (), **more: Any) -> MemoryTracking:
    """An MLflow with one experiment."""
    return MemoryTracking(experiments=[Experiment("1", "flights")], runs=runs, **more)


def look(tracking: Tracking, request: Request = REQUEST) -> dict[str, Evidence]:
    """Everything seen, by topic."""
    return {item.topic: item for item in MlflowCollector(opener=lambda _: tracking).collect(request)}


def payload(topic: str, runs: Sequence[Run] = (), **more: Any) -> dict[str, Any]:
    """One topic's payload."""
    return dict(look(world(runs, **more))[topic].payload)


def test_runs_are_counted_and_the_newest_complete_one_is_dated() -> None:
    seen = payload("mlflow.runs", [run(1, days=2), run(2, days=1, metrics={}), run(3, days=100)])
    assert (seen["count"], seen["with_params_and_metrics"], seen["cut"]) == (2, 1, False)
    assert seen["newest"] == (NOW - timedelta(days=1)).isoformat()
    assert seen["newest_complete"] == (NOW - timedelta(days=2)).isoformat()


def test_an_experiment_that_is_not_there_is_named_as_missing_and_nothing_is_seen() -> None:
    evidence = look(MemoryTracking())["mlflow.runs"]
    assert evidence.sight is Sight.EMPTY
    assert evidence.payload["experiments"] == [{"name": "flights", "id": None}]


def test_commits_are_full_hashes_counted_with_uncommitted_changes() -> None:
    runs = [
        run(1),
        run(2, tags={COMMIT_TAG: COMMIT, DIRTY_TAG: "true"}),
        run(3, tags={COMMIT_TAG: "not a commit; rm -rf"}),
        run(4, tags={}),
    ]
    seen = payload("mlflow.lineage", runs)
    assert seen["commits"] == [COMMIT]
    assert seen["by_commit"] == [{"commit": COMMIT, "runs": 2, "dirty": 1}]
    assert (seen["count"], seen["with_commit"]) == (4, 2)


@pytest.mark.parametrize(
    "tags", [{"mlflow.source.type": "NOTEBOOK"}, {"mlflow.source.name": "/x/ipykernel_launcher.py"}]
)
def test_runs_from_notebooks_are_recognised(tags: dict[str, str]) -> None:
    assert payload("mlflow.lineage", [run(tags=tags)])["notebook"] == 1


def test_parts_of_a_search_and_unfinished_runs_are_not_asked_for_their_origin() -> None:
    runs = [run(1), run(2, tags={PARENT_TAG: "1"}), run(3, status="RUNNING"), run(4, status="FAILED")]
    assert payload("mlflow.lineage", runs)["count"] == 1
    assert payload("mlflow.datasets", runs)["count"] == 1
    assert payload("mlflow.runs", runs)["count"] == 4


def test_data_is_known_by_digest_or_by_a_versioning_tools_tag() -> None:
    runs = [
        run(1),
        run(2, inputs=(), tags={"dvc.rev": "v7"}),
        run(3, inputs=(DataInput("no digest", ""),)),
    ]
    seen = payload("mlflow.datasets", runs)
    assert (seen["with_digest"], seen["with_version_tag"]) == (1, 1)
    assert seen["datasets"] == [{"name": "january", "digest": "d1g3st", "context": "training", "runs": 1}]
    assert seen["versions"] == ["dvc.rev=v7"]
    assert [item["name"] for item in seen["without"]] == ["run 3"]


def _registered(**more: Any) -> dict[str, Any]:
    first, second = run(1, days=9), run(2, days=2)
    files = {("delay", 2, path): MLMODEL for path in ("MLmodel", "conda.yaml", "input_example.json")}
    return {
        "runs": [first, second],
        "models": [Model("delay", {"champion": 2}, {"portal.slices": "carrier, origin"})],
        "versions": [version(1, first), version(2, second)],
        "artifacts": files,
        **more,
    }


def test_the_live_version_is_followed_to_run_commit_data_and_files() -> None:
    (model,) = payload("mlflow.models", **_registered())["models"]
    assert (model["live_alias"], model["versions"], model["newest"]) == ("champion", 2, 2)
    live = model["live"]
    assert (live["version"], live["run_found"], live["commit"]) == (2, True, COMMIT)
    assert live["datasets"] == [{"name": "january", "digest": "d1g3st", "context": "training"}]
    assert live["file"] == {
        "readable": True,
        "problem": "",
        "signature": True,
        "env_files": ["conda.yaml"],
        "input_example": "input_example.json",
    }


def test_the_previous_version_without_its_file_is_seen_as_not_loadable() -> None:
    (model,) = payload("mlflow.models", **_registered())["models"]
    assert model["previous"]["version"] == 1
    assert model["previous"]["file"]["readable"]
    assert model["previous"]["file"]["problem"] == "The version has no MLmodel file."


def test_the_run_of_an_old_live_version_is_found_outside_the_window() -> None:
    old = run(7, days=300)
    seen = payload(
        "mlflow.models", runs=[run(1), old], models=[Model("delay", {"champion": 1})], versions=[version(1, old)]
    )
    assert seen["models"] == []
    named = look(
        world([old], models=[Model("delay", {"champion": 1})], versions=[version(1, old)]),
        replace(REQUEST, model_names=("delay",)),
    )["mlflow.models"].payload
    assert named["models"][0]["live"]["run_found"]


def test_models_named_but_not_registered_are_missing() -> None:
    seen = look(world([run()]), replace(REQUEST, model_names=("delay",)))["mlflow.models"]
    assert seen.sight is Sight.EMPTY
    assert seen.payload["missing"] == ["delay"]


def test_a_stage_is_noted_but_makes_no_version_live() -> None:
    changed = _registered(models=[Model("delay")], versions=[version(1, run(1), stage="Production")])
    (model,) = payload("mlflow.models", **changed)["models"]
    assert (model["live"], model["production_stage"]) == (None, 1)


@pytest.mark.parametrize(
    "content", [b"", b"[1]", b"a: [", b"\x00", b"{a: &x [*x]}", b"!!python/object:os.system {}", b"[" * 900_000]
)
def test_a_hostile_mlmodel_file_is_a_problem_not_a_crash(content: bytes) -> None:
    (model,) = payload("mlflow.models", **_registered(artifacts={("delay", 2, "MLmodel"): content}))["models"]
    assert not model["live"]["file"]["signature"]


def test_validation_is_read_from_the_naming_convention() -> None:
    metrics = {
        "mae": 9.0,
        "champion.mae": 10.0,
        "baseline.mae": 20.0,
        "baseline.other": 1.0,
        "slice.carrier=AA.mae": 8.0,
    }
    made_by = run(
        2, metrics=metrics, inputs=(DataInput("february", "t3st", "Test"), DataInput("january", "d1g3st", "training"))
    )
    tags = {"validation_status": "passed", "portal.validated_by": "pipeline"}
    world = _registered(runs=[run(1), made_by], versions=[version(1, run(1)), version(2, made_by, tags=tags)])
    (seen,) = payload("mlflow.validation", **world)["models"]
    assert seen["champion"] == [{"metric": "mae", "own": 9.0, "other": 10.0}]
    assert seen["baseline"] == [{"metric": "mae", "own": 9.0, "other": 20.0}]
    assert seen["evaluation_data"] == [{"name": "february", "digest": "t3st", "context": "Test"}]
    assert (seen["slices"], seen["agreed_slices"]) == (["carrier=AA"], ["carrier", "origin"])
    assert (seen["previous"], seen["status"], seen["validated_by"]) == (1, "passed", "pipeline")


def test_values_that_are_no_numbers_can_be_stored() -> None:
    made_by = run(2, metrics={"mae": float("nan"), "baseline.mae": float("inf")})
    evidence = look(world(**_registered(runs=[made_by], versions=[version(2, made_by)])))
    assert evidence["mlflow.validation"].payload["models"][0]["baseline"] == [
        {"metric": "mae", "own": None, "other": None}
    ]
    assert all(content_digest(item) for item in evidence.values())


def test_the_same_state_has_the_same_digest_an_hour_later() -> None:
    tracking = world(**_registered())
    first, later = look(tracking), look(tracking, replace(REQUEST, now=NOW + timedelta(hours=1)))
    assert {topic: content_digest(item) for topic, item in first.items()} == {
        topic: content_digest(item) for topic, item in later.items()
    }


def test_passwords_in_sources_are_cut_out() -> None:
    source = "https://alice:s3cret@git.example.org/x"
    tracking = world(
        **_registered(runs=[run(2, tags={"mlflow.source.name": source})], versions=[version(2, run(2), source=source)])
    )
    assert "s3cret" not in json.dumps([dict(item.payload) for item in look(tracking).values()])


def test_everything_stays_small_whatever_people_write() -> None:
    long = "x" * 5000
    runs = [
        run(
            n,
            name=long,
            tags={COMMIT_TAG: f"{n:040x}", "mlflow.source.name": long},
            inputs=(DataInput(f"{n}{long}", long),),
        )
        for n in range(500)
    ]
    assert all(len(json.dumps(item.payload)) < 40_000 for item in look(world(runs)).values())


class _Broken(MemoryTracking):
    """Fails at one of its calls."""

    def __init__(self, call: str, error: Exception) -> None:
        super().__init__(experiments=[Experiment("1", "flights")], runs=[run()])

        def fail(*_: object, **__: object) -> Any:
            raise error

        setattr(self, call, fail)


@pytest.mark.parametrize(
    ("error", "sight"),
    [
        (Refused("No.", permanent=True), Sight.UNAUTHORISED),
        (Unavailable("Down."), Sight.UNREACHABLE),
        (Unsuitable("Too old.", permanent=True), Sight.UNREACHABLE),
        (ZeroDivisionError("s3cret"), Sight.ERROR),
    ],
)
def test_each_failure_has_its_sight_and_no_secret(error: Exception, sight: Sight) -> None:
    evidence = look(_Broken("experiment", error))
    assert {evidence[topic].sight for topic in ("mlflow.runs", "mlflow.lineage", "mlflow.datasets")} == {sight}
    assert evidence["mlflow.runs"].message
    assert "s3cret" not in evidence["mlflow.runs"].message


def test_models_that_the_unseen_runs_would_have_named_are_unseen_too() -> None:
    evidence = look(_Broken("experiment", Refused("No.", permanent=True)))
    assert evidence["mlflow.models"].sight is evidence["mlflow.validation"].sight is Sight.UNAUTHORISED


def test_a_failing_registry_does_not_hide_the_runs() -> None:
    evidence = look(_Broken("models_of_runs", Unavailable("Down.")))
    assert evidence["mlflow.runs"].sight is Sight.OK
    assert evidence["mlflow.models"].sight is evidence["mlflow.validation"].sight is Sight.UNREACHABLE


def test_an_address_that_is_refused_is_evidence_on_every_topic() -> None:
    request = replace(REQUEST, mlflow_uri="http://dana:s3cret@127.0.0.1:5000")
    evidence = MlflowCollector().collect(request)
    assert len(evidence) == 5
    assert {item.sight for item in evidence} == {Sight.UNREACHABLE}
    assert "loopback or private" in evidence[0].message
    assert not any("s3cret" in f"{item.message}{item.subject}{item.link}" for item in evidence)


def test_a_hanging_server_costs_no_more_than_the_time_allowed() -> None:
    with strange_server(answer(200, b"<html>")) as server:
        trusted = MlflowCollector(trusted=frozenset({server.uri}))
        evidence = trusted.collect(replace(REQUEST, mlflow_uri=server.uri, seconds=5))
    assert "login page" in evidence[0].message


def test_without_anything_to_look_at_it_is_not_configured() -> None:
    collector = MlflowCollector()
    assert not collector.configured(replace(REQUEST, mlflow_uri=""))
    assert not collector.configured(replace(REQUEST, experiments=()))
    assert collector.configured(replace(REQUEST, experiments=(), model_names=("delay",)))


def test_a_project_with_models_but_no_experiments_says_nothing_about_runs() -> None:
    evidence = look(world(**_registered()), replace(REQUEST, experiments=(), model_names=("delay",)))
    assert sorted(evidence) == ["mlflow.models", "mlflow.validation"]


class _Counting(MemoryTracking):
    """Counts the runs it is asked for."""

    asked: int = 0

    def run(self, id: str) -> Run | None:
        self.asked += 1
        return super().run(id)

    def runs(self, experiments: Sequence[str], *, since: datetime, most: int) -> Runs:
        assert most == MOST_RUNS
        return super().runs(experiments, since=since, most=most)


def test_a_run_seen_in_the_search_is_not_fetched_again() -> None:
    tracking = _Counting(experiments=[Experiment("1", "flights")], **_registered())
    look(tracking)
    assert tracking.asked == 0


def _fill(path: Path, count: int) -> None:
    """Put so many runs straight into a store, a minute apart, the newest one now."""
    from mlflow import MlflowClient

    experiment = MlflowClient(f"sqlite:///{path}").create_experiment("flights", str(path.parent))
    rows = [(f"{n:032x}", int((NOW - timedelta(minutes=n)).timestamp() * 1000), int(experiment)) for n in range(count)]
    columns = "run_uuid, start_time, experiment_id, name, source_type, status, lifecycle_stage, user_id, artifact_uri"
    with sqlite3.connect(path) as connection:
        connection.executemany(
            f"INSERT INTO runs ({columns}) VALUES (?, ?, ?, 'bulk', 'LOCAL', 'FINISHED', 'active', 'alice', '')", rows
        )
        connection.executemany("INSERT INTO params VALUES ('depth', '3', ?)", [row[:1] for row in rows])
        metric = "INSERT INTO latest_metrics (key, value, step, is_nan, run_uuid) VALUES ('mae', 1.0, 0, 0, ?)"
        connection.executemany(metric, [row[:1] for row in rows])
    connection.close()


def test_of_a_hundred_thousand_runs_the_newest_are_looked_at_and_the_cut_is_said(tmp_path: Path) -> None:
    _fill(tmp_path / "runs.db", 100_000)
    request = replace(REQUEST, mlflow_uri=f"sqlite:///{tmp_path}/runs.db", allow_local=True)
    evidence = {item.topic: item for item in MlflowCollector().collect(request)}
    seen = evidence["mlflow.runs"].payload
    assert evidence["mlflow.runs"].sight is Sight.OK, evidence["mlflow.runs"].message
    assert (seen["count"], seen["cut"], seen["newest"]) == (MOST_RUNS, True, NOW.isoformat())
    assert all(len(json.dumps(item.payload)) < 40_000 for item in evidence.values())
