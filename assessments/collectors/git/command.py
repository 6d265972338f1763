"""Runs git with nothing of the machine's or the repository's configuration, in bounded time and output.

No shell, no terminal, no hooks, no templates, no attribute or credential helper of others, one allowed transport.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from assessments.collectors.git.refusals import CannotLook, OutOfTime

#: What a person's environment may pass on: how to reach the network and where keys are, never how git behaves.
_PASSED_ON = (
    "PATH", "TMPDIR", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "CURL_CA_BUNDLE",
    "http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
)  # fmt: skip

_FIXED = {
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "false",
    "SSH_ASKPASS": "false",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": "false",
}

SETTINGS = (
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
    "core.fsmonitor=false",
    "core.packedGitLimit=256m",
    "core.packedGitWindowSize=16m",
    "core.deltaBaseCacheLimit=64m",
    "core.quotePath=false",
    "credential.helper=",
    "gc.auto=0",
    "maintenance.auto=false",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "fetch.fsckObjects=false",
    "fetch.unpackLimit=1",
    "transfer.bundleURI=false",
    "log.showSignature=false",
    "http.followRedirects=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=30",
)

#: A git process may not take more memory than this for its data, whatever a repository packs into one object.
_MOST_MEMORY = 2 * 1024**3
#: Output of one command that is looked at, in bytes.
MOST_OUTPUT = 32 * 1024**2
_SHORTEST_WAIT = 0.05

Watch = Callable[[], None]


class Deadline:
    """A moment on the monotonic clock until which work may go on."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._until - time.monotonic())

    def check(self) -> None:
        """Raise OutOfTime when nothing is left."""
        if not self.left:
            raise OutOfTime("The time allowed for looking is used up.")

    def within(self, seconds: float) -> Deadline:
        """The nearer of this deadline and ``seconds`` from now."""
        return Deadline(min(self.left, seconds))


@dataclass(frozen=True, slots=True)
class Finished:
    """A git command that ended: its exit code, what it printed, and whether its output was cut at the bound."""

    code: int
    output: bytes
    errors: str
    cut: bool = False


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Build the whole environment of a git process; ``extra`` comes on top."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed_on, "HOME": os.devnull, "GIT_ALLOW_PROTOCOL": "none", **_FIXED, **(extra or {})}


def arguments(command: Sequence[str], settings: Sequence[str] = ()) -> list[str]:
    """Put git's hardening settings before ``command``."""
    return ["git", *(part for setting in (*SETTINGS, *settings) for part in ("-c", setting)), *command]


def limit(process: subprocess.Popen[bytes], file_bytes: int = 0) -> None:
    """Bound the memory, and the files written if asked, of a process just started, where the platform can."""
    if not hasattr(resource, "prlimit"):
        return
    bounds = {resource.RLIMIT_DATA: _MOST_MEMORY} | ({resource.RLIMIT_FSIZE: file_bytes} if file_bytes else {})
    for kind, most in bounds.items():
        with suppress(OSError):
            resource.prlimit(process.pid, kind, (most, most))


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process started in its own session, and every process it started, and wait for it."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run(
    command: Sequence[str],
    *,
    deadline: Deadline,
    extra: Mapping[str, str] | None = None,
    settings: Sequence[str] = (),
    given: bytes = b"",
    most_output: int = MOST_OUTPUT,
    watch: Watch | None = None,
) -> Finished:
    """Run one git command to its end. Output beyond ``most_output`` bytes ends it early, with ``cut`` set.

    ``watch`` is called a few times a second and may raise to end it. Raises OutOfTime, and CannotLook without git.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as source:
        source.write(given)
        source.seek(0)
        process = _start(arguments(command, settings), environment(extra), source, output, errors)
        # Even if we are killed ourselves, no output grows without end; a clone may be larger.
        limit(process, 0 if watch else 2 * most_output)
        try:
            cut = _wait(process, deadline, output, most_output, watch)
        finally:
            kill(process)
        return Finished(process.returncode, _content(output, most_output), _text(errors), cut)


def _start(
    command: list[str], variables: dict[str, str], source: IO[bytes], output: IO[bytes], errors: IO[bytes]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command, env=variables, stdin=source, stdout=output, stderr=errors, cwd="/", start_new_session=True
        )
    except FileNotFoundError:
        raise CannotLook("git is not installed where this runs. Install git.") from None


def _wait(
    process: subprocess.Popen[bytes], deadline: Deadline, output: IO[bytes], most_output: int, watch: Watch | None
) -> bool:
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=min(deadline.left, _SHORTEST_WAIT))
            return os.fstat(output.fileno()).st_size > most_output
        deadline.check()
        if watch is not None:
            watch()
        if os.fstat(output.fileno()).st_size > most_output:
            return True


def _content(output: IO[bytes], most: int) -> bytes:
    output.seek(0)
    return output.read(most)


def _text(errors: IO[bytes]) -> str:
    errors.seek(0)
    return errors.read(20_000).decode("utf-8", "replace")
