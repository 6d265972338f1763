"""How a version was validated, read from its source run and its tags by convention. Pure.

The convention (metric names allow letters, digits, ``_ - . / :`` and spaces):

* metric ``<m>`` – the version's own value on the evaluation data; ``champion.<m>`` – the previous champion's value and
  ``baseline.<m>`` – a simple baseline's value *on the same data*; that data is logged as a data set input whose context
  is one of ``EVALUATION_CONTEXTS``;
* metric ``slice.<name>.<m>`` – the value on one slice; the slices agreed are the registered model's tag
  ``portal.slices`` (comma-separated), or ``agreements.slices`` in ``mlops.yaml``;
* tags of the version ``validation_status`` (passed, failed, pending), ``portal.validated_at`` (ISO time) and
  ``portal.validated_by`` (who or what set it; MLflow itself keeps neither).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from assessments.collectors.mlflow.runs import datasets_of
from models_app.gateways.mlflow.port import Model, Run, Version

CHAMPION, BASELINE, SLICE = "champion.", "baseline.", "slice."
EVALUATION_CONTEXTS = ("eval", "evaluation", "test", "testing", "validation", "holdout")
SLICES_TAG, STATUS_TAG = "portal.slices", "validation_status"
VALIDATED_AT_TAG, VALIDATED_BY_TAG = "portal.validated_at", "portal.validated_by"

MOST_METRICS, MOST_SLICES = 12, 40


def _value(value: float) -> float | None:
    return value if math.isfinite(value) else None


def compared(metrics: Mapping[str, float], prefix: str) -> list[dict[str, Any]]:
    """Metrics that both the version and the other (``prefix``) have: name, own value, the other's; sorted."""
    names = sorted(name.removeprefix(prefix) for name in metrics if name.startswith(prefix))
    both = [name for name in names if name in metrics][:MOST_METRICS]
    return [{"metric": n[:80], "own": _value(metrics[n]), "other": _value(metrics[prefix + n])} for n in both]


def slices(metrics: Mapping[str, float]) -> list[str]:
    """The names of the slices that have a metric, sorted."""
    parts = [name.removeprefix(SLICE).rpartition(".") for name in metrics if name.startswith(SLICE)]
    return sorted({name[:80] for name, dot, _ in parts if dot and name})[:MOST_SLICES]


def agreed_slices(model: Model) -> list[str]:
    """The slices that the registered model's tag says were agreed, sorted."""
    names = (name.strip()[:80] for name in model.tags.get(SLICES_TAG, "").split(","))
    return sorted({name for name in names if name})[:MOST_SLICES]


def validation_of(model: Model, version: Version, previous: int | None, run: Run | None) -> dict[str, Any]:
    """One model's entry in ``mlflow.validation``.

    ``{"model", "version", "previous": number or None, "run_id": empty when the run is not found, "champion",
    "baseline": [{"metric", "own", "other"}], "evaluation_data": [{"name", "digest", "context"}], "slices",
    "agreed_slices": [names], "status", "validated_at", "validated_by": as tagged, or empty}``
    """
    metrics = run.metrics if run else {}
    data = datasets_of(run) if run else []
    return {
        "model": model.name[:200],
        "version": version.number,
        "previous": previous,
        "run_id": run.id[:64] if run else "",
        "champion": compared(metrics, CHAMPION),
        "baseline": compared(metrics, BASELINE),
        "evaluation_data": [item for item in data if item["context"].lower() in EVALUATION_CONTEXTS],
        "slices": slices(metrics),
        "agreed_slices": agreed_slices(model),
        "status": version.tags.get(STATUS_TAG, "")[:40],
        "validated_at": version.tags.get(VALIDATED_AT_TAG, "")[:40],
        "validated_by": version.tags.get(VALIDATED_BY_TAG, "")[:120],
    }
