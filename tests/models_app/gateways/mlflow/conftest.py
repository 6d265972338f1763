"""Real MLflow servers on loopback, started once for all tests that need one and stopped after them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PASSWORD = "correct-horse-battery"


@dataclass(frozen=True)
class Server:
    """A running server: where it is, without credentials."""

    host: str

    def uri(self, user: str = "", password: str = "") -> str:
        """Its address, with credentials if given."""
        return f"http://{user}:{password}@{self.host}" if user else f"http://{self.host}"


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _environment(folder: Path) -> dict[str, str]:
    auth = folder / "auth.ini"
    auth.write_text(
        "[mlflow]\ndefault_permission = READ\n"
        f"database_uri = sqlite:///{folder}/auth.db\n"
        f"admin_username = dana\nadmin_password = {PASSWORD}\n"
        "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n"
    )
    return {
        **os.environ,
        "MLFLOW_AUTH_CONFIG_PATH": str(auth),
        "MLFLOW_FLASK_SERVER_SECRET_KEY": "only-for-tests",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }


@contextmanager
def running_server(folder: Path, *extra: str) -> Iterator[Server]:
    """Run a server over ``server.db`` in the folder for the time of the block."""
    port = _free_port()
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder}/server.db", "--artifacts-destination", str(folder / "art")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *extra], cwd=folder, env=_environment(folder), stdout=log, stderr=log, start_new_session=True
        )
    try:
        _await_health(f"http://127.0.0.1:{port}/health", process, folder / "log")
        yield Server(f"127.0.0.1:{port}")
    finally:
        os.killpg(process.pid, 15)
        process.wait(20)


def _await_health(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.3)  # waiting for a process to come up: there is nothing to subscribe to
    pytest.fail(f"MLflow did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def mlflow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without accounts."""
    with running_server(tmp_path_factory.mktemp("mlflow")) as server:
        yield server


@pytest.fixture(scope="session")
def guarded_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with basic-auth; Dana is its administrator."""
    pytest.importorskip("flask_wtf", reason="MLflow's basic-auth app needs Flask-WTF: pip install 'Flask-WTF<2'")
    with running_server(tmp_path_factory.mktemp("guarded"), "--app-name", "basic-auth") as server:
        yield server
