"""What an earlier start left behind is recognised, and nothing else is."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlops_portal.portal.run import leftovers

#: A process that stops when asked, and one that does not listen; both say when they are ready.
OBEDIENT = "import signal; print('ready', flush=True); signal.pause()"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {OBEDIENT}"


@pytest.fixture
def process(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    """A Python process in a group of its own."""
    command = [sys.executable, "-S", "-c", request.param]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert running.stdout is not None
    running.stdout.readline()
    yield running
    running.kill()
    running.wait()
    running.stdout.close()


@pytest.mark.parametrize("process", [OBEDIENT], indirect=True)
def test_a_noted_process_that_lives_is_found(process: subprocess.Popen[str], tmp_path: Path) -> None:
    leftovers.note(tmp_path, "web", process.pid)
    assert leftovers.still_running(tmp_path) == {"web": process.pid}


@pytest.mark.parametrize("process", [OBEDIENT], indirect=True)
def test_a_left_over_process_is_stopped(process: subprocess.Popen[str], tmp_path: Path) -> None:
    leftovers.note(tmp_path, "web", process.pid)
    leftovers.stop({"web": process.pid})
    assert process.wait(10) == -signal.SIGTERM
    assert leftovers.still_running(tmp_path) == {}


@pytest.mark.parametrize("process", [DEAF], indirect=True)
def test_a_process_that_does_not_listen_is_killed(
    process: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "PATIENCE", 0.2)
    leftovers.stop({"web": process.pid})
    assert process.wait(10) == -signal.SIGKILL


def test_a_process_that_ended_is_not_running(tmp_path: Path) -> None:
    leftovers.note(tmp_path, "web", 2**22 + 1)
    assert leftovers.still_running(tmp_path) == {}


def test_somebody_elses_process_with_the_same_id_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as stranger:
        leftovers.note(tmp_path, "web", stranger.pid)
        assert leftovers.still_running(tmp_path) == {}


def test_a_damaged_note_is_no_process(tmp_path: Path) -> None:
    (tmp_path / "web.pid").write_text("")
    assert leftovers.still_running(tmp_path) == {}


def test_nothing_is_noted_after_forgetting(tmp_path: Path) -> None:
    leftovers.note(tmp_path, "web", 1)
    leftovers.forget(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="only Linux tells where another process was started")
def test_a_manager_that_was_started_by_a_relative_path_is_found(tmp_path: Path) -> None:
    interpreter = Path(sys.executable)
    command = [str(Path(interpreter.parent.name) / interpreter.name), "-S", "-c", OBEDIENT]
    with subprocess.Popen(command, cwd=interpreter.parent.parent, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        running.stdout.readline()
        leftovers.note(tmp_path, leftovers.MANAGER, running.pid)
        found = leftovers.still_running(tmp_path)
        running.kill()
    assert found == {leftovers.MANAGER: running.pid}
