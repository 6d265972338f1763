"""Questions about runs (MLF-01 … MLF-04): are they recorded, and with which code and data.

Payloads: ``mlflow.runs``, ``mlflow.lineage`` and ``mlflow.datasets`` as in ``collectors/mlflow/runs.py``;
``git.commits`` is ``{"asked": [hashes], "found": [hashes]}``; ``orchestrator.runs`` as in ``checks/orchestration.py``.

That four runs in five suffice where a share is asked for is the catalogue's for MLF-02 and ours for MLF-03 and MLF-04.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessments.checks.base import Facts, check
from assessments.checks.combine import by_share
from assessments.checks.verdict import Seen, Verdict, met, not_met, partial, unknown
from mlops_portal.kernel.clock import parse

#: The share of runs that must be as asked, and the fewest orchestrated runs that a share is taken of.
ENOUGH, FEWEST_RUNS = 0.8, 5

Item = Mapping[str, Any]


def _days(facts: Facts) -> str:
    return f"{facts.window.days} days"


def _run_seen(run: Item) -> Seen:
    return Seen(f"run {run['name'] or run['id']} of {run['started_at'][:10]}", where=run["id"])


@check("MLF-01", needs=("mlflow.runs",))
def are_runs_recorded(facts: Facts) -> Verdict:
    """Whether runs of this project are recorded in the window, with parameters and at least one metric."""
    runs = facts["mlflow.runs"]
    names = [experiment["name"] for experiment in runs.get("experiments", ())]
    absent = [experiment["name"] for experiment in runs.get("experiments", ()) if not experiment["id"]]
    if absent and len(absent) == len(names):
        return not_met(f"MLflow has no experiment called {', '.join(absent)}.")
    if not runs.get("newest") or not facts.recent(parse(runs["newest"])):
        return not_met(f"No run was recorded in {', '.join(names)} in the last {_days(facts)}.")
    seen = [_run_seen(run) for run in runs["sample"]]
    if not runs["newest_complete"] or not facts.recent(parse(runs["newest_complete"])):
        return partial("Runs are recorded, but none with both parameters and a metric.", seen)
    return met(f"{runs['with_params_and_metrics']} of {_counted(runs)} runs have parameters and metrics.", seen)


def _counted(payload: Item) -> str:
    return f"the newest {payload['count']}" if payload["cut"] else str(payload["count"])


@check("MLF-02", needs=("mlflow.runs", "orchestrator.runs"))
def are_orchestrated_runs_tracked(facts: Facts) -> Verdict:
    """Which share of the orchestrated training runs has an MLflow run."""
    known = set(facts["mlflow.runs"].get("orchestrator_runs", ()))
    runs = [
        run
        for run in facts["orchestrator.runs"].get("runs", ())
        if run["purpose"] == "training" and facts.recent(parse(run["started_at"]))
    ]
    if len(runs) < FEWEST_RUNS:
        return unknown(f"Only {len(runs)} orchestrated training runs in {_days(facts)}; {FEWEST_RUNS} are needed.")
    lost = [run for run in runs if run["id"] not in known and not run["mlflow_runs"]]
    seen = [Seen(f"training run without an MLflow run, started {run['started_at'][:10]}", run["id"]) for run in lost]
    return by_share(len(runs) - len(lost), len(runs), ENOUGH, "orchestrated training runs have an MLflow run", seen)


def _idle(facts: Facts, topic: str) -> Verdict | None:
    """The verdict when there is no finished run to ask about in the window."""
    newest = facts[topic].get("newest")
    if newest and facts.recent(parse(newest)):
        return None
    return not_met(f"There is no finished run in the last {_days(facts)}.")


@check("MLF-03", needs=("mlflow.lineage",), may_read=("git.commits",))
def do_runs_carry_a_commit(facts: Facts) -> Verdict:
    """Whether runs carry a git commit that resolves in the linked repository, with a clean tree."""
    if verdict := _idle(facts, "mlflow.lineage"):
        return verdict
    lineage, commits = facts["mlflow.lineage"], facts.get("git.commits")
    if not lineage["with_commit"]:
        why = " (they were run from notebooks)" if lineage["notebook"] else ""
        return not_met(f"None of {lineage['count']} runs carries a git commit{why}.", map(_run_seen, lineage["runs"]))
    if commits is None:
        return unknown("Runs carry commits, but the repository is not linked, so they cannot be looked up.")
    return _resolved(lineage, set(commits.get("found", ())), set(commits.get("asked", ())))


def _resolved(lineage: Item, found: set[str], asked: set[str]) -> Verdict:
    clean = {row["commit"]: row["runs"] - row["dirty"] for row in lineage["by_commit"]}
    good = sum(runs for commit, runs in clean.items() if commit in found)
    known = found | asked
    unasked = sum(runs for commit, runs in clean.items() if commit not in known)
    if good < ENOUGH * lineage["count"] <= good + unasked:
        return unknown(f"{unasked} runs carry commits that have not been looked up in the repository yet.")
    seen = [_lineage_seen(run, found) for run in lineage["runs"]]
    return by_share(good, lineage["count"], ENOUGH, "runs carry a commit of the repository, from a clean tree", seen)


def _lineage_seen(run: Item, found: set[str]) -> Seen:
    state = "no commit"
    if run["commit"]:
        tree = {True: "with uncommitted changes", False: "clean", None: "state of the tree not recorded"}[run["dirty"]]
        where = "in the repository" if run["commit"] in found else "not in the repository"
        state = f"commit {run['commit'][:12]} ({where}, {tree})"
    return Seen(f"{run['name'] or run['id']}: {state}", where=run["id"])


@check("MLF-04", needs=("mlflow.datasets",))
def do_runs_log_their_data(facts: Facts) -> Verdict:
    """Whether runs log data set inputs with a digest, or the version of their data in another tool."""
    if verdict := _idle(facts, "mlflow.datasets"):
        return verdict
    data = facts["mlflow.datasets"]
    seen = [
        Seen(f"data set {item['name']}, digest {item['digest']} ({item['runs']} runs)") for item in data["datasets"]
    ]
    seen += [Seen(f"data version {version}") for version in data["versions"]]
    seen += [Seen(f"no data set: {_run_seen(run).text}", run["id"]) for run in data["without"][:3]]
    good = data["with_digest"] + data["with_version_tag"]
    return by_share(good, data["count"], ENOUGH, "runs log which data they used, with a digest or version", seen)
