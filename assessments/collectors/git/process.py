"""The reading process: runs the readers one after the other and prints one JSON line for each thing that happens.

It lives apart from the portal because what it parses is hostile: a crash of a parser, a memory bomb or an endless loop
ends this process only, which holds no secrets and whose parent (``isolation``) goes on with the next topic.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from assessments.collectors.git.command import Deadline
from assessments.collectors.git.opening import Trees, open_trees
from assessments.collectors.git.reading import Reading
from assessments.collectors.git.refusals import CannotLook, OutOfTime, shown
from assessments.collectors.git.spec import Spec, find_reader, read_spec

#: Memory for all data of the process, in bytes.
MOST_MEMORY = 1536 * 1024**2

Say = Callable[[dict[str, Any]], None]


def main() -> None:
    """Read the specification from standard input and answer on standard output."""
    spec = read_spec(sys.stdin.read())
    _bound(spec.seconds)
    gc.set_threshold(200_000, 20, 100)  # syntax trees are many small objects: the default spends a third of the time
    # Readers and their libraries may print: only our own lines reach the parent.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(line: dict[str, Any]) -> None:
        answers.write(json.dumps(line, allow_nan=False) + "\n")
        answers.flush()

    read_topics(spec, say)


def _bound(seconds: float) -> None:
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(int(seconds) + 5)  # should the parent be gone


def read_topics(spec: Spec, say: Say) -> None:
    """Open the trees and run every reader; say what was listed, each topic's start and result, and what was skipped."""
    deadline = Deadline(spec.seconds)
    try:
        with open_trees(spec.repository, spec.bounds, deadline) as trees:
            say(_listed(trees))
            reading = _reading(spec, trees)
            for topic, name in spec.readers.items():
                say({"start": topic})
                say(_read(reading, topic, name, say))
            say(_skipped(trees))
    except (CannotLook, OutOfTime) as error:
        say({"refused": str(error)})


def _reading(spec: Spec, trees: Trees) -> Reading:
    return Reading(
        tree=trees.tree,
        root=trees.root,
        repository=spec.repository,
        now=spec.now,
        subpath=spec.repository.subpath,
        salt=spec.salt,
        roles=spec.roles,
    )


def _listed(trees: Trees) -> dict[str, Any]:
    sizes = [trees.tree.size(path) for path in trees.tree.paths]
    return {"listed": {"files": len(sizes), "bytes": sum(sizes), "complete": trees.complete}, **_skipped(trees)}


def _skipped(trees: Trees) -> dict[str, Any]:
    return {"skipped": trees.skips.as_json(), "skipped_total": trees.skips.total}


def _read(reading: Reading, topic: str, name: str, say: Say) -> dict[str, Any]:
    try:
        payload = dict(find_reader(name)(reading))
        json.dumps(payload, allow_nan=False)
    except Exception as error:  # noqa: BLE001 – one reader's fault costs its own topic only
        return {"topic": topic, "error": _fault(error)}
    return {"topic": topic, "payload": payload}


def _fault(error: Exception) -> str:
    if isinstance(error, CannotLook | OutOfTime):
        return str(error)
    return shown(f"{type(error).__name__}: {error}".rstrip(": "))
