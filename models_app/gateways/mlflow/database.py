"""MLflow's own database read directly, strictly read-only.

MLflow would create the file that is missing and migrate the schema that is old. So its store classes are given
connections that cannot write, and only when the schema is exactly the one they know.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from mlops_portal.kernel.errors import Unavailable
from models_app.gateways.mlflow.address import Address
from models_app.gateways.mlflow.port import (
    MOST_ARTIFACT_BYTES,
    DataInput,
    Experiment,
    Model,
    Refused,
    Run,
    Runs,
    Unsuitable,
    Version,
)

#: Runs per page; each page sorts the experiment anew.
PAGE = 500

#: Run ids per registry query, as for servers.
IDS_PER_QUERY = 40

CONNECT_SECONDS = 5


class DatabaseTracking:
    """An MLflow database, read within ``seconds``. Raises Unavailable when it is not there or not readable as it is."""

    def __init__(self, address: Address, *, seconds: float) -> None:
        from mlflow.exceptions import MlflowException  # noqa: PLC0415 – takes seconds; only this adapter pays

        self._address = address
        self._mlflow_error = MlflowException
        self._until = time.monotonic() + seconds
        with self._translated():
            engine = _read_only_engine(address, self._until)
            _require_known_schema(engine, address.shown)
            self._tracking, self._registry = _stores(engine, address.uri)

    @property
    def address(self) -> str:
        """Where it is, without credentials."""
        return self._address.shown

    def experiment(self, name: str) -> Experiment | None:
        """See Tracking."""
        with self._translated():
            found = self._tracking.get_experiment_by_name(name)
            if found is None or found.lifecycle_stage != "active":
                return None
            return Experiment(str(found.experiment_id), found.name)

    def runs(self, experiments: Sequence[str], *, since: datetime, most: int) -> Runs:
        """See Tracking."""
        found: dict[str, Run] = {}
        token = None
        window = f"attributes.start_time >= {int(since.timestamp() * 1000)}"
        with self._translated():
            while len(found) <= most:
                size = min(PAGE, most + 1 - len(found))
                page = self._tracking.search_runs(
                    list(experiments), window, 1, size, ["attributes.start_time DESC"], token
                )
                found |= {run.id: run for run in map(_run, page)}
                token = page.token
                if not token:
                    break
        return Runs(tuple(found.values())[:most], cut=len(found) > most)

    def run(self, id: str) -> Run | None:
        """See Tracking."""
        found = self._there(self._tracking.get_run, id)
        return None if found is None else _run(found)

    def model(self, name: str) -> Model | None:
        """See Tracking."""
        found = self._there(self._registry.get_registered_model, name)
        if found is None:
            return None
        return Model(found.name, {alias: int(number) for alias, number in found.aliases.items()}, dict(found.tags))

    def versions(self, model: str, *, most: int) -> tuple[Version, ...]:
        """See Tracking."""
        quoted = f"name='{model}'" if "'" not in model else f'name="{model}"'
        with self._translated():
            found = self._registry.search_model_versions(quoted, most, ["version_number DESC"])
            return tuple(map(_version, found))

    def version(self, model: str, number: int) -> Version | None:
        """See Tracking."""
        found = self._there(self._registry.get_model_version, model, str(number))
        return None if found is None else _version(found)

    def models_of_runs(self, runs: Sequence[str]) -> tuple[str, ...]:
        """See Tracking."""
        names: set[str] = set()
        with self._translated():
            for start in range(0, len(runs), IDS_PER_QUERY):
                ids = ",".join(f"'{run}'" for run in runs[start : start + IDS_PER_QUERY])
                found = self._registry.search_model_versions(f"run_id IN ({ids})", 1000)
                names |= {version.name for version in found}
        return tuple(sorted(names))

    def artifact(self, model: str, number: int, path: str) -> bytes | None:
        """See Tracking. Only artefacts in a folder of this machine: no store's credentials are kept here."""
        root = self._there(self._registry.get_model_version_download_uri, model, str(number))
        return None if root is None else _file_below(str(root), path)

    def _there(self, call: Callable[..., Any], *args: str) -> Any:
        """The call's result, or None when MLflow says that there is no such thing."""
        with self._translated():
            try:
                return call(*args)
            except self._mlflow_error as error:
                if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                    return None
                raise

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """Give up before asking when time is over; after that, the connection itself watches the time."""
        from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 – see above

        if time.monotonic() >= self._until:
            raise Unavailable(f"{self._address.shown} could not be read in time.")
        try:
            yield
        except (self._mlflow_error, SQLAlchemyError, sqlite3.Error, ImportError) as error:
            raise _translate(error, self._address.shown, late=time.monotonic() >= self._until) from None


def _translate(error: Exception, shown: str, *, late: bool) -> Unavailable:
    """One of our errors for one of the library's; its own text is not repeated, for it may hold the password."""
    text = str(error)
    if late:
        return Unavailable(f"{shown} could not be read in time.")
    if isinstance(error, ImportError):
        what = f"No driver for {urlsplit(shown).scheme} databases is installed here."
        return Unsuitable(what, do="Give the address of an MLflow server over it instead.", permanent=True)
    if "password" in text or "Access denied" in text or "authentication" in text:
        return Refused(f"{shown} does not accept our credentials.", permanent=True)
    if "not a database" in text or "malformed" in text:
        return Unsuitable(f"{shown} is not a readable SQLite file.", permanent=True)
    if "locked" in text:
        return Unavailable(f"{shown} is locked by a writer.")
    return Unavailable(f"{shown} cannot be read ({type(error).__name__}).")


def _sqlite_file(address: Address) -> Path:
    path = Path(unquote(urlsplit(address.uri).path)[1:])
    if not path.is_file():
        what = (
            f"There is no file {path}." if str(path) not in (".", ":memory:") else "The address names no SQLite file."
        )
        raise Unavailable(what, do="Check the path; nothing was created.", permanent=True)
    return path


def _sqlite_connector(path: Path, until: float) -> Callable[[], sqlite3.Connection]:
    """Opens the file so that SQLite itself refuses every write, and gives up when time is over."""

    def connect() -> sqlite3.Connection:
        uri = f"{path.resolve().as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, timeout=CONNECT_SECONDS, check_same_thread=False)
        connection.set_progress_handler(lambda: int(time.monotonic() > until), 10_000)
        return connection

    return connect


def _read_only_engine(address: Address, until: float) -> Any:
    """An SQLAlchemy engine whose every connection can only read."""
    from sqlalchemy import create_engine  # noqa: PLC0415 – see above
    from sqlalchemy.pool import NullPool  # noqa: PLC0415

    if address.scheme == "sqlite":
        connector = _sqlite_connector(_sqlite_file(address), until)
        return create_engine("sqlite://", creator=connector, poolclass=NullPool)
    milliseconds = max(1, int((until - time.monotonic()) * 1000))
    arguments = {
        "postgresql": {
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c default_transaction_read_only=on -c statement_timeout={milliseconds}",
        },
        "mysql": {"connect_timeout": CONNECT_SECONDS, "init_command": "SET SESSION TRANSACTION READ ONLY"},
    }
    return create_engine(address.uri, connect_args=arguments[address.scheme], poolclass=NullPool)


def _require_known_schema(engine: Any, shown: str) -> None:
    """Raise Unsuitable unless the schema is exactly the one that the installed MLflow reads without migrating."""
    from mlflow.store.db import utils  # noqa: PLC0415 – see above
    from sqlalchemy import inspect  # noqa: PLC0415

    if not inspect(engine).has_table("experiments"):
        raise Unsuitable(f"{shown} is not an MLflow database: it has no experiments.", permanent=True)
    revision, known = utils._get_schema_version(engine), utils._get_latest_schema_revision()
    if revision == known and utils._all_tables_exist(engine):
        return
    older = revision is None or _is_known(revision)
    age, cure = ("an older", "run `mlflow db upgrade` on it") if older else ("a newer", "upgrade this service")
    do = f"Ask over its MLflow server, or {cure}; nothing was changed."
    raise Unsuitable(f"{shown} has {age} MLflow schema ({revision or 'none'}) than we read.", do=do, permanent=True)


def _is_known(revision: str) -> bool:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 – see above
    from alembic.util.exc import CommandError  # noqa: PLC0415
    from mlflow.store.db import utils  # noqa: PLC0415

    try:
        return ScriptDirectory.from_config(utils._get_alembic_config("")).get_revision(revision) is not None
    except CommandError:
        return False


def _stores(engine: Any, uri: str) -> tuple[Any, Any]:
    """MLflow's two stores over ``engine``; they neither make an engine of their own nor write a first experiment."""
    from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore as Registry  # noqa: PLC0415 – see above
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore as Tracking  # noqa: PLC0415

    class ReadOnly:
        def _get_or_create_engine(self, _uri: str) -> Any:
            return engine

        def _initialize_store_state(self) -> None:
            """Write nothing."""

    tracking = type("ReadOnlyTracking", (ReadOnly, Tracking), {})(uri, "/nonexistent")
    return tracking, type("ReadOnlyRegistry", (ReadOnly, Registry), {})(uri)


def _file_below(root: str, path: str) -> bytes | None:
    parts = urlsplit(root)
    if parts.scheme not in ("", "file"):
        what = f"The artefacts are in {parts.scheme}, which is not read from here."
        raise Unavailable(what, do="Give the address of an MLflow server: it fetches them itself.", permanent=True)
    folder = Path(unquote(parts.path) if parts.scheme else root)
    if not folder.is_dir():
        raise Unavailable(f"The artefact folder {folder} is not on this machine.", permanent=True)
    file = (folder / path).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        return None
    with file.open("rb") as stream:
        return stream.read(MOST_ARTIFACT_BYTES)


def _moment(milliseconds: int | None) -> datetime:
    return datetime.fromtimestamp((milliseconds or 0) / 1000, UTC)


def _input(item: Any) -> DataInput:
    tags = {tag.key: tag.value for tag in item.tags}
    dataset = item.dataset
    return DataInput(dataset.name, dataset.digest, tags.get("mlflow.data.context", ""), dataset.source_type or "")


def _run(found: Any) -> Run:
    inputs = found.inputs.dataset_inputs if found.inputs else ()
    return Run(
        id=found.info.run_id,
        experiment_id=str(found.info.experiment_id),
        started_at=_moment(found.info.start_time),
        name=found.info.run_name or "",
        status=str(found.info.status),
        user=found.info.user_id or found.data.tags.get("mlflow.user", ""),
        params=dict(found.data.params),
        metrics=dict(found.data.metrics),
        tags=dict(found.data.tags),
        inputs=tuple(map(_input, inputs)),
    )


def _version(found: Any) -> Version:
    return Version(
        model=found.name,
        number=int(found.version),
        created_at=_moment(found.creation_timestamp),
        run_id=found.run_id or "",
        source=found.source or "",
        stage=found.current_stage or "",
        user=found.user_id or "",
        tags=dict(found.tags),
    )
