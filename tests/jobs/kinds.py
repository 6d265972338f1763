"""Job kinds that tests run: well-behaved, failing, stubborn, deadly."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError

from mlops_portal.jobs.context import JobContext
from mlops_portal.jobs.kinds import job_kind
from mlops_portal.kernel.errors import Invalid, Unavailable

_a_moment = threading.Event()


def note(line: str) -> None:
    """Add a line to the diary in the installation's folder; one write, so lines of several processes do not mix."""
    with (Path(settings.VAR_DIR) / "diary").open("a") as diary:
        diary.write(f"{line}\n")


@job_kind("tests.add", title="Add numbers", permission="projects.collect")
def add(context: JobContext, *numbers: int, **named: int) -> dict[str, int]:
    """Add what is given."""
    context.progress(0.5, "adding")
    return {"sum": sum(named.values())}


@job_kind("tests.diary", title="Write into the diary")
def write(context: JobContext, line: str) -> dict[str, str]:
    """Note the line."""
    note(line)
    return {"line": line}


@job_kind("tests.gate", title="Wait until the gate is open")
def wait_for_gate(context: JobContext) -> dict[str, int]:
    """Note that it began, report until the file ``open`` is there, note that it ended."""
    note("begun")
    while not (Path(settings.VAR_DIR) / "open").exists():
        context.progress(0.5, "waiting")
        _a_moment.wait(0.05)
    note("ended")
    return {"pid": os.getpid()}


@job_kind("tests.deaf", title="Heed nothing")
def heed_nothing(context: JobContext) -> None:
    """Note that it began, then listen to nobody for ten minutes."""
    note("begun")
    _a_moment.wait(600)


@job_kind("tests.poison", title="Kill the worker", backoff=0)
def kill_the_worker(context: JobContext) -> None:
    """Die, and take the worker along, as the kernel's out-of-memory killer does."""
    note("begun")
    os.kill(os.getpid(), signal.SIGKILL)


@job_kind("tests.fail", title="Fail", backoff=0)
def fail(context: JobContext, how: str) -> Any:
    """Fail in a given way."""
    errors: dict[str, Exception] = {
        "bug": ZeroDivisionError("division by zero at https://u:hunter2-hunter2@host/x"),
        "refusal": Invalid("The branch is gone.", do="Choose another."),
        "passing": Unavailable("MLflow does not answer."),
        "lasting": Unavailable("The password is wrong.", permanent=True),
        "database": OperationalError("database is locked"),
    }
    if how in errors:
        raise errors[how]
    return {"unkeepable": object()} if how == "result" else {"large": "x" * 2_000_000}
