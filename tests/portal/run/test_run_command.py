"""`manage.py run` as the person at the terminal sees it, with real servers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from mlops_portal.portal.run.ports import LOOPBACK, any_free, command_line
from tests.installation import ROOT, Installation, sqlite_installation


@pytest.fixture
def place(sqlite_template: Path, tmp_path: Path) -> Installation:
    """A migrated installation with development settings."""
    made = sqlite_installation(sqlite_template, tmp_path)
    return replace(made, extra={"DJANGO_SETTINGS_MODULE": "mlops_portal.settings.development"})


@contextmanager
def started(place: Installation, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`manage.py run` in a process group of its own, stopped hard at the end whatever happened."""
    running = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "run", "--no-demo", *arguments],
        env=place.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield running
    finally:
        for pid in [running.pid, *noted(place).values()]:
            if command_line(pid):
                os.killpg(pid, signal.SIGKILL)
        running.wait()


def noted(place: Installation) -> dict[str, int]:
    """The processes that the run wrote down."""
    return {path.stem: int(path.read_text()) for path in (place.var / "run").glob("*.pid") if path.read_text().strip()}


def told_until(running: subprocess.Popen[str], word: str) -> str:
    """What was said up to the line with the word, or all of it."""
    assert running.stdout is not None
    said = ""
    for line in running.stdout:
        said += line
        if word in line:
            break
    return said


@pytest.mark.mlflow_server
@pytest.mark.xdist_group("servers")
def test_it_starts_prints_the_address_answers_and_stops_cleanly_on_ctrl_c(place: Installation) -> None:
    port, mlflow_port = any_free(), any_free()
    with started(place, "--port", str(port), "--mlflow-port", str(mlflow_port)) as running:
        said = told_until(running, "Ctrl-C")
        assert f"The portal is ready: http://127.0.0.1:{port}\n" in said
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as page:
            assert page.status == 200
        processes = noted(place)
        assert {"manager", "mlflow", "web", "worker"} <= processes.keys()
        os.killpg(running.pid, signal.SIGINT)
        rest = told_until(running, "no such word")
        assert running.wait(60) == 0
        assert rest.strip() == "Stopped."
        assert [name for name, pid in processes.items() if command_line(pid)] == []


@pytest.mark.mlflow_server
@pytest.mark.xdist_group("servers")
def test_after_a_killed_manager_the_next_start_says_so_and_clears_up(place: Installation) -> None:
    ports = ("--port", str(any_free()), "--mlflow-port", str(any_free()))
    with started(place, *ports) as first:
        told_until(first, "Ctrl-C")
        first.kill()
        first.wait()
        left = noted(place)
        assert command_line(left["web"])
        with started(place, *ports) as second:
            said = told_until(second, "Ctrl-C")
            assert "An earlier run was killed and left" in said
            assert f"web (process {left['web']})" in said
            assert "The portal is ready" in said
            assert not command_line(left["web"])


@pytest.mark.parametrize(("option", "variable"), [("--port", "PORT"), ("--mlflow-port", "MLFLOW_PORT")])
def test_a_taken_port_is_named_with_its_holder_and_the_cure(place: Installation, option: str, variable: str) -> None:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        taken = listener.getsockname()[1]
        ports = {"--port": str(any_free()), "--mlflow-port": str(any_free()), option: str(taken)}
        done = place.manage("run", "--no-demo", *(word for pair in ports.items() for word in pair), check=False)
    assert done.returncode == 1
    assert f"Port {taken} on 127.0.0.1" in done.stderr
    assert f"(process {os.getpid()})" in done.stderr
    assert f"make run {variable}={taken + 10}" in done.stderr


def test_a_second_run_from_the_same_folder_is_refused(place: Installation) -> None:
    with subprocess.Popen(
        [sys.executable, "-S", "-c", "import signal; print(flush=True); signal.pause()"], stdout=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        (place.var / "run").mkdir()
        (place.var / "run" / "manager.pid").write_text(str(running.pid))
        done = place.manage("run", "--no-demo", check=False)
        running.kill()
    assert done.returncode == 1
    assert f"already running from {place.var} (process {running.pid})" in done.stderr
