"""A project that names another source, or none: what was seen of the old one is claimed no longer, and why is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assessments.collectors.look import Look
from assessments.evidence import Evidence, Sight
from assessments.lifecycle.collect import collect_project, request_collection
from assessments.lifecycle.record import record_looks, store_evidence
from assessments.lifecycle.rescore import rescore
from assessments.models import CollectorRun, EvidenceRecord, Scoring
from assessments.selectors.evidence import standing_evidence
from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.jobs.models import Job
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor, Face
from mlops_portal.kernel.errors import Unavailable
from mlops_portal.projects.actions import update_project
from mlops_portal.projects.actors import actor_from_user
from mlops_portal.projects.models import Project
from tests.assessments.collectors.git.repositories import make_repository

SYSTEM = Actor.system("test")
FILES = {
    "train.py": "from sklearn.linear_model import Ridge\n\nRidge().fit([[0.0], [1.0]], [0.0, 1.0])\n",
    "tests/test_train.py": "def test_it_learns():\n    assert 1\n",
    "requirements.txt": "scikit-learn==1.9.1\n",
}


@pytest.fixture
def project(flights: Project, tmp_path: Path, settings: Any) -> Project:
    settings.REPOSITORY_ROOTS = [str(tmp_path)]
    flights.repository = str(make_repository(tmp_path, FILES))
    flights.experiments = ["flights"]
    flights.save()
    return flights


def seen(topic: str, sight: Sight = Sight.OK, **payload: Any) -> Evidence:
    now = clock.now()
    message = "" if sight is Sight.OK else "It did not answer."
    return Evidence(topic, "somewhere", sight, now, now, payload=payload, message=message)


def looked(*evidence: Evidence) -> Look:
    return Look(evidence[0].source, evidence[0].sight, 0.1, evidence=evidence)


def standing(project: Project) -> set[str]:
    return {item.topic for item in standing_evidence(project)}


def changed(project: Project, alice: User, **values: Any) -> Project:
    return update_project(actor=actor_from_user(alice, face=Face.WEB), project=project, **values)


def test_evidence_of_experiments_that_are_no_longer_named_stands_no_longer(project: Project, alice: User) -> None:
    record_looks(project, [looked(seen("mlflow.runs", count=3)), looked(seen("git.ci", jobs=[]))])
    store_evidence(project, [seen("git.commits", found=["a" * 40])])
    project = changed(project, alice, experiments=[])
    rescore(actor=SYSTEM, project=project)
    assert standing(project) == {"git.ci"}
    assert set(CollectorRun.objects.values_list("source", flat=True)) == {"git"}
    entry = AuditEntry.objects.get(verb="evidence.withdrawn")
    assert entry.after == {"topics": ["git.commits", "mlflow.runs"]}
    assert "names another source" in entry.reason
    assert EvidenceRecord.objects.count() == 3


def test_another_repository_that_cannot_be_reached_does_not_live_on_the_old_ones_evidence(
    project: Project, alice: User, tmp_path: Path
) -> None:
    actor = actor_from_user(alice, face=Face.WEB)
    collect_project(actor=actor, project=project)
    assert {item.sight for item in standing_evidence(project) if item.topic == "git.tests"} == {Sight.OK}
    project = changed(project, alice, repository=str(tmp_path / "not-there"))
    collect_project(actor=actor, project=project)
    assert {item.sight for item in standing_evidence(project) if item.source == "git"} == {Sight.UNREACHABLE}
    assert CollectorRun.objects.get(source="git").last_good_at is None


def test_withdrawn_access_to_the_new_source_is_not_contradicted_by_the_old_one(project: Project, alice: User) -> None:
    record_looks(project, [looked(seen("git.ci", jobs=["old"]))])
    project = changed(project, alice, subpath="services/flights")
    rescore(actor=SYSTEM, project=project)
    record_looks(project, [looked(seen("git.ci", Sight.UNAUTHORISED))])
    assert [item.sight for item in standing_evidence(project)] == [Sight.UNAUTHORISED]


def test_going_back_to_the_old_source_needs_a_new_look(project: Project, alice: User) -> None:
    record_looks(project, [looked(seen("mlflow.runs", count=3))])
    project = changed(project, alice, experiments=["other"])
    rescore(actor=SYSTEM, project=project)
    project = changed(project, alice, experiments=["flights"])
    assert standing(project) == set()
    record_looks(project, [looked(seen("mlflow.runs", count=3))])
    assert standing(project) == {"mlflow.runs"}
    assert EvidenceRecord.objects.count() == 1


def test_what_was_seen_while_the_source_was_changed_is_not_kept_and_looked_at_again(
    project: Project, alice: User
) -> None:
    asked = Project.objects.get(pk=project.pk)
    changed(project, alice, repository="https://git.example.org/flights")
    with pytest.raises(Unavailable, match="changed while"):
        record_looks(asked, [looked(seen("git.ci", jobs=["old"]))])
    assert not EvidenceRecord.objects.exists()
    record_looks(asked, [looked(seen("mlflow.runs", count=3))])
    assert standing(project) == {"mlflow.runs"}


def test_a_change_of_name_leaves_everything_standing(project: Project, alice: User) -> None:
    record_looks(project, [looked(seen("git.ci", jobs=[])), looked(seen("pushed.ci", status="success"))])
    project = changed(project, alice, name="Flights of January", description="Arrivals")
    rescore(actor=SYSTEM, project=project)
    assert standing(project) == {"git.ci", "pushed.ci"}
    assert not AuditEntry.objects.filter(verb="evidence.withdrawn").exists()


def test_with_its_last_source_taken_away_the_score_falls_when_a_look_is_asked_for(
    project: Project, alice: User, run_jobs: Callable[[], list[Job]]
) -> None:
    actor = actor_from_user(alice, face=Face.WEB)
    collect_project(actor=actor, project=project)
    project = changed(project, alice, repository="", experiments=[])
    assert request_collection(actor=actor, project=project) == []
    live = Scoring.objects.get(framework="mlops-levels", live=True)
    assert {change["cause"] for change in live.changes if change["kind"] == "check"} <= {
        "visibility changed",
        "attestation changed",
    }
    assert live.evidence == []
    assert not CollectorRun.objects.exists()


def test_messages_are_kept_without_credentials_and_without_what_databases_refuse(project: Project) -> None:
    hostile = "https://alice:hunter2@git.example.org\x00 refused"
    now = clock.now()
    evidence = Evidence("git.ci", "x", Sight.ERROR, now, now, message=hostile)
    record_looks(project, [Look("git", Sight.ERROR, 0.1, hostile, (evidence,))])
    kept = [CollectorRun.objects.get().message, EvidenceRecord.objects.get().message]
    assert kept == ["https://[redacted]@git.example.org refused"] * 2
