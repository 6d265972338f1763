"""How long it takes to score 10,000 projects again from their stored evidence, beside parsing the same JSON alone.

Run it with ``python -m benchmarks.rescore [--projects 10000] [--processes 2] [--framework mlops-levels]``. Each project
has every topic that a check reads (``benchmarks.full_project``). As in the database, a payload is JSON text with its
content digest beside it; a project is parsed, scored by the real checks, and its level kept. The peer does the parsing
and nothing else, in the same processes. Wall-clock seconds depend on what else the machine does; the processor's own
time, per project, does so less; the ratio to the peer least.

The bar is 10,000 projects in 10 s on two cores.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

from assessments.evidence import Evidence, content_digest, with_digest
from assessments.frameworks.shipped import framework
from assessments.scoring.engine import score
from assessments.scoring.published import to_json
from benchmarks.full_project import NOW, full_evidence

#: Seconds that 10,000 projects may take.
BAR = 10.0

#: Projects that a process is handed at a time.
BATCH = 250


@dataclass(frozen=True)
class Stored:
    """One row of evidence: everything but the payload, and the payload as text."""

    evidence: Evidence
    payload: str
    digest: str


ROWS: list[Stored] = []


def _store(rows: list[Stored]) -> None:
    ROWS.extend(rows)
    score([], framework(), now=NOW)
    gc.collect()
    gc.freeze()  # what was imported is not looked through again at every collection


def _load(row: Stored, project: int) -> Evidence:
    given = row.evidence
    payload = json.loads(row.payload)
    loaded = Evidence(
        given.topic,
        f"project-{project}",
        given.sight,
        given.effective_at,
        given.collected_at,
        payload,
        given.message,
        given.link,
        given.collector,
        given.valid_until,
    )
    return with_digest(loaded, row.digest)


def parse_only(start: int, name: str) -> Counter[str]:
    """Parse the payloads of a batch: the peer."""
    for _ in range(start, start + BATCH):
        for row in ROWS:
            json.loads(row.payload)
    return Counter({"parsed": BATCH})


def rescore(start: int, name: str) -> Counter[str]:
    """Parse and score a batch; count the levels."""
    under = framework(name)
    evidence = ([_load(row, project) for row in ROWS] for project in range(start, start + BATCH))
    return Counter(str(score(items, under, now=NOW).overall) for items in evidence)


def publish(start: int, name: str) -> Counter[str]:
    """Parse and score a batch, and put the scorecards into their published shape."""
    under = framework(name)
    evidence = ([_load(row, project) for row in ROWS] for project in range(start, start + BATCH))
    return Counter(str(to_json(score(items, under, now=NOW))["overall"]) for items in evidence)


Work = Callable[[int, str], Counter[str]]


def timed(work: Work, start: int, name: str) -> float:
    """Processor seconds that a batch took."""
    began = time.process_time()
    work(start, name)
    return time.process_time() - began


def measure(pool: ProcessPoolExecutor, work: Work, projects: int, name: str) -> tuple[float, float]:
    """Wall-clock seconds for all projects, and processor seconds of all processes together."""
    starts = range(0, projects, BATCH)
    began = time.perf_counter()
    processor = sum(pool.map(partial(timed, work), starts, [name] * len(starts)))
    return time.perf_counter() - began, processor


def describe(rows: list[Stored], name: str) -> None:
    """Say how full the evidence is: sizes, and what the checks and levels come to."""
    scorecard = score([row.evidence for row in rows], framework(name), now=NOW)
    outcomes = Counter(result.verdict.outcome.value for result in scorecard.checks.values())
    print(f"{len(rows)} topics, {sum(len(row.payload) for row in rows) / 1000:.0f} kB of JSON in a project")
    print(f"checks: {dict(outcomes)}; level {scorecard.overall} under {name}\n")


def main() -> int:
    """Measure and print; exit 1 above the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--framework", default="mlops-levels")
    options = parser.parse_args()
    rows = [Stored(item, json.dumps(dict(item.payload)), content_digest(item)) for item in full_evidence()]
    describe(rows, options.framework)
    projects = -(-options.projects // BATCH) * BATCH
    works: dict[str, Work] = {"json.loads alone": parse_only, "re-score": rescore, "re-score and publish": publish}
    print(f"{projects} projects, {options.processes} processes, load {os.getloadavg()[0]:.1f}")
    print(f"{'work':<22}{'wall s':>9}{'processor ms/project':>22}{'ratio':>8}")
    with ProcessPoolExecutor(options.processes, initializer=_store, initargs=(rows,)) as pool:
        measure(pool, parse_only, BATCH * options.processes, options.framework)
        taken = {label: measure(pool, work, projects, options.framework) for label, work in works.items()}
    for label, (wall, processor) in taken.items():
        ratio = processor / taken["json.loads alone"][1]
        print(f"{label:<22}{wall:>9.2f}{processor / projects * 1000:>22.3f}{ratio:>8.2f}")
    bar, wall = BAR * projects / 10_000, taken["re-score"][0]
    print(f"\nthe bar for {projects} projects is {bar:.1f} s: {'held' if wall < bar else 'missed'}")
    return 0 if wall < bar else 1


if __name__ == "__main__":
    sys.exit(main())
