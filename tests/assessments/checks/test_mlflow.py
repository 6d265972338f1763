"""What MLflow's evidence answers, one rule of the catalogue at a time."""

from __future__ import annotations

from typing import Any

import pytest

from assessments.checks.verdict import Outcome
from tests.assessments.checks.evidence import ago, asked, outcome
from tests.assessments.checks.test_approvals import promotion
from tests.assessments.checks.test_orchestration import run as orchestrated

MET, PARTIAL, NOT_MET = Outcome.MET, Outcome.PARTIAL, Outcome.NOT_MET
UNKNOWN, NOT_APPLICABLE = Outcome.UNKNOWN, Outcome.NOT_APPLICABLE
COMMIT, OTHER = "a" * 40, "b" * 40


def runs(**changes: Any) -> dict[str, Any]:
    sample = {"id": "r1", "name": "one", "started_at": ago(1), "experiment": "1", "status": "FINISHED", "params": 1}
    seen = {
        "experiments": [{"name": "flights", "id": "1"}],
        "window_days": 90,
        "count": 4,
        "cut": False,
        "with_params_and_metrics": 4,
        "newest": ago(1),
        "newest_complete": ago(1),
        "orchestrator_runs": [],
        "sample": [{**sample, "metrics": ["mae"]}],
    }
    return {"mlflow.runs": {**seen, **changes}}


def test_recorded_runs_with_parameters_and_metrics_are_met() -> None:
    assert outcome("MLF-01", runs()) is MET


def test_runs_without_metrics_are_partial() -> None:
    assert outcome("MLF-01", runs(newest_complete=None, with_params_and_metrics=0)) is PARTIAL


@pytest.mark.parametrize("changes", [{"newest": None, "newest_complete": None, "count": 0}, {"newest": ago(91)}])
def test_no_run_in_the_window_is_not_met(changes: dict[str, Any]) -> None:
    assert outcome("MLF-01", runs(**changes)) is NOT_MET


def test_an_experiment_that_is_not_there_is_named() -> None:
    verdict = asked("MLF-01", runs(experiments=[{"name": "flihgts", "id": None}], newest=None))
    assert verdict.outcome is NOT_MET
    assert "flihgts" in verdict.reason


def test_an_unreachable_mlflow_is_unknown() -> None:
    assert outcome("MLF-01", {"mlflow.runs": None}) is UNKNOWN


@pytest.mark.parametrize(
    ("count", "known", "wanted"), [(4, 4, UNKNOWN), (5, 5, MET), (5, 4, MET), (5, 3, PARTIAL), (5, 0, NOT_MET)]
)
def test_the_share_of_tracked_orchestrated_runs_decides_from_five_on(count: int, known: int, wanted: Outcome) -> None:
    theirs = [orchestrated(id=f"o{n}") for n in range(count)]
    ours = runs(orchestrator_runs=[f"o{n}" for n in range(known)])
    assert outcome("MLF-02", {**ours, "orchestrator.runs": {"runs": theirs}}) is wanted


def test_orchestrated_runs_may_name_their_mlflow_run_themselves() -> None:
    theirs = [orchestrated(id=f"o{n}", mlflow_runs=["r1"]) for n in range(5)]
    assert outcome("MLF-02", {**runs(), "orchestrator.runs": {"runs": theirs}}) is MET


def lineage(**changes: Any) -> dict[str, Any]:
    traced = {"id": "r1", "name": "one", "started_at": ago(1), "commit": COMMIT, "dirty": None, "source": "train.py"}
    seen = {
        "window_days": 90,
        "count": 5,
        "cut": False,
        "with_commit": 5,
        "dirty": 0,
        "notebook": 0,
        "newest": ago(1),
        "commits": [COMMIT],
        "by_commit": [{"commit": COMMIT, "runs": 5, "dirty": 0}],
        "runs": [{**traced, "notebook": False}],
    }
    return {"mlflow.lineage": {**seen, **changes}}


def commits(*found: str, asked: tuple[str, ...] = (COMMIT, OTHER)) -> dict[str, Any]:
    return {"git.commits": {"asked": list(asked), "found": list(found)}}


def test_commits_that_resolve_are_met() -> None:
    assert outcome("MLF-03", {**lineage(), **commits(COMMIT)}) is MET


def test_commits_without_a_linked_repository_are_unknown() -> None:
    assert outcome("MLF-03", lineage()) is UNKNOWN


def test_commits_that_are_not_in_the_repository_are_not_met() -> None:
    assert outcome("MLF-03", {**lineage(), **commits()}) is NOT_MET


def test_commits_that_were_not_looked_up_yet_are_unknown() -> None:
    assert outcome("MLF-03", {**lineage(), **commits(asked=())}) is UNKNOWN


@pytest.mark.parametrize(("dirty", "wanted"), [(1, MET), (2, PARTIAL), (5, NOT_MET)])
def test_runs_with_uncommitted_changes_do_not_count(dirty: int, wanted: Outcome) -> None:
    table = [{"commit": COMMIT, "runs": 5, "dirty": dirty}]
    assert outcome("MLF-03", {**lineage(by_commit=table), **commits(COMMIT)}) is wanted


def test_runs_from_notebooks_without_a_commit_are_not_met_and_said_so() -> None:
    verdict = asked("MLF-03", {**lineage(with_commit=0, notebook=5, by_commit=[]), **commits()})
    assert verdict.outcome is NOT_MET
    assert "notebooks" in verdict.reason


def test_without_a_finished_run_neither_code_nor_data_is_known() -> None:
    assert outcome("MLF-03", lineage(newest=None, count=0)) is NOT_MET
    assert outcome("MLF-04", datasets(newest=None, count=0)) is NOT_MET


def datasets(**changes: Any) -> dict[str, Any]:
    seen = {
        "count": 5,
        "with_digest": 5,
        "with_version_tag": 0,
        "newest": ago(1),
        "datasets": [{"name": "january", "digest": "d1", "context": "training", "runs": 5}],
        "versions": [],
        "without": [],
    }
    return {"mlflow.datasets": {**seen, **changes}}


@pytest.mark.parametrize(("digests", "tags", "wanted"), [(4, 0, MET), (2, 2, MET), (3, 0, PARTIAL), (0, 0, NOT_MET)])
def test_four_in_five_runs_must_know_their_data(digests: int, tags: int, wanted: Outcome) -> None:
    assert outcome("MLF-04", datasets(with_digest=digests, with_version_tag=tags)) is wanted


def file(**changes: Any) -> dict[str, Any]:
    whole = {"readable": True, "problem": "", "signature": True, "env_files": ["conda.yaml"], "input_example": "x.json"}
    return {**whole, **changes}


def origin(number: int = 2, **changes: Any) -> dict[str, Any]:
    whole = {
        "version": number,
        "created": ago(10),
        "user": "alice",
        "run_id": "r1",
        "run_found": True,
        "commit": COMMIT,
        "dirty": None,
        "datasets": [{"name": "january", "digest": "d1", "context": "training"}],
        "data_version": "",
    }
    return {**whole, **changes}


def model(**changes: Any) -> dict[str, Any]:
    whole = {
        "name": "delay",
        "aliases": {"champion": 2},
        "live_alias": "champion",
        "production_stage": None,
        "versions": 2,
        "newest": 2,
        "live": {**origin(), "source": "", "file": file()},
        "previous": {"version": 1, "file": file()},
        "followed": [origin(2), origin(1)],
    }
    return {**whole, **changes}


def models(*items: dict[str, Any], **changes: Any) -> dict[str, Any]:
    seen = {"asked": ["delay"], "found_by_runs": [], "runs_asked": 0, "missing": [], "models": list(items)}
    return {"mlflow.models": {**seen, **changes}}


NO_LIVE = model(live=None, live_alias="", aliases={}, previous=None)


def test_a_registered_model_with_a_live_alias_is_met() -> None:
    assert outcome("MLF-05", models(model())) is MET


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [({}, PARTIAL), ({"production_stage": 1}, PARTIAL), ({"versions": 0, "newest": None}, NOT_MET)],
)
def test_without_an_alias_the_live_version_is_not_identified(changes: dict[str, Any], wanted: Outcome) -> None:
    assert outcome("MLF-05", models({**NO_LIVE, **changes})) is wanted


def test_a_missing_model_is_not_met_and_beside_a_good_one_partial() -> None:
    assert outcome("MLF-05", models(missing=["delay"])) is NOT_MET
    assert outcome("MLF-05", models(model(), missing=["other"])) is PARTIAL


def test_a_project_that_names_no_model_is_judged_by_what_its_runs_registered() -> None:
    assert outcome("MLF-05", models(asked=[], runs_asked=7)) is NOT_MET
    assert outcome("MLF-05", models(asked=[], runs_asked=0)) is UNKNOWN


def served(*numbers: int) -> dict[str, Any]:
    items = [{"model": "delay", "version": number, "since": ago(1), "endpoint": ""} for number in numbers]
    return {"serving.versions": {"versions": items}}


def test_without_a_serving_platform_what_is_served_is_unknown() -> None:
    verdict = asked("MLF-06", models(model()))
    assert (verdict.outcome, verdict.reason) == (UNKNOWN, "Not connected yet: the serving platform.")


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, MET),
        ({"datasets": [], "data_version": "dvc.rev=v7"}, MET),
        ({"run_found": False}, NOT_MET),
        ({"commit": ""}, NOT_MET),
        ({"commit": OTHER}, NOT_MET),
        ({"datasets": []}, NOT_MET),
    ],
)
def test_every_link_of_a_served_version_must_hold(changes: dict[str, Any], wanted: Outcome) -> None:
    seen = models(model(live=None, followed=[origin(2, **changes)]))
    assert outcome("MLF-06", {**seen, **served(2), **commits(COMMIT)}) is wanted


def test_a_served_version_that_was_not_looked_at_is_unknown() -> None:
    assert outcome("MLF-06", {**models(model()), **served(99), **commits(COMMIT)}) is UNKNOWN
    assert outcome("MLF-06", {**models(model()), **served(), **commits(COMMIT)}) is UNKNOWN
    assert outcome("MLF-06", {**models(model()), **served(2)}) is UNKNOWN


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, MET),
        ({"input_example": ""}, PARTIAL),
        ({"input_example": "", "signature": False, "env_files": []}, NOT_MET),
        ({"readable": False, "problem": "The artefacts are in s3."}, UNKNOWN),
    ],
)
def test_the_live_versions_own_files_decide(changes: dict[str, Any], wanted: Outcome) -> None:
    live = {**origin(), "source": "", "file": file(**changes)}
    assert outcome("MLF-07", models(model(live=live))) is wanted


@pytest.mark.parametrize("check", ["MLF-07", "MLF-12"])
def test_without_a_live_version_its_files_are_unknown_without_a_model_there_are_none(check: str) -> None:
    assert outcome(check, models(NO_LIVE)) is UNKNOWN
    assert outcome(check, models()) is NOT_MET


def validation(**changes: Any) -> dict[str, Any]:
    row = {"metric": "mae", "own": 9.0, "other": 10.0}
    whole = {
        "model": "delay",
        "version": 2,
        "previous": 1,
        "run_id": "r1",
        "champion": [row],
        "baseline": [row],
        "evaluation_data": [{"name": "february", "digest": "t3", "context": "test"}],
        "slices": ["carrier=AA", "origin"],
        "agreed_slices": ["carrier"],
        "status": "passed",
        "validated_at": "",
        "validated_by": "",
    }
    return {"mlflow.validation": {"models": [{**whole, **changes}]}}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, MET),
        ({"champion": []}, PARTIAL),
        ({"baseline": []}, PARTIAL),
        ({"evaluation_data": []}, PARTIAL),
        ({"champion": [], "baseline": []}, NOT_MET),
        ({"champion": [], "previous": None}, MET),
        ({"run_id": ""}, UNKNOWN),
    ],
)
def test_comparison_with_champion_and_baseline_on_the_same_data(changes: dict[str, Any], wanted: Outcome) -> None:
    assert outcome("MLF-08", validation(**changes)) is wanted


@pytest.mark.parametrize(
    ("agreed", "wanted"),
    [
        (["carrier"], MET),
        (["carrier", "origin"], MET),
        (["carrier", "month"], PARTIAL),
        (["month"], NOT_MET),
        ([], UNKNOWN),
    ],
)
def test_agreed_slices_must_have_metrics(agreed: list[str], wanted: Outcome) -> None:
    assert outcome("MLF-09", validation(agreed_slices=agreed)) is wanted


def test_slices_may_be_agreed_in_mlops_yaml() -> None:
    agreement = {"human.file": {"answers": [], "errors": [], "agreements": {"slices": ["month"]}}}
    assert outcome("MLF-09", {**validation(agreed_slices=[]), **agreement}) is NOT_MET


def test_validation_is_not_asked_of_what_is_not_live() -> None:
    nothing: dict[str, Any] = {"mlflow.validation": {"models": []}}
    assert outcome("MLF-08", {**nothing, **models(NO_LIVE)}) is UNKNOWN
    assert outcome("MLF-08", {**nothing, **models()}) is NOT_MET


PASSED = {"status": "passed", "set_at": ago(6), "by_kind": "service"}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"validation": PASSED}, MET),
        ({"validation": {**PASSED, "set_at": ago(1)}}, NOT_MET),
        ({"validation": {**PASSED, "status": "failed"}}, NOT_MET),
        ({"validation": {**PASSED, "by_kind": "person"}}, NOT_MET),
        ({"validation": None}, UNKNOWN),
        ({"version": 9}, UNKNOWN),
    ],
)
def test_validation_must_have_passed_by_automation_before_going_live(changes: dict[str, Any], wanted: Outcome) -> None:
    log = {"approvals.promotions": {"promotions": [promotion(applied_at=ago(5), **changes)]}}
    assert outcome("MLF-10", {**validation(), **log}) is wanted


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [
        (["service"] * 2, UNKNOWN),
        (["service"] * 3, MET),
        (["service"] * 5 + ["person"], MET),
        (["service", "service", "person"], PARTIAL),
        (["person"] * 3, NOT_MET),
        (["service", "service", "unknown"], UNKNOWN),
    ],
)
def test_the_last_five_promotions_by_a_service(kinds: list[str], wanted: Outcome) -> None:
    moves = [promotion(id=str(n), applied_at=ago(n + 1), applied_by_kind=kind) for n, kind in enumerate(kinds)]
    assert outcome("MLF-11", {"approvals.promotions": {"promotions": moves}}) is wanted


def test_a_way_back_that_was_taken_is_met_one_that_was_not_is_partial() -> None:
    drill = {"approvals.promotions": {"promotions": [promotion(kind="drill")]}}
    assert outcome("MLF-12", {**models(model()), **drill}) is MET
    assert outcome("MLF-12", {**models(model()), "approvals.promotions": {"promotions": [promotion()]}}) is PARTIAL
    assert outcome("MLF-12", models(model())) is UNKNOWN


@pytest.mark.parametrize(
    ("previous", "wanted"),
    [
        (None, NOT_APPLICABLE),
        ({"version": 1, "file": file(problem="The version has no MLmodel file.")}, NOT_MET),
        ({"version": 1, "file": file(readable=False, problem="In s3.")}, UNKNOWN),
    ],
)
def test_the_way_back_needs_the_previous_versions_files(previous: dict[str, Any] | None, wanted: Outcome) -> None:
    assert outcome("MLF-12", models(model(previous=previous))) is wanted
