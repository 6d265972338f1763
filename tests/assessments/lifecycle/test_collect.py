"""Collecting, scoring and explaining a real repository from end to end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assessments.lifecycle.collect import collect_project, request_collection
from assessments.lifecycle.rescore import rescore
from assessments.models import CollectorRun, Scoring
from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.jobs.models import Job
from mlops_portal.kernel.actor import Actor, Face
from mlops_portal.kernel.errors import NotAllowed
from mlops_portal.projects.actors import actor_from_user
from mlops_portal.projects.models import Project
from tests.assessments.collectors.git.repositories import Commit, add_commit, make_repository

TRAIN = """
import argparse

from sklearn.linear_model import Ridge


def train(alpha: float) -> Ridge:
    return Ridge(alpha=alpha).fit([[0.0], [1.0]], [0.0, 1.0])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--alpha", type=float, default=1.0)
    train(parser.parse_args().alpha)
"""
TEST = "from train import train\n\n\ndef test_it_learns_the_slope():\n    assert train(0.1).coef_[0] > 0.5\n"
ANSWERS = """
answers:
  - id: HUM-05
    answer: "yes"
    text: Training runs on the shared cluster that the platform team provisions.
    link: https://wiki.example.org/cluster
    by: Alice
    at: {at}
    expires: {expires}
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    from datetime import timedelta

    from mlops_portal.kernel import clock

    today = clock.now().date()
    answers = ANSWERS.format(at=today - timedelta(days=2), expires=today + timedelta(days=90))
    files = {"train.py": TRAIN, "tests/test_train.py": TEST, "requirements.txt": "scikit-learn==1.9.1\n"}
    return make_repository(tmp_path, {**files, "mlops.yaml": answers}, when=clock.now() - timedelta(days=1))


@pytest.fixture
def project(flights: Project, repository: Path, tmp_path: Path, settings: Any) -> Project:
    settings.REPOSITORY_ROOTS = [str(tmp_path)]
    Project.objects.filter(pk=flights.pk).update(repository=str(repository))
    flights.refresh_from_db()
    return flights


def actor(user: User) -> Actor:
    return actor_from_user(user, face=Face.WEB)


def live(project: Project) -> Scoring:
    return Scoring.objects.get(project=project, framework="mlops-levels", live=True)


def verdicts(project: Project) -> dict[str, str]:
    dimensions = live(project).scorecard["dimensions"].values()
    return {c["id"]: c["verdict"].lower() for d in dimensions for cr in d["criteria"] for c in cr["checks"]}


def causes(project: Project) -> dict[str, str]:
    return {change["id"]: change["cause"] for change in live(project).changes if change["kind"] == "check"}


def commit(repository: Path, files: dict[str, Any]) -> None:
    from mlops_portal.kernel import clock

    add_commit(repository, Commit(files, when=clock.now()))


def test_a_member_collects_and_every_source_shows_how_it_went(project: Project, alice: User) -> None:
    collect_project(actor=actor(alice), project=project)
    assert {run.source: run.sight for run in CollectorRun.objects.all()} == {"git": "ok", "human": "ok"}
    seen = verdicts(project)
    assert seen["GIT-01"] == seen["GIT-02"] == seen["GIT-05"] == seen["HUM-05"] == "met"
    assert seen["MLF-01"] == seen["ORC-02"] == seen["MON-01"] == seen["APR-01"] == "unknown"
    assert AuditEntry.objects.filter(verb="assessment.scored", project_id=project.pk).exists()


@pytest.mark.parametrize(
    ("deleted", "check", "becomes", "cause"),
    [
        ("tests/test_train.py", "GIT-05", "not_met", "new evidence"),
        ("mlops.yaml", "HUM-05", "unknown", "attestation changed"),
    ],
)
def test_deleting_evidence_changes_just_its_verdicts_and_names_the_cause(
    project: Project, repository: Path, alice: User, deleted: str, check: str, becomes: str, cause: str
) -> None:
    collect_project(actor=actor(alice), project=project)
    before = verdicts(project)
    commit(repository, {deleted: None})
    collect_project(actor=actor(alice), project=project)
    after = verdicts(project)
    assert after[check] == becomes
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"GIT-04", "GIT-05", "GIT-06", "GIT-08", "GIT-10"} if deleted.startswith("tests") else {check}
    assert causes(project)[check] == cause


def test_collecting_twice_without_a_change_keeps_one_assessment(project: Project, alice: User) -> None:
    for _ in range(2):
        collect_project(actor=actor(alice), project=project)
    rows = Scoring.objects.filter(framework="mlops-levels")
    assert rows.count() == 1
    assert rows.get().checked_at > rows.get().scored_at


def test_re_scoring_the_same_evidence_gives_the_same_verdicts(project: Project, alice: User) -> None:
    collect_project(actor=actor(alice), project=project)
    before = verdicts(project), live(project).pk
    rescore(actor=Actor.system("re-score"), project=project)
    assert (verdicts(project), live(project).pk) == before


def test_a_repository_that_went_away_lowers_nothing_and_is_shown(
    project: Project, repository: Path, alice: User
) -> None:
    collect_project(actor=actor(alice), project=project)
    before = verdicts(project)
    repository.rename(repository.with_name("elsewhere"))
    collect_project(actor=actor(alice), project=project)
    assert verdicts(project) == before
    run = CollectorRun.objects.get(source="git")
    assert run.sight == "unreachable"
    assert run.last_good_at is not None


def test_a_stranger_may_not_collect(project: Project, charlie: User) -> None:
    with pytest.raises(NotAllowed):
        collect_project(actor=actor(charlie), project=project)
    with pytest.raises(NotAllowed):
        request_collection(actor=actor(charlie), project=project)
    assert not CollectorRun.objects.exists()
    assert not Job.objects.exists()


def test_a_double_click_asks_for_one_job_per_source(project: Project, alice: User) -> None:
    first = request_collection(actor=actor(alice), project=project)
    second = request_collection(actor=actor(alice), project=project)
    assert [job.pk for job in first] == [job.pk for job in second]
    assert sorted(Job.objects.values_list("subject", flat=True)) == ["git", "human"]


def _tracked(folder: Path) -> Path:
    """A real MLflow database with three finished runs, each with its data set logged."""
    from mlflow import MlflowClient
    from mlflow.entities import Dataset, DatasetInput, InputTag

    path = folder / "mlflow.sqlite3"
    client = MlflowClient(f"sqlite:///{path}")
    experiment = client.create_experiment("flights", str(folder / "artifacts"))
    for number in range(3):
        run = client.create_run(experiment).info.run_id
        client.log_param(run, "alpha", number)
        client.log_metric(run, "mae", 1.0)
        data = DatasetInput(Dataset("january", "d1g3st", "local", "{}"), [InputTag("mlflow.data.context", "training")])
        client.log_inputs(run, [data])
        client.set_terminated(run)
    return path


def test_a_deleted_data_set_log_changes_its_own_verdict_and_is_named(
    project: Project, alice: User, tmp_path: Path, settings: Any
) -> None:
    import sqlite3

    path = _tracked(tmp_path)
    settings.MLFLOW_TRACKING_URI = f"sqlite:///{path}"
    Project.objects.filter(pk=project.pk).update(experiments=["flights"])
    project.refresh_from_db()
    collect_project(actor=actor(alice), project=project)
    before = verdicts(project)
    assert before["MLF-01"] == before["MLF-04"] == "met"
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM inputs")
    collect_project(actor=actor(alice), project=project)
    after = verdicts(project)
    assert {name for name in before if before[name] != after[name]} == {"MLF-04"}
    assert after["MLF-04"] == "not_met"
    (why,) = (change for change in live(project).changes if change["id"] == "MLF-04")
    assert (why["cause"], why["topics"]) == ("new evidence", ["mlflow.datasets"])
