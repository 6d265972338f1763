"""Every adapter answers the same questions about the same world in the same way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest

from models_app.gateways.mlflow.connect import connect
from models_app.gateways.mlflow.port import DataInput, Tracking
from tests.models_app.gateways.mlflow.conftest import PASSWORD, Server
from tests.models_app.gateways.mlflow.seeding import COMMIT, MLMODEL, NOW, seed_mlflow, seeded_memory

YEAR = NOW - timedelta(days=365)
ALWAYS = NOW - timedelta(days=3650)


def _database(folder: Path) -> Tracking:
    uri = f"sqlite:///{folder}/runs.db"
    seed_mlflow(uri, folder)
    return connect(uri, inside=True)


def _server(server: Server, folder: Path, user: str = "", password: str = "") -> Tracking:
    credentials = {"MLFLOW_TRACKING_USERNAME": user, "MLFLOW_TRACKING_PASSWORD": password} if user else {}
    with mock.patch.dict(os.environ, credentials):
        seed_mlflow(server.uri(), folder)
    return connect(server.uri(user, password), inside=True)


@pytest.fixture(
    scope="module",
    params=[
        "memory",
        "database",
        pytest.param("server", marks=pytest.mark.mlflow_server),
        pytest.param("guarded", marks=pytest.mark.mlflow_server),
    ],
)
def tracking(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracking]:
    """Each adapter, holding the same world."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "memory":
        yield seeded_memory()
    elif request.param == "database":
        yield _database(folder)
    elif request.param == "server":
        yield _server(request.getfixturevalue("mlflow_server"), folder)
    else:
        yield _server(request.getfixturevalue("guarded_server"), folder, "dana", PASSWORD)


def _flights(tracking: Tracking) -> str:
    experiment = tracking.experiment("flights")
    assert experiment is not None
    return experiment.id


def test_an_experiment_is_found_by_its_name(tracking: Tracking) -> None:
    experiment = tracking.experiment("flights")
    assert experiment is not None
    assert experiment.name == "flights"


def test_unknown_and_deleted_experiments_are_nothing_not_errors(tracking: Tracking) -> None:
    assert tracking.experiment("never") is None
    assert tracking.experiment("gone") is None


def test_runs_come_newest_first_from_the_window_without_deleted_ones(tracking: Tracking) -> None:
    runs = tracking.runs([_flights(tracking)], since=YEAR, most=10)
    assert [run.name for run in runs.items] == ["10 days ago", "20 days ago", "30 days ago"]
    assert not runs.cut


def test_a_bound_on_runs_keeps_the_newest_and_says_that_it_cut(tracking: Tracking) -> None:
    runs = tracking.runs([_flights(tracking)], since=YEAR, most=2)
    assert [run.name for run in runs.items] == ["10 days ago", "20 days ago"]
    assert runs.cut


def test_exactly_as_many_runs_as_the_bound_are_not_cut(tracking: Tracking) -> None:
    assert not tracking.runs([_flights(tracking)], since=YEAR, most=3).cut


def test_a_window_without_bound_reaches_the_oldest_run(tracking: Tracking) -> None:
    assert len(tracking.runs([_flights(tracking)], since=ALWAYS, most=100).items) == 4


def test_an_experiment_without_runs_has_none(tracking: Tracking) -> None:
    empty = tracking.experiment("empty")
    assert empty is not None
    assert tracking.runs([empty.id], since=ALWAYS, most=10).items == ()


def test_a_run_carries_parameters_metrics_tags_status_and_data_inputs(tracking: Tracking) -> None:
    run = tracking.runs([_flights(tracking)], since=YEAR, most=1).items[0]
    assert run.started_at == NOW - timedelta(days=10)
    assert run.status == "FINISHED"
    assert run.params["depth"] == "10"
    assert run.metrics["mae"] == 1.0
    assert run.metrics["odd"] != run.metrics["odd"]  # not a number
    assert run.tags["mlflow.source.git.commit"] == COMMIT
    assert run.inputs == (DataInput("january", "d1g3st", "training", "local"),)


def test_a_run_is_found_by_its_id_as_in_a_search(tracking: Tracking) -> None:
    run = tracking.runs([_flights(tracking)], since=YEAR, most=1).items[0]
    again = tracking.run(run.id)
    assert again is not None
    assert (again.id, again.params, again.inputs) == (run.id, run.params, run.inputs)


def test_an_unknown_run_is_nothing(tracking: Tracking) -> None:
    assert tracking.run("0" * 32) is None


def test_a_model_is_found_with_its_aliases_and_tags(tracking: Tracking) -> None:
    model = tracking.model("flights-delay")
    assert model is not None
    assert model.aliases == {"champion": 2}
    assert model.tags["portal.slices"] == "carrier"


def test_an_unknown_model_is_nothing(tracking: Tracking) -> None:
    assert tracking.model("never") is None
    assert tracking.versions("never", most=5) == ()
    assert tracking.version("flights-delay", 99) is None


def test_versions_come_highest_first_and_bounded(tracking: Tracking) -> None:
    assert [version.number for version in tracking.versions("flights-delay", most=10)] == [3, 2, 1]
    assert [version.number for version in tracking.versions("flights-delay", most=2)] == [3, 2]


def test_a_version_leads_to_its_run(tracking: Tracking) -> None:
    version = tracking.version("flights-delay", 2)
    assert version is not None
    assert version.tags["validation_status"] == "passed"
    run = tracking.run(version.run_id)
    assert run is not None
    assert run.name == "20 days ago"


def test_a_version_made_from_a_logged_model_leads_to_its_run_too(tracking: Tracking) -> None:
    version = tracking.version("flights-delay", 3)
    assert version is not None
    run = tracking.run(version.run_id)
    assert run is not None
    assert run.name == "10 days ago"


def test_the_models_that_runs_made_are_found(tracking: Tracking) -> None:
    ids = [run.id for run in tracking.runs([_flights(tracking)], since=ALWAYS, most=10).items]
    assert tracking.models_of_runs(ids) == ("flights-delay",)
    assert tracking.models_of_runs(ids[3:]) == ()
    assert tracking.models_of_runs([]) == ()


@pytest.mark.parametrize("number", [1, 3])
def test_a_versions_files_are_read_from_runs_and_from_logged_models(tracking: Tracking, number: int) -> None:
    assert tracking.artifact("flights-delay", number, "MLmodel") == MLMODEL


def test_a_file_that_a_version_has_not_is_nothing(tracking: Tracking) -> None:
    assert tracking.artifact("flights-delay", 1, "input_example.json") is None


def test_the_address_shows_no_password(tracking: Tracking) -> None:
    assert PASSWORD not in tracking.address
    assert "@" not in tracking.address
