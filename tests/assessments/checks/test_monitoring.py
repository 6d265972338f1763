"""What the evidence of monitoring and serving answers."""

from __future__ import annotations

from typing import Any

import pytest

from assessments.checks.verdict import Outcome
from tests.assessments.checks.evidence import ago, asked, outcome

MET, PARTIAL, NOT_MET = Outcome.MET, Outcome.PARTIAL, Outcome.NOT_MET
UNKNOWN, NOT_APPLICABLE = Outcome.UNKNOWN, Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("number", range(1, 11))
def test_without_monitoring_nothing_is_known(number: int) -> None:
    verdict = asked(f"MON-{number:02}", {})
    assert verdict.outcome is UNKNOWN
    assert verdict.reason in ("Not connected yet: monitoring.", "Not connected yet: the serving platform.")


def agreed(**agreements: Any) -> dict[str, Any]:
    return {"human.file": {"answers": [], "errors": [], "agreements": agreements}}


@pytest.mark.parametrize(
    ("fresh", "stale", "wanted"),
    [
        (("latency", "errors", "volume"), (), MET),
        (("latency",), ("errors", "volume"), PARTIAL),
        ((), ("latency", "errors", "volume"), NOT_MET),
    ],
)
def test_operational_metrics_arrive(fresh: tuple[str, ...], stale: tuple[str, ...], wanted: Outcome) -> None:
    series = [{"name": name, "model": "delay", "version": 2, "last_at": ago(1)} for name in fresh]
    series += [{"name": name, "model": "delay", "version": 2, "last_at": ago(3)} for name in stale]
    assert outcome("MON-01", {"monitoring.samples": {"series": series, "deliveries": []}}, days=2) is wanted


@pytest.mark.parametrize(("days", "wanted"), [(1, MET), (3, NOT_MET)])
def test_a_batch_model_is_judged_by_its_deliveries(days: int, wanted: Outcome) -> None:
    deliveries = [{"job": "nightly", "last_at": ago(days), "rows": 10}]
    assert outcome("MON-01", {"monitoring.samples": {"series": [], "deliveries": deliveries}}, days=2) is wanted
    assert outcome("MON-01", {"monitoring.samples": {"series": [], "deliveries": []}}, days=2) is NOT_MET


@pytest.mark.parametrize(
    ("windows", "wanted"),
    [
        ([(5, True)] * 9 + [(5, False)], MET),
        ([(5, True), (5, False)], PARTIAL),
        ([(5, False)], NOT_MET),
        ([(0, False)], NOT_APPLICABLE),
        ([(0, False), (None, True)], MET),
        ([], NOT_MET),
    ],
)
def test_nine_in_ten_due_windows_with_traffic_have_a_report(windows: list[Any], wanted: Outcome) -> None:
    due = [{"monitor": "m1", "due_at": ago(2), "rows": rows, "report": report} for rows, report in windows]
    assert outcome("MON-02", {"monitoring.windows": {"windows": due}}, days=30) is wanted


def monitors(*versions: int, digest: str = "d1") -> dict[str, Any]:
    items = [
        {"id": "m1", "name": "drift", "model": "delay", "version": number, "reference_digest": digest}
        for number in versions
    ]
    return {"monitoring.monitors": {"monitors": items}}


@pytest.mark.parametrize(("digest", "wanted"), [("d1", MET), ("d2", NOT_MET), ("", UNKNOWN)])
def test_the_reference_is_the_training_data_of_the_watched_version(digest: str, wanted: Outcome) -> None:
    followed = [{"version": 2, "datasets": [{"name": "january", "digest": "d1", "context": "training"}]}]
    models = {"mlflow.models": {"models": [{"name": "delay", "live": None, "followed": followed}]}}
    assert outcome("MON-03", {**models, **monitors(2, digest=digest)}) is wanted
    assert outcome("MON-03", {**models, **monitors(9, digest=digest)}) is UNKNOWN
    assert outcome("MON-03", {**models, **monitors()}) is NOT_MET


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"labels": 0.6}, MET),
        ({"proxy": "share of complaints"}, MET),
        ({"labels_due": False}, UNKNOWN),
        ({}, NOT_MET),
        ({"labels": 0.6, "at": ago(91)}, NOT_MET),
    ],
)
def test_quality_is_measured_with_labels_or_a_declared_proxy(changes: dict[str, Any], wanted: Outcome) -> None:
    result = {"monitor": "m1", "at": ago(5), "metric": "mae", "labels": 0, "proxy": "", "labels_due": True}
    assert outcome("MON-04", {"monitoring.quality": {"results": [{**result, **changes}]}}) is wanted


RULE = {"id": "a", "name": "drift", "threshold": True, "owner": "bob", "channel": "#ml"}


def firing(**changes: Any) -> dict[str, Any]:
    whole = {"id": "f1", "rule": "drift", "at": ago(5), "test": False, "delivered": True, "retrains": False}
    return {**whole, "acknowledged_at": ago(5), **changes}


def alerts(*firings: dict[str, Any], rules: tuple[dict[str, Any], ...] = (RULE,)) -> dict[str, Any]:
    return {"monitoring.alerts": {"rules": list(rules), "firings": list(firings)}}


def test_alerts_are_complete_and_reach_somebody() -> None:
    assert outcome("MON-05", alerts(firing())) is MET
    assert outcome("MON-05", alerts(firing(test=True))) is MET
    assert outcome("MON-05", alerts(firing(delivered=False))) is PARTIAL
    assert outcome("MON-05", alerts(firing(), rules=({**RULE, "owner": ""},))) is PARTIAL
    assert outcome("MON-05", alerts(rules=())) is NOT_MET
    assert outcome("MON-05", alerts()) is UNKNOWN
    assert outcome("MON-05", alerts(firing(at=ago(91)))) is UNKNOWN


@pytest.mark.parametrize(
    ("in_time", "late", "wanted"), [(2, 0, UNKNOWN), (4, 1, MET), (2, 1, PARTIAL), (0, 3, NOT_MET)]
)
def test_four_in_five_alerts_are_acknowledged_in_time(in_time: int, late: int, wanted: Outcome) -> None:
    fired = [firing(acknowledged_at=ago(5, hours=-1))] * in_time + [firing(acknowledged_at="")] * late
    assert outcome("MON-06", {**alerts(*fired), **agreed(acknowledge_minutes=60)}) is wanted


def test_without_an_agreed_time_nothing_is_late() -> None:
    assert outcome("MON-06", alerts(*[firing()] * 3)) is UNKNOWN


def test_tests_of_alerts_need_no_acknowledgement() -> None:
    assert outcome("MON-06", {**alerts(*[firing(test=True)] * 5), **agreed(acknowledge_minutes=60)}) is UNKNOWN


@pytest.mark.parametrize(
    ("served", "watched", "wanted"),
    [([1, 2], [1, 2], MET), ([1, 2], [2], PARTIAL), ([1], [2], NOT_MET), ([], [1], UNKNOWN)],
)
def test_every_served_version_is_monitored(served: list[int], watched: list[int], wanted: Outcome) -> None:
    versions = [{"model": "delay", "version": number, "since": ago(1), "endpoint": ""} for number in served]
    assert outcome("MON-07", {"serving.versions": {"versions": versions}, **monitors(*watched)}) is wanted


def experiment(**changes: Any) -> dict[str, Any]:
    whole = {"id": "x1", "kind": "ab", "model": "delay", "ended_at": ago(5), "result": "B +2 %", "decision": "keep B"}
    return {"serving.experiments": {"experiments": [{**whole, "promotion": "", **changes}]}}


def test_an_experiment_ends_in_a_recorded_decision() -> None:
    assert outcome("MON-08", experiment()) is MET
    assert outcome("MON-08", experiment(decision="")) is PARTIAL
    assert outcome("MON-08", experiment(ended_at=ago(91))) is NOT_MET


def test_a_single_version_has_nothing_to_be_compared_with() -> None:
    only_one = {"mlflow.models": {"models": [{"name": "delay", "versions": 1}]}}
    assert outcome("MON-08", {**experiment(decision=""), **only_one}) is NOT_APPLICABLE


def availability(outage: bool = False, **changes: Any) -> dict[str, Any]:
    service = {
        "name": "api",
        "objective": 0.99,
        "availability": 0.995,
        "samples": 1000,
        "since": ago(30),
        "until": ago(),
    }
    deployments = [{"id": "x", "at": ago(5), "outage": outage}]
    return {"monitoring.availability": {"services": [{**service, **changes}], "deployments": deployments}}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, MET),
        ({"availability": 0.98}, NOT_MET),
        ({"outage": True}, NOT_MET),
        ({"objective": None}, UNKNOWN),
        ({"samples": 99}, UNKNOWN),
    ],
)
def test_the_service_meets_its_objective_without_outages(changes: dict[str, Any], wanted: Outcome) -> None:
    assert outcome("MON-09", availability(**changes), days=30) is wanted


def test_an_objective_may_be_agreed_in_mlops_yaml() -> None:
    assert outcome("MON-09", {**availability(objective=None), **agreed(availability=0.999)}, days=30) is NOT_MET


def needs_features(said: str, days: int = 200) -> dict[str, Any]:
    answers = [{"id": "HUM-08", "answer": said, "text": "two models", "by": "Bob", "at": ago(days), "expires": ""}]
    return {"human.form": {"answers": answers, "errors": []}}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [({}, MET), ({"freshness_alert": False}, NOT_MET), ({"materialised_at": ago(31)}, NOT_MET)],
)
def test_shared_features_are_fresh_and_watched(changes: dict[str, Any], wanted: Outcome) -> None:
    feature = {"name": "f", "materialised_at": ago(1), "freshness_alert": True, "materialisation_alert": True}
    seen = {"monitoring.features": {"features": [{**feature, **changes}]}}
    assert outcome("MON-10", {**seen, **needs_features("yes")}, days=30) is wanted


@pytest.mark.parametrize("people", [{}, needs_features("no"), needs_features("not-sure"), needs_features("yes", 400)])
def test_features_are_asked_about_only_where_people_say_they_are_shared(people: dict[str, Any]) -> None:
    assert outcome("MON-10", {"monitoring.features": {"features": []}, **people}, days=30) is NOT_APPLICABLE
