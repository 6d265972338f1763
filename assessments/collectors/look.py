"""Looking at all sources of a project at once: in parallel, isolated from each other, each within its time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from assessments.collectors.request import Collector, Request
from assessments.evidence import SEEING, Evidence, Sight
from mlops_portal.kernel.redaction import redacted_text

#: How much longer than its own limit a collector may take before we stop waiting for it.
GRACE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Look:
    """How one look at one source went: its worst sight, a message when it is not OK, seconds taken, what was seen."""

    source: str
    sight: Sight
    seconds: float
    message: str = ""
    evidence: tuple[Evidence, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The form published in the command's JSON under ``collectors``."""
        return {
            "source": self.source,
            "outcome": self.sight.value,
            "seconds": round(self.seconds, 3),
            "message": self.message,
        }


_WORST_FIRST = (Sight.ERROR, Sight.UNAUTHORISED, Sight.UNREACHABLE, Sight.OK, Sight.EMPTY)


def _summary(evidence: Sequence[Evidence]) -> tuple[Sight, str]:
    """The worst sight of a look and the first message that goes with it."""
    sights = {item.sight for item in evidence}
    sight = next((sight for sight in _WORST_FIRST if sight in sights), Sight.EMPTY)
    if sight in SEEING:
        return sight, ""
    return sight, next(item.message for item in evidence if item.sight is sight)


def look(collector: Collector, request: Request) -> Look:
    """Let one collector look. A collector that breaks its promise and raises becomes an ERROR, not our crash."""
    started = time.perf_counter()
    try:
        evidence = tuple(collector.collect(request))
    except Exception as error:  # noqa: BLE001 – the isolation boundary: one source never takes down another
        said = redacted_text(f"{type(error).__name__}: {error}")
        return Look(collector.source, Sight.ERROR, time.perf_counter() - started, said)
    sight, message = _summary(evidence)
    return Look(collector.source, sight, time.perf_counter() - started, message, evidence)


def _result(collector: Collector, future: Future[Look], request: Request) -> Look:
    if future.done():
        return future.result()
    message = f"Did not finish within {request.seconds:.0f} s; what was seen before stands until it runs out."
    return Look(collector.source, Sight.UNREACHABLE, request.seconds, message)


def look_everywhere(request: Request, collectors: Iterable[Collector]) -> tuple[Look, ...]:
    """Let every configured collector look, side by side. Returns one Look each, in the order given."""
    asked = [collector for collector in collectors if collector.configured(request)]
    if not asked:
        return ()
    pool = ThreadPoolExecutor(max_workers=len(asked), thread_name_prefix="look")
    futures = [pool.submit(look, collector, request) for collector in asked]
    wait(futures, timeout=request.seconds + GRACE_SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    return tuple(_result(collector, future, request) for collector, future in zip(asked, futures, strict=True))
