"""Questions about registered models (MLF-05, 06, 07, 12): which version is live, where from, and the way back.

Payloads: ``mlflow.models`` as in ``collectors/mlflow/models.py``; ``git.commits`` as in ``checks/mlflow/runs.py``;
``serving.versions`` as in ``checks/monitoring.py``, ``approvals.promotions`` as in ``checks/approvals.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessments.checks.approvals import promotions_in_window
from assessments.checks.base import Facts, check
from assessments.checks.combine import all_of
from assessments.checks.verdict import Seen, Verdict, met, not_applicable, not_met, partial, unknown

Item = Mapping[str, Any]


def no_live(facts: Facts) -> Verdict:
    """The verdict of a question about live versions when there is none."""
    models = (facts.get("mlflow.models") or {}).get("models")
    if models:
        return unknown("No alias tells which version is live.")
    return not_met("There is no registered model, so no live version.")


@check("MLF-05", needs=("mlflow.models",))
def is_the_model_registered(facts: Facts) -> Verdict:
    """Whether the project's model is registered, with the live version identifiable by an alias."""
    registry = facts["mlflow.models"]
    if not registry.get("asked") and not registry.get("models"):
        return _none_registered(registry)
    absent = [not_met(f"{name} is not registered.") for name in registry.get("missing", ())]
    return all_of([*absent, *map(_identified, registry.get("models", ()))])


def _none_registered(registry: Item) -> Verdict:
    if not registry.get("runs_asked"):
        return unknown("The project names no registered models, and there are no recent runs to find them by.")
    return not_met(f"None of the newest {registry['runs_asked']} runs registered a model.")


def _identified(model: Item) -> Verdict:
    name, count = model["name"], model["versions"]
    aliases = ", ".join(f"{alias} → {number}" for alias, number in model["aliases"].items()) or "no alias"
    seen = [Seen(f"{name}: newest version {model['newest']}, {aliases}")]
    if not count:
        return not_met(f"{name} has no version.", seen)
    if model["live"]:
        return met(f"{name}: version {model['live']['version']} is live ({model['live_alias']}).", seen)
    if model["production_stage"]:
        return partial(f"{name}: only a stage tells which version is live; stages are deprecated.", seen)
    return partial(f"{name} is registered, but no alias (such as champion) tells which version is live.", seen)


@check("MLF-06", needs=("mlflow.models", "serving.versions"), may_read=("git.commits",))
def does_every_served_version_lead_to_its_data(facts: Facts) -> Verdict:
    """Whether every served version resolves: version → run → commit → data set digest."""
    served = facts["serving.versions"].get("versions", ())
    if not served:
        return unknown("The serving platform serves no version at present.")
    origins = {
        (model["name"], origin["version"]): origin
        for model in facts["mlflow.models"].get("models", ())
        for origin in (*model["followed"], *([model["live"]] if model["live"] else []))
    }
    commits = facts.get("git.commits")
    found = None if commits is None else set(commits.get("found", ()))
    return all_of([_traced(item, origins.get((item["model"], item["version"])), found) for item in served])


def _traced(served: Item, origin: Item | None, found: set[str] | None) -> Verdict:
    name = f"{served['model']} version {served['version']}"
    if origin is None:
        return unknown(f"{name} was not among the versions looked at.")
    lacking = [
        what
        for what, there in (
            ("its run", origin["run_found"]),
            ("a commit", origin["commit"] and (found is None or origin["commit"] in found)),
            ("a data set digest", origin["datasets"] or origin["data_version"]),
        )
        if not there
    ]
    seen = [Seen(f"{name}: commit {origin['commit'][:12] or 'none'}", where=origin["run_id"])]
    if lacking:
        return not_met(f"{name} does not lead to {' and '.join(lacking)}.", seen)
    if found is None:
        return unknown(f"{name} names a commit, but the repository is not linked.", seen)
    return met(f"{name} leads to its run, commit and data.", seen)


@check("MLF-07", needs=("mlflow.models",))
def does_the_live_version_explain_itself(facts: Facts) -> Verdict:
    """Whether the live version has a signature, environment files and an input example."""
    live = [model for model in facts["mlflow.models"].get("models", ()) if model["live"]]
    return all_of([_explained(model["name"], model["live"]) for model in live]) if live else no_live(facts)


def _explained(name: str, live: Item) -> Verdict:
    file, version = live["file"], f"{name} version {live['version']}"
    if not file["readable"]:
        return unknown(f"The files of {version} cannot be read: {file['problem']}")
    parts = {"signature": file["signature"], "environment files": file["env_files"]}
    parts["input example"] = file["input_example"]
    have, lack = [name for name, there in parts.items() if there], [name for name, there in parts.items() if not there]
    seen = [Seen(f"{version}: {', '.join(have) or file['problem'] or 'none of them'}", where=live["run_id"])]
    if not lack:
        return met(f"{version} has a signature, environment files and an input example.", seen)
    return (partial if have else not_met)(f"{version} has no {' and no '.join(lack)}.", seen)


@check("MLF-12", needs=("mlflow.models",), may_read=("approvals.promotions",))
def can_we_go_back(facts: Facts) -> Verdict:
    """Whether the previous version can still be loaded, and a rollback was done or drilled."""
    live = [model for model in facts["mlflow.models"].get("models", ()) if model["live"]]
    return all_of([_returnable(facts, model) for model in live]) if live else no_live(facts)


def _returnable(facts: Facts, model: Item) -> Verdict:
    previous = model["previous"]
    if previous is None:
        return not_applicable(f"{model['name']} has no earlier version to go back to.")
    version, file = f"{model['name']} version {previous['version']}", previous["file"]
    if not file["readable"]:
        return unknown(f"The files of {version} cannot be read: {file['problem']}")
    if file["problem"]:
        return not_met(f"{version} cannot be loaded any more: {file['problem']}")
    seen = [Seen(f"{version}: its MLmodel file is there")]
    if facts.get("approvals.promotions") is None:
        return unknown(f"{version} can be loaded; rollbacks cannot be seen: no promotion log is connected.", seen)
    return _rolled_back(facts, model["name"], seen)


def _rolled_back(facts: Facts, name: str, seen: list[Seen]) -> Verdict:
    kinds = {"rollback", "drill"}
    done = [item for item in promotions_in_window(facts, kinds=kinds) if item["model"] == name]
    if not done:
        return partial(f"The previous version of {name} can be loaded; no rollback was done or drilled.", seen)
    seen.append(Seen(f"{done[0]['kind']} on {done[0]['applied_at'][:10]}", done[0]["id"]))
    return met(f"The previous version of {name} can be loaded, and going back has been done.", seen)
