"""How fast a tree of 10,000 files is listed and read, as a ratio to ``git archive | tar`` doing the same.

Run: ``python -m benchmarks.git_tree [files]``. The bound: listing and reading by all readers in at most 2 seconds.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from assessments.collectors.git.access import open_repository
from assessments.collectors.git.bounds import Bounds
from assessments.collectors.git.collector import GitCollector
from assessments.collectors.git.command import Deadline
from assessments.collectors.git.opening import open_trees
from assessments.collectors.request import Request
from assessments.evidence import Evidence

BOUND_SECONDS = 2.0
ROUNDS = 5

TRAINING = '''"""Module {number}."""

import pandas as pd
from sklearn.linear_model import LogisticRegression


def train(frame: pd.DataFrame) -> LogisticRegression:
    """Fit on everything that is complete."""
    clean = frame.dropna().assign(total=lambda table: table["a"] + table["b"])
    return LogisticRegression(max_iter={number}).fit(clean[["a", "b"]], clean["late"])
'''
PLAIN = '''"""Module {number}."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row{number}:
    """One row of table {number}."""

    key: str
    amount: int = {number}

    def total(self, factor: int = 1) -> int:
        """The amount, scaled."""
        return self.amount * factor


def rows(lines: list[str]) -> list[Row{number}]:
    """Read lines of ``key,amount``."""
    return [Row{number}(key, int(amount)) for key, amount in (line.split(",") for line in lines)]
'''
#: Of ten files: Python, configuration, and what only needs to be listed.
KINDS = (".py", ".py", ".py", ".md", ".yaml", ".json", ".csv", ".txt", ".html", ".sql")


def make(folder: Path, files: int) -> Path:
    """Make a packed repository of ``files`` files in folders of fifty."""
    repository = folder / "large"
    for number in range(files):
        kind = KINDS[number % len(KINDS)]
        path = repository / f"package{number // 500:03}" / f"part{number // 50 % 10}" / f"file{number:05}{kind}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content(number, kind))
    identity = ("-c", "user.name=Alice", "-c", "user.email=alice@example.org", "-c", "gc.auto=0")
    for command in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "Begin"), ("gc", "-q")):
        subprocess.run(["git", *identity, *command], cwd=repository, check=True)
    return repository


def content(number: int, kind: str) -> str:
    """Text for one file; one Python file in six trains a model."""
    if kind != ".py":
        return f"line: {number}\n" * 20
    return (TRAINING if number % 20 == 0 else PLAIN).format(number=number)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Least wall-clock and processor seconds of several rounds, those of child processes included."""
    walls, processors = [], []
    for _ in range(ROUNDS):
        began, before = time.perf_counter(), os.times()
        work()
        walls.append(time.perf_counter() - began)
        processors.append(sum(os.times()[:4]) - sum(before[:4]))
    return min(walls), min(processors)


def request_for(repository: Path) -> Request:
    """A request for a local repository."""
    return Request(project="large", now=datetime.now(UTC), repository=str(repository), allow_local=True)


def archive(repository: Path) -> None:
    """The peer: git packs every file and tar unpacks them to nowhere."""
    subprocess.run("git archive HEAD | tar -xO > /dev/null", shell=True, cwd=repository, check=True)


def list_and_read(repository: Path) -> None:
    """List the commit and read every file, in this process."""
    with (
        open_repository(request_for(repository)) as opened,
        open_trees(opened, Bounds(), Deadline(60)) as trees,
    ):
        assert all(trees.tree.read(path) is not None for path in trees.tree.paths)


def collect(repository: Path) -> list[Evidence]:
    """Look as an assessment does: every reader, in a process of its own."""
    return GitCollector().collect(request_for(repository))


def main(files: int) -> int:
    """Print the table; 1 when the bound is broken."""
    with tempfile.TemporaryDirectory() as folder:
        repository = make(Path(folder), files)
        rows = [
            ("git archive | tar (the peer)", *timed(lambda: archive(repository))),
            ("list and read every file", *timed(lambda: list_and_read(repository))),
            ("collect with all readers", *timed(lambda: collect(repository))),
        ]
        topics = sorted(item.topic for item in collect(repository))
    print(f"{files} files, best of {ROUNDS} rounds; topics: {', '.join(topics)}")
    print(f"{'what':32}{'seconds':>9}{'ratio':>8}{'processor s':>13}{'files/s':>10}")
    for name, wall, processor in rows:
        print(f"{name:32}{wall:9.3f}{wall / rows[0][1]:8.1f}{processor:13.3f}{files / wall:10.0f}")
    own, children = (
        resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"peak memory: {own} MB here, {children} MB in the largest child")
    # Other work on the machine stretches the clock; the processor's time is what we spend ourselves.
    broken = min(rows[-1][1:]) > BOUND_SECONDS
    print(f"bound {BOUND_SECONDS} s for all readers: {'BROKEN' if broken else 'held'} (load {os.getloadavg()[0]:.1f})")
    return int(broken)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
