"""Which processes make up a running portal: the web server, the worker and an MLflow server, all on loopback."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from mlops_portal.portal.run.ports import LOOPBACK

#: Words that keep libraries from reporting their use, and MLflow from starting its job runner (see LIFECYCLE notes).
QUIET = {"DO_NOT_TRACK": "1", "MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where one running portal lives: its state folder, its code, its two ports."""

    var: Path
    code: Path
    port: int
    mlflow_port: int

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def mlflow_address(self) -> str:
        """Where the tracking server answers."""
        return f"http://{LOOPBACK}:{self.mlflow_port}"

    @property
    def logs(self) -> Path:
        """One log file per process."""
        return self.var / "log"

    @property
    def pids(self) -> Path:
        """One file per running process, with its id."""
        return self.var / "run"


def environment(place: Place) -> dict[str, str]:
    """The environment all processes get: where MLflow is, and no reporting home."""
    settings = os.environ.get("DJANGO_SETTINGS_MODULE", "mlops_portal.settings.development")
    return {
        **os.environ,
        **QUIET,
        "DJANGO_SETTINGS_MODULE": settings,
        "MLFLOW_TRACKING_URI": place.mlflow_address,
        "MLOPS_VAR_DIR": str(place.var),
        "PYTHONUNBUFFERED": "1",
    }


def commands(place: Place) -> dict[str, list[str]]:
    """The command of every process, by its name."""
    return {
        "mlflow": mlflow_command(place.var, place.mlflow_port),
        "web": _web(place),
        "worker": [sys.executable, str(place.code / "manage.py"), "worker"],
    }


def mlflow_command(var: Path, port: int) -> list[str]:
    """A small tracking server and registry on SQLite, artifacts below ``var``."""
    store = var / "mlflow"
    return [
        *(sys.executable, "-m", "mlflow", "server", "--host", LOOPBACK, "--port", str(port), "--workers", "1"),
        *("--backend-store-uri", f"sqlite:///{store / 'mlflow.sqlite3'}"),
        *("--artifacts-destination", str(store / "artifacts")),
    ]


def _web(place: Place) -> list[str]:
    """Gunicorn as in production; its access log goes to the log file."""
    return [
        *(sys.executable, "-m", "gunicorn", "mlops_portal.wsgi", "--chdir", str(place.code)),
        *("--bind", f"{LOOPBACK}:{place.port}", "--workers", "2", "--threads", "4", "--access-logfile", "-"),
        *("--graceful-timeout", "5", "--worker-tmp-dir", str(place.pids), "--no-control-socket"),
    ]


def shell(name: str, place: Place, command: list[str]) -> str:
    """The command for a shell: note the process id (``exec`` keeps it), then become the process."""
    note = shlex.quote(str(place.pids / f"{name}.pid"))
    return f"echo $$ > {note}; exec {shlex.join(command)}"
