"""Real worker processes on real databases: killed, stopped, doubled, left without a queue."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.installation import ROOT, Installation

PROCESS = str(ROOT / "tests" / "jobs" / "process.py")
_PATIENCE = 60.0


class House:
    """An installation and the processes started in it."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.processes: list[subprocess.Popen[str]] = []

    def request(self, kind: str, subject: str = "it", *arguments: str) -> None:
        self.installation.python(PROCESS, "request", kind, subject, *arguments)

    def start_worker(self, name: str = "one") -> subprocess.Popen[str]:
        worker = self.installation.start(PROCESS, "worker", name)
        self.processes.append(worker)
        return worker

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        url = self.installation.database_url
        if url.startswith("sqlite"):
            connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)
            try:
                return connection.execute(statement).fetchall()
            finally:
                connection.close()
        with psycopg.connect(url) as server:
            return server.execute(statement.encode()).fetchall()

    def job(self) -> tuple[Any, ...]:
        """State, attempts, error and message of the one job that tests asked for."""
        return self.query("SELECT state, attempts, error, message FROM jobs_job WHERE kind LIKE 'tests.%'")[0]

    def diary(self) -> list[str]:
        path = Path(self.installation.var) / "diary"
        return path.read_text().splitlines() if path.exists() else []

    def open_gate(self) -> None:
        (self.installation.var / "open").touch()

    def until(self, condition: Callable[[], bool]) -> None:
        """Come back as soon as the condition holds; fail with what the processes said when it does not in time."""
        deadline = time.monotonic() + _PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                logs = [path.read_text() for path in self.installation.var.glob("process-*.log")]
                pytest.fail(f"waited in vain; job: {self.job()}, diary: {self.diary()}\n" + "\n".join(logs))
            time.sleep(0.1)

    def until_job_is(self, state: str) -> None:
        self.until(lambda: self.job()[0] == state)


@pytest.fixture
def house(installation: Installation) -> Iterator[House]:
    """An installation whose processes are ended with the test."""
    house = House(installation)
    yield house
    for process in house.processes:
        process.kill()
        process.wait()


def _stop(worker: subprocess.Popen[str]) -> float:
    """Seconds that a worker takes to leave after SIGTERM."""
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=_PATIENCE) == 0
    return time.monotonic() - began


def test_a_job_whose_worker_is_killed_in_the_middle_is_done_by_the_next_one(house: House) -> None:
    house.request("tests.gate")
    worker = house.start_worker()
    house.until(lambda: house.diary() == ["begun"])
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert house.job()[0] == "running"
    house.open_gate()
    house.start_worker()
    house.until_job_is("succeeded")
    assert house.diary() == ["begun", "begun", "ended"]
    assert house.job()[1] == 2


def test_a_job_that_kills_its_worker_is_given_up_after_three_attempts(house: House) -> None:
    house.request("tests.poison")
    for _ in range(3):
        assert house.start_worker().wait(timeout=_PATIENCE) == -signal.SIGKILL
    last = house.start_worker()
    house.until_job_is("failed")
    state, attempts, error, _ = house.job()
    assert (state, attempts, len(house.diary())) == ("failed", 3, 3)
    assert error == "Given up: the worker died in the middle of it 3 times."
    assert _stop(last) < 10


def test_a_worker_that_is_told_to_stop_puts_its_job_back_and_leaves_within_seconds(house: House) -> None:
    house.request("tests.gate")
    worker = house.start_worker()
    house.until(lambda: house.diary() == ["begun"])
    assert _stop(worker) < 10
    assert house.job()[:2] == ("queued", 0)
    house.open_gate()
    house.start_worker()
    house.until_job_is("succeeded")
    assert house.job()[1] == 1


def test_a_job_that_heeds_nothing_does_not_keep_a_worker_from_stopping(house: House) -> None:
    house.request("tests.deaf")
    worker = house.start_worker()
    house.until(lambda: house.diary() == ["begun"])
    assert _stop(worker) < 20
    assert house.job()[0] == "queued"


def test_a_job_requested_while_the_queue_cannot_be_reached_is_run_later(house: House) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: whoever connects is refused
        dead = f"postgresql://nobody@127.0.0.1:{taken.getsockname()[1]}/nothing"
        replace(house.installation, jobs_url=dead).python(PROCESS, "request", "tests.diary", "late")
    assert house.job()[0] == "queued"
    house.start_worker()
    house.until_job_is("succeeded")
    assert house.diary() == ["late"]


def test_what_the_queue_remembers_of_ended_work_is_forgotten(house: House) -> None:
    house.start_worker()
    house.request("tests.diary", "a,b")
    house.until(lambda: sorted(house.diary()) == ["a", "b"])
    house.until(lambda: house.query("SELECT count(*) FROM jobs_job WHERE finished_at IS NULL") == [(0,)])
    forget = "from mlops_portal.jobs.queue import forget_ended as f; from mlops_portal.kernel.clock import now as n; "
    script = f"import django; django.setup(); {forget} a = f(n()); print(a >= 2, f(n()))"
    assert house.installation.python("-c", script).stdout.split() == ["True", "0"]


def test_without_the_queues_database_the_worker_says_so_and_leaves(house: House) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        dead = f"postgresql://nobody:hunter2@127.0.0.1:{taken.getsockname()[1]}/nothing"
        said = replace(house.installation, jobs_url=dead).manage("worker", check=False)
    assert said.returncode == 1
    assert "The queue's database cannot be used" in said.stderr
    assert "hunter2" not in said.stderr + said.stdout


def test_many_jobs_are_each_run_once_by_two_workers(house: House) -> None:
    names = [f"n{number}" for number in range(20)]
    workers = [house.start_worker("one"), house.start_worker("two")]
    house.request("tests.diary", ",".join(names))
    open_jobs = "SELECT count(*) FROM jobs_job WHERE kind = 'tests.diary' AND state <> 'succeeded'"
    house.until(lambda: house.query(open_jobs) == [(0,)])
    assert sorted(house.diary()) == sorted(names)
    assert all(worker.poll() is None for worker in workers)


def test_a_second_worker_of_the_same_name_is_refused(house: House) -> None:
    house.start_worker()
    house.until(lambda: house.query("SELECT count(*) FROM jobs_worker") == [(1,)])
    second = house.start_worker()
    assert second.wait(timeout=_PATIENCE) == 1
    said = [path.read_text() for path in house.installation.var.glob("process-*.log")]
    assert any("A worker called 'one' already runs here." in text for text in said)
    os.kill(house.processes[0].pid, 0)
