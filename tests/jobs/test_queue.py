"""The web process stays light and quick, whatever state the queue is in."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from mlops_portal.jobs import queue
from mlops_portal.jobs.models import Job
from mlops_portal.jobs.sweep import sweep
from tests.installation import sqlite_installation

Request = Callable[..., Job]
#: What must not be loaded by a process that serves pages, until it first requests a job.
HEAVY = ("dbos", "sqlalchemy", "mlflow", "pandas", "sklearn", "evidently", "numpy")


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Close the clients that a test made."""
    yield
    queue.forget()


def test_starting_to_serve_pages_loads_nothing_heavy(sqlite_template: Path, tmp_path: Path) -> None:
    script = "import sys, mlops_portal.wsgi; from django.urls import get_resolver; get_resolver().url_patterns; "
    script += f"print([name for name in {HEAVY} if name in sys.modules])"
    assert sqlite_installation(sqlite_template, tmp_path).python("-c", script).stdout.strip() == "[]"


def test_without_a_queue_a_job_stays_queued(request_work: Request, settings: Settings) -> None:
    settings.DBOS_DATABASE_URL = ""
    assert queue.enqueue(request_work("tests.add")) is False


def test_before_the_first_worker_no_file_is_made(request_work: Request, settings: Settings, tmp_path: Path) -> None:
    settings.DBOS_DATABASE_URL = f"sqlite:///{tmp_path}/jobs.sqlite3"
    assert queue.enqueue(request_work("tests.add")) is False
    assert sweep().sent == 0
    assert not (tmp_path / "jobs.sqlite3").exists()


def test_a_queue_that_is_down_is_left_alone_for_a_while(
    request_work: Request, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.DBOS_DATABASE_URL = f"postgresql://u:hunter2@127.0.0.1:{taken.getsockname()[1]}/nothing"
        job = request_work("tests.add")
        assert queue.enqueue(job) is False
        began = time.monotonic()
        assert queue.enqueue(job) is False
        assert time.monotonic() - began < 0.05
    assert "The job queue cannot be reached" in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("sqlite:////var/jobs.sqlite3", "sqlite:////var/jobs.sqlite3"),
        ("postgres://u@db/jobs", "postgresql://u@db/jobs?connect_timeout=3"),
        ("postgresql://u@db/jobs?sslmode=require", "postgresql://u@db/jobs?sslmode=require&connect_timeout=3"),
    ],
)
def test_urls_are_given_as_the_queue_reads_them(url: str, seen: str) -> None:
    assert queue.database_url(url, timeout=3) == seen
