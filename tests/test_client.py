"""The client for CI, run as CI runs it: downloaded from a portal that answers, as a process of its own."""

from __future__ import annotations

import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from assessments.lifecycle.rescore import rescore
from assessments.models import EvidenceRecord
from mlops_portal.kernel.actor import Actor
from mlops_portal.projects.actions import issue_token
from mlops_portal.projects.models import Project

Run = Callable[..., subprocess.CompletedProcess[str]]
CI = {"GITHUB_SHA": "a" * 40, "GITHUB_REF_NAME": "main", "PORTAL_DEFAULT_BRANCH": "main"}


@pytest.fixture
def run(live_server: Any, flights: Project, tmp_path: Path) -> Run:
    """Downloads the client and runs it, with the token of *flights* in its environment."""
    rescore(actor=Actor.system("test"), project=flights)
    secret = issue_token(actor=Actor.system("test"), project=flights, name="ci")[1]
    with urllib.request.urlopen(f"{live_server.url}/client.py") as answer:
        assert answer.headers["Content-Type"].startswith("text/x-python")
        (tmp_path / "client.py").write_bytes(answer.read())

    def client(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        known = {
            "PORTAL_URL": live_server.url,
            "PORTAL_PROJECT": "flights",
            "PORTAL_TOKEN": secret,
            **CI,
            **environment,
        }
        command = [sys.executable, "-I", str(tmp_path / "client.py"), *arguments]
        return subprocess.run(command, env=known, capture_output=True, text=True, timeout=60, check=False)

    return client


def test_it_pushes_how_ci_ended(run: Run, flights: Project) -> None:
    done = run("push", "--topic", "pushed.ci", "--result", "passed")
    assert (done.returncode, done.stderr) == (0, "")
    assert "flights" in done.stdout
    payload = EvidenceRecord.objects.get(project=flights, topic="pushed.ci").payload
    assert (payload["status"], payload["commit"], payload["branch"]) == ("success", "a" * 40, "main")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("--level", "0"), 0),
        (("--level", "1"), 3),
        (("--level", "1", "--strict"), 1),
        (("--dimension", "model-release=0"), 0),
        (("--level", "0", "--dimension", "model-release=4", "--strict"), 1),
        (("--dimension", "nothing=1"), 2),
        ((), 2),
        (("--level", "9"), 2),
    ],
)
def test_it_leaves_with_the_code_of_the_gate(run: Run, asked: tuple[str, ...], code: int) -> None:
    done = run("assert", *asked)
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stdout + done.stderr


def test_what_is_lacking_is_named_and_the_token_is_never_told(run: Run) -> None:
    assert "PORTAL_TOKEN" in run("assert", "--level", "1", PORTAL_TOKEN="").stderr
    assert "--commit" in run("push", "--result", "passed", GITHUB_SHA="").stderr
    assert "https://" in run("assert", "--level", "1", PORTAL_URL="http://portal.example.org").stderr
    wrong = run("assert", "--level", "1", PORTAL_TOKEN="mlp_wrong")
    assert (wrong.returncode, "401" in wrong.stderr, "mlp_wrong" in wrong.stdout + wrong.stderr) == (2, True, False)


@pytest.fixture
def busy() -> Iterator[HTTPServer]:
    """A portal that is busy once, then answers; and that sends whoever asks for *moved* somewhere else."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.server.asked.append(self.headers["Authorization"])  # type: ignore[attr-defined]
            moved, first = "moved" in self.path, len(self.server.asked) == 1  # type: ignore[attr-defined]
            self.send_response(302 if moved else 503 if first else 200)
            self.send_header("Retry-After", "1")
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(b'{"decision": "passes", "sentence": "Level 2 is confirmed.", "fresh": true}')

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answers)
    server.asked = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def test_a_busy_portal_is_asked_again_when_it_says(run: Run, busy: HTTPServer) -> None:
    done = run("assert", "--level", "2", PORTAL_URL=f"http://127.0.0.1:{busy.server_port}")
    assert (done.returncode, "again in 1 s" in done.stderr) == (0, True)
    assert len(busy.asked) == 2  # type: ignore[attr-defined]


def test_the_token_is_sent_to_nobody_whom_a_redirect_names(run: Run, busy: HTTPServer) -> None:
    url = f"http://127.0.0.1:{busy.server_port}"
    done = run("assert", "--level", "2", PORTAL_URL=url, PORTAL_PROJECT="moved")
    assert done.returncode == 2
    assert len(busy.asked) == 1  # type: ignore[attr-defined]
