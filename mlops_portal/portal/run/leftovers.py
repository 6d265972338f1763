"""What an earlier start left behind: a portal that is still running, or processes whose manager was killed."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from mlops_portal.portal.run.ports import command_line

#: The manager's own note, beside one note per process.
MANAGER = "manager"
#: Seconds a left-over process gets to stop by itself before it is killed.
PATIENCE = 10.0


def note(pids: Path, name: str, pid: int) -> None:
    """Write down that this process runs under this name."""
    pids.mkdir(parents=True, exist_ok=True)
    (pids / f"{name}.pid").write_text(f"{pid}\n", encoding="ascii")


def forget(pids: Path) -> None:
    """Take all notes away: everything has stopped."""
    for path in pids.glob("*.pid"):
        path.unlink(missing_ok=True)


def still_running(pids: Path) -> dict[str, int]:
    """The noted processes that are really alive and really ours, by name."""
    return {name: pid for name, pid in _noted(pids) if _is_ours(pid)}


def stop(running: dict[str, int]) -> None:
    """Stop left-over processes with everything they started: first politely, then not."""
    for pid in running.values():
        _signal_group(pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while any(_is_ours(pid) for pid in running.values()):
        if time.monotonic() > deadline:
            for pid in running.values():
                _signal_group(pid, signal.SIGKILL)
            return
        time.sleep(0.1)


def _noted(pids: Path) -> Iterator[tuple[str, int]]:
    for path in sorted(pids.glob("*.pid")):
        with contextlib.suppress(OSError, ValueError):
            yield path.stem, int(path.read_text(encoding="ascii"))


def _is_ours(pid: int) -> bool:
    """Ids are used again after a restart of the machine, so a process counts only if it runs our interpreter."""
    line = command_line(pid)
    return pid != os.getpid() and (sys.executable in line or _interpreter(pid, line) == sys.executable)


def _interpreter(pid: int, line: str) -> str:
    """The program of a command line as an absolute path: the manager may have been started as ``.venv/bin/python``."""
    with contextlib.suppress(OSError):
        return os.path.normpath(Path(f"/proc/{pid}/cwd").readlink() / line.partition(" ")[0])
    return ""


def _signal_group(pid: int, what: signal.Signals) -> None:
    """Every process leads its own group, so this reaches its children too."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, what)
