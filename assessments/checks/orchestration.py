"""Questions answered from an orchestrator, Prefect or Kubeflow Pipelines (ORC-01 … ORC-09).

Topic ``orchestrator.deployments``: what is set up to run::

    {"deployments": [{
        "id", "name", "orchestrator": "prefect" | "kubeflow",
        "purpose": "data" | "training" | "deployment" | "other",
        "active": bool,
        "schedules": [{"text", "active": bool, "every_seconds": number or None when irregular}],
        "triggers": [{"text", "active": bool}]}]}

Topic ``orchestrator.runs``: what ran; complete from ``since`` on::

    {"since": ISO time,
     "runs": [{
        "id", "deployment": id or "", "purpose": as above,
        "state": "succeeded" | "failed" | "cancelled" | "running",
        "started_at": ISO time,
        "start": "schedule" | "event" | "service" | "person" | "unknown": what started it,
        "managed": True for shared compute (Kubernetes, a cloud service, a managed pool), False for somebody's own
            computer, None when it cannot be told (a Prefect ``process`` pool),
        "version", "commit": of the pipeline, or "",
        "mlflow_runs": [ids],
        "cause": {"alert": id, "drill": bool} or None,
        "model": name or "", "model_version": int or None: what a training run registered, a deployment run deployed}],
     "due": [{"deployment": id, "purpose", "due_at": ISO time, "run": id or "", "succeeded": bool,
              "start": as above, or "" without a run}]}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from operator import itemgetter
from typing import Any

from assessments.checks.approvals import promotions_in_window
from assessments.checks.base import Facts, check
from assessments.checks.combine import all_of, by_share
from assessments.checks.human import TOPICS as PEOPLE
from assessments.checks.human import agreement
from assessments.checks.mlflow.models import no_live
from assessments.checks.verdict import MOST_SEEN, Seen, Verdict, met, not_met, partial, unknown
from mlops_portal.kernel.clock import parse

DEPLOYMENTS, RUNS, PROMOTIONS = "orchestrator.deployments", "orchestrator.runs", "approvals.promotions"

#: Starts that need no person.
AUTOMATIC = frozenset({"schedule", "event", "service"})

#: The fewest due windows to judge by, and the share of them that must succeed.
FEWEST_WINDOWS, ENOUGH_WINDOWS = 5, 0.9

#: So many automated training runs are asked for, and a window is never shorter than so many cadences.
ENOUGH_RUNS, CADENCES = 3, 3

#: The share of training runs that must be on managed compute: the same four in five as for tracked runs.
ENOUGH_MANAGED = 0.8

Item = Mapping[str, Any]


def _recent_runs(facts: Facts, purposes: Iterable[str], window: timedelta | None = None) -> list[Item]:
    """Runs of these purposes that started inside the window, newest first."""
    start = facts.now - (window or facts.window)
    items = [run for run in facts[RUNS].get("runs", ()) if run["purpose"] in purposes]
    dated = [(parse(run["started_at"]), run["id"], run) for run in items]
    inside = [each for each in dated if start <= each[0] <= facts.now]
    return [run for _, _, run in sorted(inside, key=itemgetter(0, 1), reverse=True)]


def _seen(run: Item, what: str) -> Seen:
    return Seen(f"{run['purpose']} run of {run['started_at'][:10]}: {what}", where=run["id"])


def _days(window: timedelta) -> str:
    return f"the last {window.days} days"


@check("ORC-01", needs=(RUNS,))
def does_the_data_pipeline_run_by_itself(facts: Facts) -> Verdict:
    """Whether the data pipeline succeeded without a human start in nine of ten due windows."""
    due = [item for item in facts[RUNS].get("due", ()) if item["purpose"] == "data"]
    due = [item for item in due if facts.recent(parse(item["due_at"]))]
    if len(due) < FEWEST_WINDOWS:
        return unknown(f"Only {len(due)} data windows were due in {_days(facts.window)}; {FEWEST_WINDOWS} are needed.")
    missed = [item for item in due if not (item["succeeded"] and item["start"] in AUTOMATIC)]
    seen = [Seen(f"due {item['due_at'][:16]}: {_missed(item)}", where=item["run"]) for item in missed]
    return by_share(len(due) - len(missed), len(due), ENOUGH_WINDOWS, "due windows succeeded by themselves", seen)


def _missed(item: Item) -> str:
    if not item["run"]:
        return "nothing ran"
    return f"started by {item['start']}" if item["succeeded"] else "did not succeed"


def _training(facts: Facts) -> list[Item]:
    deployments = (facts.get(DEPLOYMENTS) or {}).get("deployments", ())
    return [item for item in deployments if item["purpose"] == "training"]


@check("ORC-02", needs=(DEPLOYMENTS,))
def is_training_scheduled(facts: Facts) -> Verdict:
    """Whether training is a deployed flow or pipeline with an active schedule or event trigger."""
    training = _training(facts)
    if not training:
        return not_met("No training flow or pipeline is deployed.")
    starts = [
        Seen(f"{item['name']}: {start['text']}", where=item["id"])
        for item in training
        if item["active"]
        for start in (*item["schedules"], *item["triggers"])
        if start["active"]
    ]
    if starts:
        return met("Training is deployed and starts by itself.", starts)
    idle = [Seen(f"{item['name']}: no active schedule or trigger", where=item["id"]) for item in training]
    return partial("Training is deployed, but has no active schedule or trigger.", idle)


@check("ORC-03", needs=(RUNS,), may_read=(DEPLOYMENTS,))
def do_training_runs_succeed_by_themselves(facts: Facts) -> Verdict:
    """Whether three automated training runs succeeded in the window, or in three cadences if those are longer."""
    window = max(facts.window, CADENCES * _cadence(facts))
    runs = _recent_runs(facts, ("training",), window)
    good = [run for run in runs if run["state"] == "succeeded" and run["start"] in AUTOMATIC]
    seen = [_seen(run, f"{run['state']}, started by {run['start']}") for run in runs[:MOST_SEEN]]
    reason = f"{len(good)} automated training runs succeeded in {_days(window)}; {ENOUGH_RUNS} are asked for."
    if len(good) >= ENOUGH_RUNS:
        return met(reason, seen)
    if facts[RUNS].get("since") and parse(facts[RUNS]["since"]) > facts.now - window:
        return unknown(f"{reason} Runs are only known since {facts[RUNS]['since'][:10]}.", seen)
    return partial(reason, seen) if good else not_met(reason, seen)


def _cadence(facts: Facts) -> timedelta:
    """The longest time between two scheduled training runs; none when that is not known."""
    seconds = [
        schedule["every_seconds"]
        for item in _training(facts)
        for schedule in item["schedules"]
        if schedule["active"] and schedule["every_seconds"]
    ]
    return timedelta(seconds=max(seconds, default=0))


@check("ORC-04", needs=(RUNS,))
def is_training_on_managed_compute(facts: Facts) -> Verdict:
    """Whether training runs use managed compute, not a process on somebody's computer."""
    runs = _recent_runs(facts, ("training",))
    if not runs:
        return unknown(f"No training run is known in {_days(facts.window)}.")
    words = {True: "managed compute", False: "somebody's computer", None: "a process pool: cannot be told"}
    seen = [_seen(run, words[run["managed"]]) for run in runs[:MOST_SEEN]]
    managed = sum(run["managed"] is True for run in runs)
    unclear = sum(run["managed"] is None for run in runs)
    if managed < ENOUGH_MANAGED * len(runs) <= managed + unclear:
        return unknown(
            f"Where {unclear} of {len(runs)} training runs worked cannot be told: answer who provides the machines.",
            seen,
        )
    return by_share(managed, len(runs), ENOUGH_MANAGED, "training runs were on managed compute", seen)


@check("ORC-05", needs=(RUNS,))
def are_runs_bound_to_code(facts: Facts) -> Verdict:
    """Whether each run is bound to a pipeline version and a commit."""
    runs = _recent_runs(facts, ("data", "training"))
    if not runs:
        return unknown(f"No run is known in {_days(facts.window)}.")
    loose = [run for run in runs if not (run["version"] and run["commit"])]
    seen = [_seen(run, "no pipeline version" if not run["version"] else "no commit") for run in loose]
    return by_share(len(runs) - len(loose), len(runs), 1.0, "runs are bound to a version and a commit", seen)


@check("ORC-06", needs=("mlflow.models",), may_read=PEOPLE)
def is_the_live_model_young_enough(facts: Facts) -> Verdict:
    """Whether the live model is younger than its agreed staleness limit."""
    live = [model for model in facts["mlflow.models"].get("models", ()) if model["live"]]
    limit = agreement(facts, "staleness_days")
    if not live:
        return no_live(facts)
    if limit is None:
        return unknown("No limit is agreed: write agreements: {staleness_days: …} in mlops.yaml.")
    return all_of([_young(facts, model, timedelta(days=limit)) for model in live])


def _young(facts: Facts, model: Item, limit: timedelta) -> Verdict:
    live = model["live"]
    age = facts.now - parse(live["created"])
    what = f"{model['name']} version {live['version']} is {age.days} days old; agreed are {limit.days}."
    seen = [Seen(f"created {live['created'][:10]}", where=live["run_id"])]
    return (met if age <= limit else not_met)(what, seen)


@check("ORC-07", needs=(RUNS,), may_read=("monitoring.alerts",))
def did_a_signal_start_retraining(facts: Facts) -> Verdict:
    """Whether a monitoring signal started a retraining run, in the window or in a drill."""
    caused = [run for run in _recent_runs(facts, ("training",)) if run["cause"]]
    if caused:
        seen = [_seen(run, f"started by alert {run['cause']['alert']}{_drill(run)}") for run in caused]
        return met(f"{len(caused)} retraining runs were started by a monitoring signal.", seen)
    alerts = facts.get("monitoring.alerts")
    if alerts is None:
        return unknown("No run was started by a signal; whether there was one cannot be seen without monitoring.")
    missed = [item for item in alerts.get("firings", ()) if item["retrains"] and facts.recent(parse(item["at"]))]
    if not missed:
        return unknown("Untested: no signal asked for retraining, and none was drilled.")
    seen = [Seen(f"{item['rule']} fired on {item['at'][:10]}", where=item["id"]) for item in missed]
    return not_met(f"{len(missed)} signals asked for retraining, and none started it.", seen)


def _drill(run: Item) -> str:
    return " (a drill)" if run["cause"]["drill"] else ""


@check("ORC-08", needs=(PROMOTIONS, RUNS))
def does_every_version_have_a_deployment_run(facts: Facts) -> Verdict:
    """Whether every production version has a deployment run."""
    moves = promotions_in_window(facts)
    if not moves:
        return unknown(f"No model was promoted in {_days(facts.window)}.")
    without = [item for item in moves if not item["deployment_run"] and _deployment(facts, item) is None]
    seen = [Seen(f"{item['model']} version {item['version']}: no deployment run", item["id"]) for item in without]
    return by_share(len(moves) - len(without), len(moves), 1.0, "promoted versions have a deployment run", seen)


def _deployment(facts: Facts, move: Item) -> Item | None:
    return _run_of(facts, "deployment", move)


def _run_of(facts: Facts, purpose: str, move: Item) -> Item | None:
    """The newest successful run of this purpose that made or deployed the promoted version."""
    succeeded = (r for r in facts[RUNS].get("runs", ()) if r["purpose"] == purpose and r["state"] == "succeeded")
    wanted = (move["model"], move["version"])
    same = (run for run in succeeded if (run["model"], run["model_version"]) == wanted)
    return max(same, key=lambda run: parse(run["started_at"]), default=None)


@check("ORC-09", needs=(PROMOTIONS, RUNS))
def is_the_whole_path_automatic(facts: Facts) -> Verdict:
    """Whether the path trigger → train → validate → register → deploy is free of manual starts except approvals."""
    moves = promotions_in_window(facts)
    if not moves:
        return unknown(f"No model was promoted in {_days(facts.window)}.")
    links = _links(facts, moves[0])
    seen = [Seen(f"{name}: {by or 'not known'}", where=moves[0]["id"]) for name, by in links.items()]
    by_hand = [name for name, by in links.items() if by == "person"]
    if by_hand:
        return not_met(f"Started by hand for the last promotion: {', '.join(by_hand)}.", seen)
    lost = [name for name, by in links.items() if by not in AUTOMATIC]
    if lost:
        return unknown(f"The chain of the last promotion has gaps: {', '.join(lost)}.", seen)
    return met("From trigger to deployment nothing was started by hand for the last promotion.", seen)


def _links(facts: Facts, move: Item) -> dict[str, str]:
    """What started each step behind a promotion; empty when that is not known."""
    training, deployment = _run_of(facts, "training", move), _deployment(facts, move)
    return {
        "training and registration": training["start"] if training else "",
        "validation": (move["validation"] or {}).get("by_kind", ""),
        "promotion": move["applied_by_kind"],
        "deployment": deployment["start"] if deployment else "",
    }
