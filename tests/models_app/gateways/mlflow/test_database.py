"""A database is read or refused, and never created, migrated or written to."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from mlops_portal.kernel.errors import Unavailable
from models_app.gateways.mlflow.connect import connect
from models_app.gateways.mlflow.port import Unsuitable
from tests.models_app.gateways.mlflow.seeding import NOW, seed_mlflow


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the schema that the installed MLflow writes."""
    folder = tmp_path_factory.mktemp("store")
    seed_mlflow(f"sqlite:///{folder}/runs.db", folder)
    return folder / "runs.db"


@pytest.fixture
def database(seeded: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copy(seeded, tmp_path / "runs.db"))


def _uri(path: Path) -> str:
    return f"sqlite:///{path}"


def _state(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _change(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_reading_leaves_every_byte_and_every_folder_as_it_was(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    before = _state(tmp_path)
    tracking = connect(_uri(database), inside=True)
    runs = tracking.runs(["1"], since=NOW - timedelta(days=90), most=10)
    for number in (1, 2, 3):
        assert tracking.artifact("flights-delay", number, "MLmodel")
    assert len(runs.items) == 3
    assert _state(tmp_path) == before


def test_a_missing_file_is_said_to_be_missing_and_not_created(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "runs.db"
    with pytest.raises(Unavailable, match="There is no file") as caught:
        connect(_uri(path), inside=True)
    assert caught.value.permanent
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("uri", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:////"])
def test_an_address_without_a_file_is_refused(uri: str) -> None:
    with pytest.raises(Unavailable):
        connect(uri, inside=True)


@pytest.mark.parametrize("content", [b"", b"not a database at all, only text " * 100])
def test_another_file_is_unsuitable_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "runs.db"
    path.write_bytes(content)
    with pytest.raises(Unsuitable):
        connect(_uri(path), inside=True)
    assert path.read_bytes() == content


def test_a_cut_off_database_is_an_outcome_not_a_crash(database: Path) -> None:
    database.write_bytes(database.read_bytes()[:20_000])
    with pytest.raises(Unavailable):
        connect(_uri(database), inside=True).experiment("flights")


def test_somebody_elses_database_is_unsuitable(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    _change(path, "CREATE TABLE orders (id INTEGER)")
    with pytest.raises(Unsuitable, match="not an MLflow database"):
        connect(_uri(path), inside=True)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE alembic_version SET version_num = '451aebb31d03'",
        "DELETE FROM alembic_version",
        "DROP TABLE alembic_version",
        "DROP TABLE logged_models",
    ],
)
def test_an_older_schema_is_named_and_never_migrated(database: Path, statement: str) -> None:
    _change(database, statement)
    before = _state(database.parent)
    with pytest.raises(Unsuitable, match=r"an older MLflow schema.*mlflow db upgrade"):
        connect(_uri(database), inside=True)
    assert _state(database.parent) == before


def test_a_newer_schema_is_named(database: Path) -> None:
    _change(database, "UPDATE alembic_version SET version_num = 'ffffffffffff'")
    with pytest.raises(Unsuitable, match=r"a newer MLflow schema \(ffffffffffff\)"):
        connect(_uri(database), inside=True)


def test_a_database_that_a_writer_holds_is_read_or_said_to_be_locked(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models_app.gateways.mlflow.database.CONNECT_SECONDS", 0.1)
    writer = sqlite3.connect(database, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(Unavailable, match="locked") as caught:
            connect(_uri(database), inside=True)
        assert not caught.value.permanent
    finally:
        writer.close()


def test_time_that_is_over_ends_a_query(database: Path) -> None:
    with pytest.raises(Unavailable, match="in time"):
        connect(_uri(database), inside=True, seconds=0.0).experiment("flights")


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_a_database_server_that_is_not_there_is_unreachable_and_the_password_stays_secret(scheme: str) -> None:
    with pytest.raises(Unavailable) as caught:
        connect(f"{scheme}://dana:s3cret@127.0.0.1:1/mlflow", inside=True, seconds=20)
    assert "s3cret" not in str(caught.value)


def test_artefacts_in_a_bucket_are_not_read_from_here(database: Path) -> None:
    _change(database, "UPDATE model_versions SET storage_location = 's3://bucket/model', source = 's3://bucket/model'")
    with pytest.raises(Unavailable, match="in s3"):
        connect(_uri(database), inside=True).artifact("flights-delay", 1, "MLmodel")


def test_a_path_never_leaves_the_versions_folder(database: Path, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "secret").write_text("s3cret")
    (tmp_path / "model" / "link").symlink_to(tmp_path / "secret")
    _change(database, f"UPDATE model_versions SET storage_location = '{tmp_path}/model'")
    tracking = connect(_uri(database), inside=True)
    assert tracking.artifact("flights-delay", 1, "../secret") is None
    assert tracking.artifact("flights-delay", 1, str(tmp_path / "secret")) is None
    assert tracking.artifact("flights-delay", 1, "link") is None


def test_a_web_process_loads_no_heavy_library() -> None:
    program = (
        "import sys, assessments.collectors.mlflow, assessments.checks.load as load; load.load_checks();"
        "print(sorted({'mlflow', 'sklearn', 'pandas', 'numpy', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "[]"
