"""The tracking server the demo trains against: the one that runs already, or one for the time of the demo."""

from __future__ import annotations

import os
import signal
import subprocess
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path

from mlops_portal.portal.demo.workshop import DemoFailed
from mlops_portal.portal.run.answers import NotAnswering, answer, wait_for
from mlops_portal.portal.run.ports import LOOPBACK, any_free
from mlops_portal.portal.run.processes import QUIET, mlflow_command

#: Seconds MLflow may take to start on a slow machine (7 to 18 were measured).
PATIENCE = 180.0


@contextmanager
def tracking_server(configured: str, var: Path) -> Iterator[str]:
    """The address of a server that answers. Raises DemoFailed when the configured one does not come up.

    Without a configured address a server of our own runs on the same store for as long as it is needed.
    """
    if configured:
        _await(configured)
        yield configured
        return
    port = any_free()
    address = f"http://{LOOPBACK}:{port}"
    process = _start(var, port)
    try:
        _await(address)
        yield address
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def has_alias(address: str, model: str, alias: str) -> bool:
    """Whether the registry at ``address`` has this alias of this model."""
    query = urllib.parse.urlencode({"name": model, "alias": alias})
    said = answer(f"{address}/api/2.0/mlflow/registered-models/alias?{query}")
    return said == HTTPStatus.OK


def _await(address: str) -> None:
    try:
        wait_for(f"{address}/health", seconds=PATIENCE)
    except NotAnswering as error:
        raise DemoFailed(f"MLflow: {error}") from error


def _start(var: Path, port: int) -> subprocess.Popen[bytes]:
    for folder in (var / "mlflow", var / "log"):
        folder.mkdir(parents=True, exist_ok=True)
    with (var / "log" / "mlflow-demo.log").open("wb") as log:
        return subprocess.Popen(
            mlflow_command(var, port), env={**os.environ, **QUIET}, stdout=log, stderr=log, start_new_session=True
        )
