"""Questions answered from monitoring and serving (MON-01 … MON-10).

Topics and their payloads (times are ISO times; ``version`` is the registered model's version number)::

    serving.versions     {"versions": [{"model", "version", "since", "endpoint"}]}
    serving.experiments  {"experiments": [{"id", "kind": "ab" | "canary" | "champion-challenger" | "shadow", "model",
                          "ended_at", "result": text, "decision": text or "", "promotion": id or ""}]}
    monitoring.samples   {"series": [{"name": "latency" | "errors" | "volume", "model", "version", "last_at"}],
                          "deliveries": [{"job", "last_at", "rows"}]}      (deliveries: of batch jobs)
    monitoring.monitors  {"monitors": [{"id", "name", "model", "version", "reference_digest": or ""}]}
    monitoring.windows   {"windows": [{"monitor": id, "due_at", "rows": int or None, "report": bool}]}
    monitoring.quality   {"results": [{"monitor": id, "at", "metric", "labels": share 0–1 of rows with a label,
                          "proxy": the declared proxy or "", "labels_due": whether labels should be there by now}]}
    monitoring.alerts    {"rules": [{"id", "name", "threshold": bool, "owner", "channel"}],
                          "firings": [{"id", "rule": name, "at", "test": bool, "delivered": bool,
                          "acknowledged_at": or "", "retrains": whether the rule asks for retraining}]}
    monitoring.availability {"services": [{"name", "objective": 0–1 or None, "availability": 0–1, "samples": int,
                          "since", "until"}], "deployments": [{"id", "at", "outage": bool}]}
    monitoring.features  {"features": [{"name", "materialised_at", "freshness_alert", "materialisation_alert": bool}]}
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from assessments.checks.base import Facts, check
from assessments.checks.combine import all_of, by_share
from assessments.checks.human import TOPICS as PEOPLE
from assessments.checks.human import agreement, says
from assessments.checks.verdict import Seen, Verdict, met, not_applicable, not_met, partial, unknown
from mlops_portal.kernel.clock import parse

#: The operational metrics that a served model emits.
OPERATIONAL = ("latency", "errors", "volume")

#: The share of due windows that must have a report, and of alerts that must be acknowledged in time.
ENOUGH_WINDOWS, ENOUGH_ACKNOWLEDGED = 0.9, 0.8

#: The fewest alerts, and the fewest uptime samples, to judge by.
FEWEST_ALERTS, FEWEST_SAMPLES = 3, 100

Item = Mapping[str, Any]


def _days(facts: Facts) -> str:
    return f"the last {facts.window.days} days"


def _version(item: Item) -> str:
    return f"{item['model']} version {item['version']}"


@check("MON-01", needs=("monitoring.samples",))
def do_operational_metrics_arrive(facts: Facts) -> Verdict:
    """Whether latency, errors and volume of the served model arrive; for batch models, whether deliveries do."""
    samples = facts["monitoring.samples"]
    if not samples.get("series"):
        return _deliveries(facts, samples.get("deliveries", ()))
    fresh = {item["name"] for item in samples["series"] if facts.recent(parse(item["last_at"]))}
    seen = [Seen(f"{item['name']} of {_version(item)}, last {item['last_at'][:16]}") for item in samples["series"]]
    lack = [name for name in OPERATIONAL if name not in fresh]
    if not lack:
        return met("Latency, errors and volume of the service arrive.", seen)
    return (partial if fresh else not_met)(f"In {_days(facts)} there are no samples of {', '.join(lack)}.", seen)


def _deliveries(facts: Facts, deliveries: tuple[Item, ...] | list[Item]) -> Verdict:
    if not deliveries:
        return not_met("No operational metric and no delivery of a batch job arrives.")
    seen = [Seen(f"{item['job']}: delivered {item['rows']} rows, {item['last_at'][:16]}") for item in deliveries]
    late = [item["job"] for item in deliveries if not facts.recent(parse(item["last_at"]))]
    if late:
        return not_met(f"No delivery of {', '.join(late)} arrived in {_days(facts)}.", seen)
    return met("A batch model: its deliveries arrive.", seen)


@check("MON-02", needs=("monitoring.windows",))
def are_drift_reports_made(facts: Facts) -> Verdict:
    """Whether drift reports are produced for nine of ten due windows that had traffic."""
    due = [item for item in facts["monitoring.windows"].get("windows", ()) if facts.recent(parse(item["due_at"]))]
    if not due:
        return not_met(f"No window of a drift monitor was due in {_days(facts)}.")
    busy = [item for item in due if item["rows"] != 0]
    if not busy:
        return not_applicable(f"There was no traffic in {_days(facts)}.")
    lack = [item for item in busy if not item["report"]]
    seen = [Seen(f"window due {item['due_at'][:16]}: no report", where=item["monitor"]) for item in lack]
    return by_share(len(busy) - len(lack), len(busy), ENOUGH_WINDOWS, "due windows have a drift report", seen)


@check("MON-03", needs=("monitoring.monitors", "mlflow.models"))
def is_the_reference_the_training_data(facts: Facts) -> Verdict:
    """Whether a monitor's reference set is the training data of the version it watches (equal digests)."""
    monitors = facts["monitoring.monitors"].get("monitors", ())
    digests = {
        (model["name"], origin["version"]): {item["digest"] for item in origin["datasets"]}
        for model in facts["mlflow.models"].get("models", ())
        for origin in (*model["followed"], *([model["live"]] if model["live"] else []))
    }
    if not monitors:
        return not_met("There is no monitor.")
    return all_of([_referenced(item, digests.get((item["model"], item["version"]), set())) for item in monitors])


def _referenced(monitor: Item, digests: set[str]) -> Verdict:
    if not monitor["reference_digest"] or not digests:
        return unknown(f"The digest of the reference of {monitor['name']}, or of the training data, is not known.")
    seen = [Seen(f"reference {monitor['reference_digest']} of {_version(monitor)}", where=monitor["id"])]
    if monitor["reference_digest"] in digests:
        return met(f"The reference of {monitor['name']} is the training data of {_version(monitor)}.", seen)
    return not_met(f"The reference of {monitor['name']} is not the training data of {_version(monitor)}.", seen)


@check("MON-04", needs=("monitoring.quality",))
def is_prediction_quality_measured(facts: Facts) -> Verdict:
    """Whether prediction quality is measured with labels, or by a declared proxy."""
    results = [item for item in facts["monitoring.quality"].get("results", ()) if facts.recent(parse(item["at"]))]
    measured = [item for item in results if item["labels"] > 0 or item["proxy"]]
    seen = [Seen(f"{item['metric']} on {item['at'][:10]}: {_basis(item)}", item["monitor"]) for item in measured]
    if measured:
        return met("Prediction quality is measured.", seen)
    if results and not any(item["labels_due"] for item in results):
        return unknown("The labels are not due yet.")
    return not_met(f"Prediction quality was not measured in {_days(facts)}.")


def _basis(item: Item) -> str:
    return f"labels for {item['labels']:.0%}" if item["labels"] else f"proxy: {item['proxy']}"


@check("MON-05", needs=("monitoring.alerts",))
def do_alerts_reach_somebody(facts: Facts) -> Verdict:
    """Whether alerts have thresholds, owner and channel, and one was delivered in the window, real or as a test."""
    alerts = facts["monitoring.alerts"]
    rules = alerts.get("rules", ())
    if not rules:
        return not_met("There is no alert rule.")
    loose = [rule for rule in rules if not (rule["threshold"] and rule["owner"] and rule["channel"])]
    if loose:
        seen = [Seen(f"{rule['name']}: threshold, owner or channel missing", where=rule["id"]) for rule in loose]
        return partial(f"{len(loose)} of {len(rules)} alert rules lack a threshold, an owner or a channel.", seen)
    fired = [item for item in alerts.get("firings", ()) if facts.recent(parse(item["at"]))]
    if not fired:
        return unknown(f"No alert fired in {_days(facts)}, and none was tested.")
    lost = [Seen(f"{item['rule']} on {item['at'][:16]}", item["id"]) for item in fired if not item["delivered"]]
    if lost:
        return partial(f"{len(lost)} of {len(fired)} alerts were not delivered.", lost)
    return met("Alerts are complete, and one has been delivered.", [Seen(i["rule"], i["id"]) for i in fired])


@check("MON-06", needs=("monitoring.alerts",), may_read=PEOPLE)
def are_alerts_acknowledged(facts: Facts) -> Verdict:
    """Whether four in five alerts are acknowledged within the agreed time."""
    fired = [
        item
        for item in facts["monitoring.alerts"].get("firings", ())
        if not item["test"] and facts.recent(parse(item["at"]))
    ]
    minutes = agreement(facts, "acknowledge_minutes")
    if len(fired) < FEWEST_ALERTS:
        return unknown(f"Only {len(fired)} alerts in {_days(facts)}; {FEWEST_ALERTS} are needed.")
    if minutes is None:
        return unknown("No time is agreed: write agreements: {acknowledge_minutes: …} in mlops.yaml.")
    late = [item for item in fired if not _in_time(item, timedelta(minutes=minutes))]
    seen = [Seen(f"{item['rule']} on {item['at'][:16]}: not in time", where=item["id"]) for item in late]
    what = f"alerts were acknowledged within {minutes:g} minutes"
    return by_share(len(fired) - len(late), len(fired), ENOUGH_ACKNOWLEDGED, what, seen)


def _in_time(item: Item, allowed: timedelta) -> bool:
    return bool(item["acknowledged_at"]) and parse(item["acknowledged_at"]) - parse(item["at"]) <= allowed


@check("MON-07", needs=("serving.versions", "monitoring.monitors"))
def is_every_served_version_monitored(facts: Facts) -> Verdict:
    """Whether every served version is covered by monitoring."""
    served = facts["serving.versions"].get("versions", ())
    if not served:
        return unknown("The serving platform serves no version at present.")
    watched = {(item["model"], item["version"]) for item in facts["monitoring.monitors"].get("monitors", ())}
    bare = [Seen(f"{_version(item)}: no monitor") for item in served if (item["model"], item["version"]) not in watched]
    return by_share(len(served) - len(bare), len(served), 1.0, "served versions are monitored", bare)


@check("MON-08", needs=("serving.experiments",), may_read=("mlflow.models",))
def was_an_experiment_decided(facts: Facts) -> Verdict:
    """Whether an A/B, canary or champion–challenger result was recorded with a decision."""
    models = (facts.get("mlflow.models") or {}).get("models", ())
    if models and all(model["versions"] == 1 for model in models):
        return not_applicable("There has only ever been one version.")
    ended = [
        item for item in facts["serving.experiments"].get("experiments", ()) if facts.recent(parse(item["ended_at"]))
    ]
    if not ended:
        return not_met(f"No experiment with a served version ended in {_days(facts)}.")
    seen = [
        Seen(f"{i['kind']} of {i['model']}: {i['result']} → {i['decision'] or 'no decision'}", i["id"]) for i in ended
    ]
    if not any(item["decision"] for item in ended):
        return partial("Experiments were made, but no decision is recorded.", seen)
    return met("An experiment was decided, and the decision recorded.", seen)


@check("MON-09", needs=("monitoring.availability",), may_read=PEOPLE)
def was_the_service_available(facts: Facts) -> Verdict:
    """Whether availability met its objective, and the last deployments caused no outage."""
    services = facts["monitoring.availability"].get("services", ())
    if not services:
        return not_met("The availability of no service is measured.")
    shared = agreement(facts, "availability")
    outages = [
        item
        for item in facts["monitoring.availability"].get("deployments", ())
        if item["outage"] and facts.recent(parse(item["at"]))
    ]
    if outages:
        seen = [Seen(f"deployment of {item['at'][:16]}", where=item["id"]) for item in outages]
        return not_met(f"{len(outages)} deployments caused an outage in {_days(facts)}.", seen)
    return all_of([_available(item, item["objective"] or shared) for item in services])


def _available(service: Item, objective: float | None) -> Verdict:
    seen = [Seen(f"{service['name']}: {service['availability']:.3%} of {service['samples']} samples")]
    if objective is None:
        return unknown("No objective is set: write agreements: {availability: …} in mlops.yaml.", seen)
    if service["samples"] < FEWEST_SAMPLES:
        return unknown(f"{service['name']} has only {service['samples']} samples; {FEWEST_SAMPLES} are needed.", seen)
    what = (
        f"{service['name']} was available {service['availability']:.3%} of the time; the objective is {objective:.3%}."
    )
    return (met if service["availability"] >= objective else not_met)(what, seen)


@check("MON-10", needs=("monitoring.features",), may_read=PEOPLE)
def are_features_monitored(facts: Facts) -> Verdict:
    """Whether the freshness and the materialisation of features are monitored; asked where features are shared."""
    if says(facts, "HUM-08") != "yes":
        return not_applicable("No feature store is said to be needed (HUM-08).")
    features = facts["monitoring.features"].get("features", ())
    if not features:
        return not_met("No feature is monitored.")
    bare = [
        Seen(f"{item['name']}: no alert on {'freshness' if not item['freshness_alert'] else 'materialisation'}")
        for item in features
        if not (item["freshness_alert"] and item["materialisation_alert"])
        or not facts.recent(parse(item["materialised_at"]))
    ]
    return by_share(len(features) - len(bare), len(features), 1.0, "features are monitored and fresh", bare)
