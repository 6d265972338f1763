"""Looking at several sources at once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from assessments.collectors.look import look, look_everywhere
from assessments.collectors.request import Request
from assessments.evidence import Evidence, Sight

NOW = datetime(2026, 11, 1, tzinfo=UTC)


class Watcher:
    """A collector that sees one thing, after ``before`` has run."""

    def __init__(self, source: str, *, before: object = None, sight: Sight = Sight.OK, message: str = "") -> None:
        self.source = source
        self.before, self.sight, self.message = before, sight, message

    def configured(self, request: Request) -> bool:
        return self.source != "absent"

    def collect(self, request: Request) -> list[Evidence]:
        if callable(self.before):
            self.before()
        return [Evidence(f"{self.source}.it", "x", self.sight, request.now, request.now, message=self.message)]


def failing() -> None:
    raise RuntimeError("broken parser")


def request(seconds: float = 30.0) -> Request:
    return Request(project="flights", now=NOW, seconds=seconds)


def test_a_source_that_is_not_configured_is_not_asked_and_not_reported() -> None:
    looks = look_everywhere(request(), [Watcher("absent"), Watcher("git")])
    assert [seen.source for seen in looks] == ["git"]


def test_sources_are_looked_at_side_by_side() -> None:
    both = threading.Barrier(2, timeout=20)
    looks = look_everywhere(request(), [Watcher("git", before=both.wait), Watcher("mlflow", before=both.wait)])
    assert [seen.sight for seen in looks] == [Sight.OK, Sight.OK]


def test_a_collector_that_raises_is_an_error_of_its_own_and_of_nobody_else() -> None:
    broken, fine = look_everywhere(request(), [Watcher("git", before=failing), Watcher("mlflow")])
    assert (broken.sight, broken.message) == (Sight.ERROR, "RuntimeError: broken parser")
    assert fine.sight is Sight.OK


def test_a_collector_that_hangs_is_given_up_and_said_so(monkeypatch: object) -> None:
    monkeypatch.setattr("assessments.collectors.look.GRACE_SECONDS", 0.0)  # type: ignore[attr-defined]
    release = threading.Event()
    try:
        hanging, fine = look_everywhere(
            request(seconds=0.2), [Watcher("git", before=lambda: release.wait(20)), Watcher("mlflow")]
        )
    finally:
        release.set()
    assert hanging.sight is Sight.UNREACHABLE
    assert "Did not finish" in hanging.message
    assert fine.sight is Sight.OK


def test_a_look_tells_its_worst_sight_with_the_message_that_goes_with_it() -> None:
    seen = look(Watcher("mlflow", sight=Sight.UNAUTHORISED, message="wrong password"), request())
    assert (seen.sight, seen.message) == (Sight.UNAUTHORISED, "wrong password")
