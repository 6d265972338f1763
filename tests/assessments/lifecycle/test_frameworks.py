"""A framework's version: uploaded, tried out on every project, activated with a reason, retired; never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assessments.frameworks import shipped
from assessments.lifecycle.frameworks import activate_framework, dry_run, retire_framework, upload_framework
from assessments.models import FrameworkVersion, Scoring
from assessments.selectors.frameworks import framework_in_force, frameworks_in_force, in_force, known_version
from mlops_portal.accounts.actors import actor_from_user
from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor, Face
from mlops_portal.kernel.errors import Conflict, Invalid, InvalidTransition, NotAllowed, Stale
from mlops_portal.projects.models import Project
from tests.portal.scenery import keep_score, varied

SHIPPED = (Path(shipped.__file__).parent / "mlops-levels.yaml").read_text(encoding="utf-8")
NEXT = SHIPPED.replace('version: "1.0"', 'version: "1.1"').replace("  AI-1.4: 1\n", "  AI-1.4: none\n")
Run = Callable[[], list[Any]]


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    in_force.cache_clear()
    yield
    in_force.cache_clear()


@pytest.fixture
def governing(dana: User) -> Actor:
    return actor_from_user(dana, face=Face.WEB)


@pytest.fixture
def tried(governing: Actor, flights: Project, run_jobs: Run) -> FrameworkVersion:
    """A candidate with a dry run over one scored project."""
    keep_score(flights, varied())
    version = upload_framework(actor=governing, document=NEXT)
    dry_run(actor=governing, version=version)
    (job,) = run_jobs()
    assert (job.state, job.result["projects"]) == ("succeeded", 1)
    version.refresh_from_db()
    return version


def test_a_candidate_counts_for_nothing_yet(governing: Actor) -> None:
    version = upload_framework(actor=governing, document=NEXT)
    assert version.state == "candidate"
    assert framework_in_force("mlops-levels").version == "1.0"
    assert known_version("mlops-levels", "1.1").level_of("AI-1.4") is None


def test_the_dry_run_tells_the_effect_on_every_project_and_keeps_nothing_else(tried: FrameworkVersion) -> None:
    assert tried.effect is not None
    (row,) = tried.effect["projects"]
    assert (row["slug"], row["before"] is not None, row["changed"]) == ("flights", True, 1)
    assert tried.effect["summary"]["projects"] == 1
    assert set(Scoring.objects.values_list("framework_version", flat=True)) == {"1.0"}


def test_activating_replaces_what_counts_and_scores_every_project_again(
    governing: Actor, tried: FrameworkVersion, flights: Project, run_jobs: Run
) -> None:
    activate_framework(actor=governing, version=tried, reason="Metrics are asked for elsewhere.")
    (job,) = run_jobs()
    assert job.state == "succeeded"
    assert framework_in_force("mlops-levels").version == "1.1"
    assert [f.id for f in frameworks_in_force()] == [f.id for f in shipped.shipped_frameworks()]
    live = Scoring.objects.get(project=flights, framework="mlops-levels", live=True)
    assert live.framework_version == "1.1"
    assert Scoring.objects.filter(framework="mlops-levels", framework_version="1.0", live=False).exists()
    verbs = list(AuditEntry.objects.filter(verb__startswith="framework.").values_list("verb", flat=True))
    assert sorted(verbs) == ["framework.activated", "framework.tried", "framework.uploaded"]


def test_retiring_brings_back_what_ships(governing: Actor, tried: FrameworkVersion) -> None:
    activate_framework(actor=governing, version=tried, reason="To try.")
    retire_framework(actor=governing, version=tried, reason="It asked for too little.")
    assert framework_in_force("mlops-levels").version == "1.0"
    with pytest.raises(InvalidTransition):
        activate_framework(actor=governing, version=tried, reason="Again.")


def test_one_active_version_makes_room_for_the_next(governing: Actor, tried: FrameworkVersion, run_jobs: Run) -> None:
    activate_framework(actor=governing, version=tried, reason="First.")
    second = upload_framework(actor=governing, document=NEXT.replace('"1.1"', '"1.2"'))
    dry_run(actor=governing, version=second)
    run_jobs()
    activate_framework(actor=governing, version=second, reason="Second.")
    assert framework_in_force("mlops-levels").version == "1.2"
    assert FrameworkVersion.objects.get(pk=tried.pk).state == "retired"


def test_without_a_dry_run_or_a_reason_nothing_is_activated(governing: Actor, tried: FrameworkVersion) -> None:
    with pytest.raises(Invalid, match="needs a reason"):
        activate_framework(actor=governing, version=tried, reason="  ")
    untried = upload_framework(actor=governing, document=NEXT.replace('"1.1"', '"1.3"'))
    with pytest.raises(InvalidTransition, match="not been tried out"):
        activate_framework(actor=governing, version=untried, reason="Now.")


def test_an_old_dry_run_counts_no_longer(
    governing: Actor, tried: FrameworkVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(Stale, match="out of date"):
        activate_framework(actor=governing, version=tried, reason="Now.")


def test_a_version_is_uploaded_once_and_never_in_the_place_of_a_shipped_one(governing: Actor) -> None:
    upload_framework(actor=governing, document=NEXT)
    for document in (NEXT, SHIPPED):
        with pytest.raises(Conflict, match="already a version"):
            upload_framework(actor=governing, document=document)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("", "framework.yaml:1: The file is empty."),
        ("[" * 5000, "nested too deeply"),
        (NEXT.replace("rule: gated", "rule: averaged"), "'averaged' is not one of"),
        (NEXT.replace("  P-2.1: 2", "  P-2.1: 9"), "P-2.1 stands at level 9"),
        ("a: " + "x" * 200_000, "larger than"),
        ("a: 1\n" * 60, "… and"),
    ],
)
def test_a_wrong_document_is_refused_with_place_and_cure(governing: Actor, document: str, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        upload_framework(actor=governing, document=document)
    assert words in str(caught.value)
    assert caught.value.field == "document"
    assert not FrameworkVersion.objects.exists()


def test_only_governance_may(alice: User, governing: Actor) -> None:
    owner = actor_from_user(alice, face=Face.WEB)
    version = upload_framework(actor=governing, document=NEXT)
    for attempt in (
        lambda: upload_framework(actor=owner, document=NEXT),
        lambda: dry_run(actor=owner, version=version),
        lambda: activate_framework(actor=owner, version=version, reason="Mine."),
        lambda: retire_framework(actor=owner, version=version, reason="Mine."),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_a_stored_version_that_cannot_be_read_takes_nothing_down(dana: User, caplog: pytest.LogCaptureFixture) -> None:
    FrameworkVersion.objects.create(
        framework="mlops-levels", version="7.0", document="rule: [", digest="x", state="active", uploaded_by=dana,
        uploaded_at=clock.now(),
    )  # fmt: skip
    assert framework_in_force("mlops-levels").version == "1.0"
    assert "cannot be read" in caplog.text


def test_what_is_in_force_costs_one_small_query(
    governing: Actor, tried: FrameworkVersion, django_assert_num_queries: Any
) -> None:
    activate_framework(actor=governing, version=tried, reason="Now.")
    frameworks_in_force()
    with django_assert_num_queries(1):
        frameworks_in_force()
