"""Ports on loopback: whether one is free, and who holds it when it is not."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

LOOPBACK = "127.0.0.1"
_LISTEN = "0A"


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def holder(port: int) -> str:
    """Who listens on the port, such as "nginx (process 812)"; empty when this user may not know."""
    pid = _holder_from_proc(port) or _holder_from_lsof(port)
    return f"{program(pid)} (process {pid})" if pid else ""


def program(pid: int) -> str:
    """The short name of a running process, or "a process" when it cannot be read."""
    words = command_line(pid).split()
    return Path(words[0]).name if words else "a process"


def command_line(pid: int) -> str:
    """The command line of a running process; empty when there is none or it may not be read."""
    proc = Path("/proc") / str(pid) / "cmdline"
    try:
        return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return (
            _output("ps", "-ww", "-o", "args=", "-p", str(pid)).strip()
            if not proc.parent.parent.joinpath("self").exists()
            else ""
        )


def _holder_from_proc(port: int) -> int | None:
    """Linux: the listening socket's inode from /proc/net/tcp, then the process that has it open."""
    inode = _listening_inode(port)
    if inode is None:
        return None
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if descriptor.readlink().name == f"socket:[{inode}]":
                return int(descriptor.parts[2])
        except OSError:  # the process ended, or belongs to somebody else
            continue
    return None


def _listening_inode(port: int) -> str | None:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for fields in map(str.split, rows):
            if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                return fields[9]
    return None


def _holder_from_lsof(port: int) -> int | None:
    """Elsewhere: ask lsof, if the machine has it."""
    if os.path.isdir("/proc/self"):  # noqa: PTH112 – a probe of the platform, not of our files
        return None
    pids = _output("lsof", "-nP", "-t", f"-iTCP:{port}", "-sTCP:LISTEN").split()
    return int(pids[0]) if pids else None


def _output(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    return subprocess.run(command, capture_output=True, text=True, timeout=5, check=False).stdout
