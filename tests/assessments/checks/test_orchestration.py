"""What an orchestrator's evidence answers."""

from __future__ import annotations

from typing import Any

import pytest

from assessments.checks.verdict import Outcome
from tests.assessments.checks.evidence import ago, asked, outcome
from tests.assessments.checks.test_approvals import log, promotion

MET, PARTIAL, NOT_MET, UNKNOWN = Outcome.MET, Outcome.PARTIAL, Outcome.NOT_MET, Outcome.UNKNOWN


def run(**changes: Any) -> dict[str, Any]:
    """A scheduled training run that succeeded."""
    whole = {
        "id": "o1",
        "deployment": "d1",
        "purpose": "training",
        "state": "succeeded",
        "started_at": ago(3),
        "start": "schedule",
        "managed": True,
        "version": "7",
        "commit": "a" * 40,
        "mlflow_runs": [],
        "cause": None,
        "model": "",
        "model_version": None,
    }
    return {**whole, **changes}


def ran(*runs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"orchestrator.runs": {"since": ago(365), "runs": list(runs), "due": [], **more}}


@pytest.mark.parametrize("check", ["ORC-01", "ORC-02", "ORC-03", "ORC-04", "ORC-05", "ORC-07"])
def test_without_an_orchestrator_nothing_is_known(check: str) -> None:
    verdict = asked(check, {})
    assert verdict.outcome is UNKNOWN
    assert verdict.reason == "Not connected yet: an orchestrator (Prefect or Kubeflow Pipelines)."


@pytest.mark.parametrize(
    ("good", "by_hand", "wanted"), [(4, 0, UNKNOWN), (10, 0, MET), (9, 1, MET), (8, 2, PARTIAL), (0, 5, NOT_MET)]
)
def test_nine_in_ten_due_windows_succeed_without_a_person(good: int, by_hand: int, wanted: Outcome) -> None:
    item = {"deployment": "d1", "purpose": "data", "due_at": ago(2), "run": "o1", "succeeded": True}
    due = [{**item, "start": "schedule"}] * good + [{**item, "start": "person"}] * by_hand
    assert outcome("ORC-01", ran(due=due), days=30) is wanted


def deployed(**changes: Any) -> dict[str, Any]:
    schedule = {"text": "daily", "active": True, "every_seconds": 86_400}
    whole = {
        "id": "d1",
        "name": "train",
        "purpose": "training",
        "active": True,
        "schedules": [schedule],
        "triggers": [],
    }
    return {"orchestrator.deployments": {"deployments": [{**whole, **changes}]}}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, MET),
        ({"schedules": [], "triggers": [{"text": "new data", "active": True}]}, MET),
        ({"schedules": []}, PARTIAL),
        ({"active": False}, PARTIAL),
        ({"schedules": [{"text": "daily", "active": False, "every_seconds": None}]}, PARTIAL),
        ({"purpose": "data"}, NOT_MET),
    ],
)
def test_training_is_deployed_and_starts_by_itself(changes: dict[str, Any], wanted: Outcome) -> None:
    assert outcome("ORC-02", deployed(**changes)) is wanted


@pytest.mark.parametrize(
    ("changes", "count", "wanted"),
    [
        ({}, 3, MET),
        ({}, 2, PARTIAL),
        ({}, 0, NOT_MET),
        ({"start": "person"}, 3, NOT_MET),
        ({"state": "failed"}, 3, NOT_MET),
        ({"started_at": ago(91)}, 3, NOT_MET),
    ],
)
def test_three_automated_training_runs_succeed(changes: dict[str, Any], count: int, wanted: Outcome) -> None:
    assert outcome("ORC-03", ran(*[run(id=f"o{n}", **changes) for n in range(count)])) is wanted


def test_a_rare_schedule_widens_the_window_to_three_cadences() -> None:
    quarterly = deployed(schedules=[{"text": "quarterly", "active": True, "every_seconds": 91 * 86_400}])
    seen = ran(*[run(id=f"o{n}", started_at=ago(90 * n + 5)) for n in range(3)])
    assert outcome("ORC-03", seen) is PARTIAL
    assert outcome("ORC-03", {**seen, **quarterly}) is MET


def test_runs_known_for_a_shorter_time_than_asked_are_unknown() -> None:
    assert outcome("ORC-03", ran(run(), since=ago(10))) is UNKNOWN


@pytest.mark.parametrize(
    ("managed", "wanted"),
    [([True] * 4 + [False], MET), ([True, False], PARTIAL), ([False], NOT_MET), ([None], UNKNOWN), ([], UNKNOWN)],
)
def test_training_runs_on_managed_compute(managed: list[bool | None], wanted: Outcome) -> None:
    verdict = asked("ORC-04", ran(*[run(id=f"o{n}", managed=kind) for n, kind in enumerate(managed)]))
    assert verdict.outcome is wanted
    assert ("answer who provides the machines" in verdict.reason) is (managed == [None])


@pytest.mark.parametrize(
    ("runs", "wanted"),
    [([{}], MET), ([{}, {"commit": ""}], PARTIAL), ([{"version": ""}], NOT_MET), ([], UNKNOWN)],
)
def test_runs_are_bound_to_a_version_and_a_commit(runs: list[dict[str, Any]], wanted: Outcome) -> None:
    assert outcome("ORC-05", ran(*[run(id=f"o{n}", **changes) for n, changes in enumerate(runs)])) is wanted


@pytest.mark.parametrize(("limit", "wanted"), [(30, MET), (5, NOT_MET), (None, UNKNOWN)])
def test_the_live_model_is_younger_than_agreed(limit: int | None, wanted: Outcome) -> None:
    live = {"version": 2, "created": ago(10), "run_id": "r1"}
    models = {"mlflow.models": {"models": [{"name": "delay", "live": live}]}}
    agreed = {"human.file": {"answers": [], "agreements": {"staleness_days": limit} if limit else {}}}
    assert outcome("ORC-06", {**models, **agreed}) is wanted


def test_a_signal_that_started_retraining_is_met() -> None:
    assert outcome("ORC-07", ran(run(cause={"alert": "a1", "drill": True}))) is MET


@pytest.mark.parametrize(
    ("firings", "wanted"),
    [
        (None, UNKNOWN),
        ([], UNKNOWN),
        ([{"id": "a1", "rule": "drift", "at": ago(5), "retrains": False}], UNKNOWN),
        ([{"id": "a1", "rule": "drift", "at": ago(5), "retrains": True}], NOT_MET),
    ],
)
def test_without_a_signal_retraining_is_untested_with_one_it_was_missed(firings: Any, wanted: Outcome) -> None:
    alerts = {} if firings is None else {"monitoring.alerts": {"rules": [], "firings": firings}}
    assert outcome("ORC-07", {**ran(run()), **alerts}) is wanted


def test_every_promoted_version_has_a_deployment_run() -> None:
    deployment = run(id="o2", purpose="deployment", model="delay", model_version=2)
    assert outcome("ORC-08", {**log(promotion()), **ran(deployment)}) is MET
    assert outcome("ORC-08", {**log(promotion(deployment_run="ci-7")), **ran()}) is MET
    assert outcome("ORC-08", {**log(promotion()), **ran({**deployment, "state": "failed"})}) is NOT_MET
    assert outcome("ORC-08", {**log(promotion(), promotion(id="p2", version=3)), **ran(deployment)}) is PARTIAL
    assert outcome("ORC-08", {**log(), **ran(deployment)}) is UNKNOWN


@pytest.mark.parametrize(
    ("training", "validation", "applied", "deployment", "wanted"),
    [
        ("schedule", "service", "service", "event", MET),
        ("person", "service", "service", "event", NOT_MET),
        ("schedule", "person", "service", "event", NOT_MET),
        ("schedule", "service", "person", "event", NOT_MET),
        ("schedule", "service", "service", "person", NOT_MET),
        ("schedule", "", "service", "event", UNKNOWN),
        ("unknown", "service", "service", "event", UNKNOWN),
        ("schedule", "service", "service", "", UNKNOWN),
    ],
)
def test_the_whole_path_is_free_of_manual_starts(
    training: str, validation: str, applied: str, deployment: str, wanted: Outcome
) -> None:
    checked = {"status": "passed", "set_at": ago(6), "by_kind": validation} if validation else None
    runs = [run(start=training, model="delay", model_version=2)]
    runs += [run(id="o2", purpose="deployment", start=deployment, model="delay", model_version=2)] if deployment else []
    move = promotion(validation=checked, applied_by_kind=applied)
    assert outcome("ORC-09", {**log(move), **ran(*runs)}) is wanted
