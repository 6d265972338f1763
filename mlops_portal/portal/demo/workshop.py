"""Running what the demo's repositories contain: their tests and their training, in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from mlops_portal.portal.run.processes import QUIET

#: Seconds one command of a repository may take on a slow machine.
PATIENCE = 600
#: How much of a failing command's words are shown.
TAIL = 25


class DemoFailed(Exception):
    """A step of the demo did not work; the message says which command and what it said."""


def run_python(repository: Path, *arguments: str, mlflow: str = "") -> str:
    """Run this installation's Python in the repository and return what it said. Raises DemoFailed."""
    done = _run(repository, arguments, mlflow)
    if done.returncode:
        raise DemoFailed(f"`python {' '.join(arguments)}` failed in {repository}:\n{_end(done)}")
    return done.stdout


def tests_pass(repository: Path) -> bool:
    """Whether the repository's own tests pass, as its CI would find. Raises DemoFailed when they cannot be run."""
    done = _run(repository, ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"), "")
    if done.returncode not in (0, 1):  # 1 is pytest's word for failing tests, the others are trouble with running them
        raise DemoFailed(f"The tests of {repository} cannot be run:\n{_end(done)}")
    return done.returncode == 0


def _run(repository: Path, arguments: tuple[str, ...], mlflow: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=repository,
            env=_environment(mlflow),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DemoFailed(f"`python {' '.join(arguments)}` took more than {PATIENCE} s in {repository}.") from error


def _environment(mlflow: str) -> dict[str, str]:
    """The portal's settings and keys are none of the repository's business."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT") if name in os.environ}
    own = {"PYTHONDONTWRITEBYTECODE": "1", "GIT_PYTHON_REFRESH": "quiet"}
    return {**kept, **QUIET, **own, **({"MLFLOW_TRACKING_URI": mlflow} if mlflow else {})}


def _end(done: subprocess.CompletedProcess[str]) -> str:
    return "\n".join((done.stdout + done.stderr).splitlines()[-TAIL:])
