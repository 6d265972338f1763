"""All processes start together, and all stop together."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import ROOT

WAITING = "import signal; signal.pause()"
#: Tells its parent's manager to stop, as Ctrl-C does, once it runs.
INTERRUPTING = (
    "import os, pathlib, signal; "
    "os.kill(int(pathlib.Path(os.environ['MLOPS_VAR_DIR'], 'manager').read_text()), signal.SIGINT); signal.pause()"
)
KEEPER = """
import json, os, sys
from pathlib import Path
from mlops_portal.portal.run.household import keep
from mlops_portal.portal.run.processes import Place
var = Path(sys.argv[1])
(var / "run").mkdir()
(var / "manager").write_text(str(os.getpid()))
place = Place(var, Path.cwd(), 8000, 5001)
commands = {name: [sys.executable, "-S", "-c", code] for name, code in json.loads(sys.argv[2]).items()}
sys.exit(keep(place, commands, verbose=False))
"""


def kept(var: Path, **codes: str) -> subprocess.CompletedProcess[str]:
    """Run ``keep`` in a process of its own over small Python programs."""
    return subprocess.run(
        [sys.executable, "-c", KEEPER, str(var), json.dumps(codes)],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "mlops_portal.settings.testing"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_when_one_stops_all_stop_and_its_last_words_are_shown(tmp_path: Path) -> None:
    done = kept(tmp_path, web="print('no such module'); raise SystemExit(3)", worker=WAITING)
    assert done.returncode == 1
    assert "web stopped by itself" in done.stdout
    assert "no such module" in done.stdout


def test_a_process_that_ends_well_by_itself_is_named_too(tmp_path: Path) -> None:
    done = kept(tmp_path, web=WAITING, worker="print('done')")
    assert done.returncode == 1
    assert "worker stopped by itself" in done.stdout


def test_a_failing_story_says_how_to_go_on(tmp_path: Path) -> None:
    done = kept(tmp_path, web=WAITING, story="print('Step 3 failed.'); raise SystemExit(1)")
    assert done.returncode == 1
    assert "Step 3 failed." in done.stdout
    assert "`make run` goes on from there" in done.stdout


def test_asked_to_stop_it_says_so_and_leaves_tidily(tmp_path: Path) -> None:
    done = kept(tmp_path, web=WAITING, worker=INTERRUPTING)
    assert done.returncode == 0
    assert done.stdout == "Stopped.\n"
    assert "Traceback" not in done.stderr


def test_no_note_of_a_process_is_left(tmp_path: Path) -> None:
    kept(tmp_path, web="raise SystemExit(1)")
    assert list((tmp_path / "run").iterdir()) == []


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_both_ways_of_asking_are_known(asked: signal.Signals) -> None:
    from mlops_portal.portal.run.household import ASKED_TO_STOP

    assert 128 + asked in ASKED_TO_STOP
