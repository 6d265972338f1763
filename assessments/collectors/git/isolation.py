"""Runs readers in a process of their own, with time and memory limits per topic, and gathers what they saw.

When the process crashes or hangs, the topic it was at is lost, with the reason, and a new process reads the rest.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from assessments.collectors.git.command import Deadline, kill
from assessments.collectors.git.refusals import CannotLook
from assessments.collectors.git.spec import Spec

_START = "from assessments.collectors.git.process import main; main()"
_LARGEST_LINE = 32 * 1024**2
_CHUNK = 1 << 16
_SHORTEST = 1.0


@dataclass
class Seen:
    """What the readers saw: payloads and faults by topic, what was listed, and what was skipped and why."""

    payloads: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    listed: Mapping[str, Any] = field(default_factory=dict)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    skipped_total: int = 0
    refused: str = ""

    def done(self, topic: str) -> bool:
        """Whether there is an outcome for ``topic``."""
        return topic in self.payloads or topic in self.faults


def read_isolated(spec: Spec, deadline: Deadline, topic_seconds: float) -> Seen:
    """Run every reader of ``spec``, each within ``topic_seconds``. Raises CannotLook when nothing can be listed."""
    seen = Seen()
    while rest := {topic: name for topic, name in spec.readers.items() if not seen.done(topic)}:
        if deadline.left < _SHORTEST:
            seen.faults |= dict.fromkeys(rest, "No time was left to read it; the repository is large or slow to read.")
            break
        before = len(seen.payloads) + len(seen.faults)
        _run(replace(spec, readers=rest, seconds=deadline.left), seen, deadline, topic_seconds)
        if seen.refused:
            raise CannotLook(seen.refused)
        if not seen.listed or len(seen.payloads) + len(seen.faults) == before:
            raise CannotLook("The repository's files could not be listed in the time and memory allowed.")
    return seen


def _run(spec: Spec, seen: Seen, deadline: Deadline, topic_seconds: float) -> None:
    """One process: take in what it says until it ends, or until it is ended for being late."""
    with tempfile.TemporaryFile() as given:
        given.write(spec.as_json().encode())
        given.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-P", "-s", "-c", _START],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            cwd="/",
            bufsize=0,
            start_new_session=True,
        )
    current = ""
    try:
        for line in _lines(process, deadline, topic_seconds):
            current = line.get("start", "" if "topic" in line else current)
            _take(line, seen)
    except _Ended as ended:
        if current:
            seen.faults[current] = str(ended)
    finally:
        kill(process)
        if process.stdout is not None:
            process.stdout.close()


def _environment() -> dict[str, str]:
    """No secret of ours reaches the process. A fixed hash seed makes the same sight give the same bytes."""
    passed_on = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LANG") if name in os.environ}
    here = os.pathsep.join(os.path.abspath(path) for path in sys.path)  # noqa: PTH100 – entries may be zip files or ""
    return {**passed_on, "PYTHONPATH": here, "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}


class _Ended(Exception):
    """The process ended before its work did."""


def _lines(process: subprocess.Popen[bytes], deadline: Deadline, topic_seconds: float) -> Iterator[dict[str, Any]]:
    held = bytearray()
    patience = deadline.within(topic_seconds)
    while True:
        chunk = _chunk(process, patience, topic_seconds)
        if not chunk:
            break
        held += chunk
        if len(held) > _LARGEST_LINE:
            raise _Ended("What was read is too large to keep.")
        while (end := held.find(b"\n")) >= 0:
            line: dict[str, Any] = json.loads(held[:end])
            del held[: end + 1]
            patience = deadline.within(topic_seconds)
            yield line
    if process.wait() != 0:
        raise _Ended("Reading it crashed; a file in the repository is too much for its parser.")


def _chunk(process: subprocess.Popen[bytes], patience: Deadline, topic_seconds: float) -> bytes:
    assert process.stdout is not None  # noqa: S101 – opened as a pipe
    ready, _, _ = select.select([process.stdout], [], [], patience.left)
    if not ready:
        raise _Ended(f"Reading it took longer than {topic_seconds:.0f} seconds or all the time left.")
    return os.read(process.stdout.fileno(), _CHUNK)


def _take(line: dict[str, Any], seen: Seen) -> None:
    if "payload" in line:
        seen.payloads[line["topic"]] = line["payload"]
    elif "error" in line:
        seen.faults[line["topic"]] = line["error"]
    seen.refused = line.get("refused", seen.refused)
    seen.listed = line.get("listed", seen.listed)
    if "skipped" in line:
        known = {item["path"]: item for item in (*seen.skipped, *line["skipped"])}
        seen.skipped = [known[path] for path in sorted(known)]
        seen.skipped_total = max(seen.skipped_total, line["skipped_total"], len(known))
