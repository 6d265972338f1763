"""Questions about how live versions were validated and promoted (MLF-08 … MLF-11).

Payloads: ``mlflow.validation`` as in ``collectors/mlflow/validation.py``, which also documents the naming convention;
``approvals.promotions`` as in ``checks/approvals.py``; agreed slices as in ``checks/human.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assessments.checks.approvals import promotions_in_window
from assessments.checks.base import Facts, check
from assessments.checks.combine import all_of, by_share
from assessments.checks.human import TOPICS as PEOPLE
from assessments.checks.human import agreement
from assessments.checks.mlflow.models import no_live
from assessments.checks.verdict import Seen, Verdict, met, not_met, partial, unknown
from mlops_portal.kernel.clock import parse

#: How many of the last promotions are looked at, and the fewest to judge by.
LAST_PROMOTIONS, FEWEST_PROMOTIONS = 5, 3

Item = Mapping[str, Any]


@check("MLF-08", needs=("mlflow.validation",), may_read=("mlflow.models",))
def was_the_live_version_compared(facts: Facts) -> Verdict:
    """Whether the live version was compared with the previous champion and a simple baseline on the same data."""
    models = facts["mlflow.validation"].get("models", ())
    return all_of([_compared(model) for model in models]) if models else no_live(facts)


def _compared(model: Item) -> Verdict:
    version = f"{model['model']} version {model['version']}"
    if not model["run_id"]:
        return unknown(f"The run of {version} is not known, so its metrics are not.")
    asked = {"baseline": model["baseline"], **({"champion": model["champion"]} if model["previous"] else {})}
    seen = [_comparison(kind, row, model["run_id"]) for kind, rows in asked.items() for row in rows]
    lack = [kind for kind, rows in asked.items() if not rows]
    if len(lack) == len(asked):
        return not_met(f"{version} was compared with no {' and no '.join(lack)}.", seen)
    if lack:
        return partial(f"{version} was not compared with the {lack[0]}.", seen)
    if not model["evaluation_data"]:
        return partial(f"{version} was compared, but the evaluation data is not recorded.", seen)
    return met(f"{version} was compared with the {' and the '.join(asked)} on the same data.", seen)


def _comparison(kind: str, row: Item, run: str) -> Seen:
    return Seen(f"{row['metric']}: {row['own']}, {kind} {row['other']}", where=run)


@check("MLF-09", needs=("mlflow.validation",), may_read=("mlflow.models", *PEOPLE))
def are_slices_measured(facts: Facts) -> Verdict:
    """Whether metrics are logged for the slices that were agreed."""
    models = facts["mlflow.validation"].get("models", ())
    shared = tuple(agreement(facts, "slices") or ())
    return all_of([_sliced(model, model["agreed_slices"] or shared) for model in models]) if models else no_live(facts)


def _sliced(model: Item, agreed: Sequence[str]) -> Verdict:
    version = f"{model['model']} version {model['version']}"
    seen = [Seen(f"{version}: metrics for slice {name}", where=model["run_id"]) for name in model["slices"]]
    if not agreed:
        return unknown("No slices are agreed: write them under agreements in mlops.yaml.", seen)
    if not model["run_id"]:
        return unknown(f"The run of {version} is not known, so its metrics are not.")
    # A slice "carrier" is measured by metrics of its values too: "slice.carrier=AA.mae", "slice.carrier.AA.mae".
    lack = [name for name in agreed if not any(_is_of(measured, name) for measured in model["slices"])]
    if not lack:
        return met(f"{version} has metrics for all {len(agreed)} agreed slices.", seen)
    verdict = partial if len(lack) < len(agreed) else not_met
    return verdict(f"{version} has no metrics for {', '.join(lack)}.", seen)


def _is_of(measured: str, agreed: str) -> bool:
    return measured == agreed or measured.startswith((f"{agreed}=", f"{agreed}."))


@check("MLF-10", needs=("mlflow.validation", "approvals.promotions"), may_read=("mlflow.models",))
def was_validation_automatic(facts: Facts) -> Verdict:
    """Whether the validation status was set by automation before the alias moved."""
    models = facts["mlflow.validation"].get("models", ())
    return all_of([_validated(facts, model) for model in models]) if models else no_live(facts)


def _validated(facts: Facts, model: Item) -> Verdict:
    version = f"{model['model']} version {model['version']}"
    moves = [
        item
        for item in promotions_in_window(facts)
        if (item["model"], item["version"]) == (model["model"], model["version"])
    ]
    if not moves:
        return unknown(f"The promotion of {version} was neither made in the portal nor reported to it.")
    validation = moves[0]["validation"]
    if validation is None:
        tagged = f"it is tagged {model['status']!r}" if model["status"] else "it has no validation status"
        return unknown(f"When and by whom {version} was validated is not known; {tagged}.")
    seen = [Seen(f"{version}: {validation['status']} at {validation['set_at']} by a {validation['by_kind']}")]
    if validation["status"] != "passed" or parse(validation["set_at"]) > parse(moves[0]["applied_at"]):
        return not_met(f"{version} went live before its validation had passed.", seen)
    if validation["by_kind"] != "service":
        return not_met(f"{version} was marked as validated by hand.", seen)
    return met(f"{version} was validated by automation before it went live.", seen)


@check("MLF-11", needs=("approvals.promotions",))
def are_promotions_automatic(facts: Facts) -> Verdict:
    """Whether the last five promotions were made by a service principal, not by hand."""
    last = promotions_in_window(facts)[:LAST_PROMOTIONS]
    if len(last) < FEWEST_PROMOTIONS:
        return unknown(f"Only {len(last)} promotions in {facts.window.days} days; {FEWEST_PROMOTIONS} are needed.")
    kinds = [item["applied_by_kind"] for item in last]
    seen = [Seen(f"{p['model']} version {p['version']}: by a {p['applied_by_kind']}", p["id"]) for p in last]
    if "unknown" in kinds and "person" not in kinds:
        return unknown("Who made some of the last promotions is not known: MLflow keeps no actor.", seen)
    return by_share(kinds.count("service"), len(last), 1.0, "last promotions were made by a service", seen)
