"""The whole demo, with a real MLflow: killed in the middle, completed, and the same when it is loaded again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.installation import ROOT, Installation, sqlite_installation

pytestmark = pytest.mark.xdist_group("servers")

REPORT = """
import json
from assessments.models import Assessment, EvidenceRecord, Exemption, RoadmapStep, Scoring
from mlops_portal.accounts.models import User
from mlops_portal.projects.models import Project
from mlops_portal.reviews.models import Review
def verdicts(slug):
    newest = Scoring.objects.filter(project__slug=slug, framework="mlops-levels").latest("scored_at")
    dimensions = newest.scorecard["dimensions"]
    checks = [check for d in dimensions.values() for c in d["criteria"] for check in c["checks"]]
    return {check["id"]: check["verdict"] for check in checks}
def interval(slug):
    newest = Scoring.objects.filter(project__slug=slug, framework="mlops-levels").latest("scored_at")
    return [newest.confirmed, newest.possible]
slugs = list(Project.objects.values_list("slug", flat=True))
print(json.dumps({
    "users": User.objects.count(),
    "intervals": {slug: interval(slug) for slug in slugs},
    "verdicts": {slug: verdicts(slug) for slug in slugs},
    "errors": [run for run in Project.objects.values_list("collector_runs__message", flat=True) if run],
    "ci": {e.project.slug: e.payload["status"] for e in EvidenceRecord.objects.filter(topic="pushed.ci")},
    "tokens": [project.tokens.count() for project in Project.objects.all()],
    "scorings": Scoring.objects.count(),
    "assessments": {a.project.slug: a.state for a in Assessment.objects.all()},
    "waived": list(Exemption.objects.filter(state="granted").values_list("project__slug", flat=True)),
    "roadmap": dict(RoadmapStep.objects.filter(state="open").values_list("criterion", "owner__username")),
    "reviews": {f"{r.kind} {r.project.slug}": r.state for r in Review.objects.all()},
}))
"""


@pytest.fixture(scope="module")
def place(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A migrated installation with development settings."""
    made = sqlite_installation(sqlite_template, tmp_path_factory.mktemp("demo"))
    return replace(made, extra={"DJANGO_SETTINGS_MODULE": "mlops_portal.settings.development"})


@pytest.fixture(scope="module")
def killed(place: Installation) -> Iterator[str]:
    """What a load of the demo said that was killed with -9 while it trained, with everything it had started."""
    running = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "demo"],
        env=place.environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert running.stdout is not None
    said = ""
    while not said.endswith("6/10 "):
        said += running.stdout.read(1) or pytest.fail(said)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    yield said
    _stop_mlflow_of(place)


def _stop_mlflow_of(place: Installation) -> None:
    """The tracking server runs in a group of its own, so it outlives a kill -9 of the command."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines():
        if f"sqlite:///{place.var}/mlflow/" in line and "mlflow server" in line:
            os.killpg(int(line.split()[0]), signal.SIGTERM)


@pytest.fixture(scope="module")
def loaded(place: Installation, killed: str) -> str:
    """What the load said that completed the killed one."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "demo"],
        env=place.environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def report(place: Installation, loaded: str) -> dict[str, dict[str, dict[str, str]]]:
    """What the database holds afterwards."""
    return dict(json.loads(place.manage("shell", "-v0", "-c", REPORT).stdout))


@pytest.mark.mlflow_server
def test_a_killed_load_is_completed_by_the_next_one(loaded: str) -> None:
    assert "10/10" in loaded.splitlines()[-1]
    assert "failed" not in loaded


@pytest.mark.mlflow_server
def test_the_four_projects_come_out_at_four_different_intervals(report: dict[str, dict[str, list[int]]]) -> None:
    assert report["intervals"] == {
        "flights": [1, 3],
        "wine-cultivars": [1, 1],
        "breast-cancer-screening": [0, 1],
        "diabetes-progression": [0, 0],
    }


@pytest.mark.mlflow_server
def test_no_collector_has_anything_to_complain_about(report: dict[str, list[str]]) -> None:
    assert report["errors"] == []


@pytest.mark.mlflow_server
def test_the_tests_of_the_demos_repositories_really_pass(report: dict[str, dict[str, str]]) -> None:
    assert report["ci"] == {"flights": "success", "wine-cultivars": "success"}


@pytest.mark.mlflow_server
@pytest.mark.parametrize(
    ("check", "verdict"),
    [("MLF-01", "met"), ("MLF-03", "met"), ("MLF-04", "met"), ("MLF-05", "met"), ("MLF-07", "met"), ("MLF-08", "met")],
)
def test_what_flights_tracks_is_seen(report: dict[str, dict[str, dict[str, str]]], check: str, verdict: str) -> None:
    assert report["verdicts"]["flights"][check] == verdict


@pytest.mark.mlflow_server
def test_people_have_assessed_reviewed_and_waived(report: dict[str, Any]) -> None:
    assert report["assessments"] == {"flights": "submitted", "wine-cultivars": "accepted"}
    assert report["waived"] == ["breast-cancer-screening"]
    assert report["reviews"]["assessment flights"] == "open"
    assert report["reviews"]["assessment wine-cultivars"] == "approved"
    assert report["reviews"]["design-review diabetes-progression"] == "approved"
    assert report["roadmap"] == {"MC-2.5": "alice", "MR-2.2": "bob"}


@pytest.mark.mlflow_server
def test_loading_it_again_makes_nothing_twice(place: Installation, report: dict[str, object]) -> None:
    place.manage("demo")
    assert json.loads(place.manage("shell", "-v0", "-c", REPORT).stdout) == report


def test_where_the_demo_is_off_it_is_refused() -> None:
    with pytest.raises(CommandError, match="published password"):
        call_command("demo")
