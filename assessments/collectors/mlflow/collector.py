"""The collector of source ``mlflow``: asks one MLflow once, and turns every failure into evidence that says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from assessments.collectors.mlflow.models import Registry
from assessments.collectors.mlflow.runs import (
    MOST_RUNS,
    datasets_payload,
    lineage_payload,
    runs_payload,
    window_start,
)
from assessments.collectors.request import Request
from assessments.evidence import Evidence, Sight
from mlops_portal.kernel.errors import Unavailable
from models_app.gateways.mlflow.connect import connect
from models_app.gateways.mlflow.port import Experiment, Refused, Runs, Tracking

#: Name and version of this collector, stamped on its evidence; the version rises when a payload's meaning changes.
COLLECTOR = "mlflow/1"

RUN_TOPICS = ("mlflow.runs", "mlflow.lineage", "mlflow.datasets")
MODEL_TOPICS = ("mlflow.models", "mlflow.validation")

#: The share of the collector's time that asking MLflow may take; the rest is for shaping the answers.
ASKING_SHARE = 0.8

Opener = Callable[[Request], Tracking]
Payloads = dict[str, dict[str, Any]]


class MlflowCollector:
    """Looks at the project's experiments and registered models.

    ``trusted`` are the operator's own MLflow addresses (exactly as they stand in the request): for them loopback,
    private networks, databases and the operator's credentials are allowed. ``opener`` replaces the connection in tests.
    """

    source = "mlflow"

    def __init__(self, trusted: frozenset[str] = frozenset(), opener: Opener | None = None) -> None:
        self._trusted = trusted
        self._open = opener or self._connect

    def _connect(self, request: Request) -> Tracking:
        seconds = request.seconds * ASKING_SHARE
        return connect(request.mlflow_uri, trusted=self._trusted, inside=request.allow_local, seconds=seconds)

    def configured(self, request: Request) -> bool:
        """Whether there is an MLflow and something of this project in it to look at."""
        return bool(request.mlflow_uri and (request.experiments or request.model_names))

    def collect(self, request: Request) -> list[Evidence]:
        """Return the evidence on runs (when experiments are named) and on models."""
        asked = (RUN_TOPICS if request.experiments else ()) + MODEL_TOPICS
        try:
            tracking = self._open(request)
        except Exception as error:  # noqa: BLE001 – collectors never raise: what went wrong is evidence
            return [_failure(request, "", topic, error) for topic in asked]
        look = _Look(request, tracking)
        return [*look.at_runs(), *look.at_models()]


class _Look:
    """One look over one connection; runs seen first are known when the models are looked at."""

    def __init__(self, request: Request, tracking: Tracking) -> None:
        self._request = request
        self._tracking = tracking
        self._runs = Runs((), cut=False)
        self._blinded: Exception | None = None

    def at_runs(self) -> list[Evidence]:
        return self._seen(RUN_TOPICS, self._run_payloads) if self._request.experiments else []

    def at_models(self) -> list[Evidence]:
        if self._blinded and not self._request.model_names:
            # The models would have been found by the runs: nothing has been looked at, which is not "nothing there".
            return self._failed(MODEL_TOPICS, self._blinded)
        return self._seen(MODEL_TOPICS, self._model_payloads)

    def _run_payloads(self) -> Payloads:
        names = self._request.experiments
        found = [experiment for experiment in map(self._tracking.experiment, names) if experiment]
        if found:
            self._runs = self._runs_of(found)
        return {
            "mlflow.runs": runs_payload(names, found, self._runs),
            "mlflow.lineage": lineage_payload(self._runs),
            "mlflow.datasets": datasets_payload(self._runs),
        }

    def _runs_of(self, experiments: list[Experiment]) -> Runs:
        ids = [experiment.id for experiment in experiments]
        return self._tracking.runs(ids, since=window_start(self._request.now), most=MOST_RUNS)

    def _model_payloads(self) -> Payloads:
        models, validation = Registry(self._tracking, self._runs.items).look(self._request.model_names)
        return {"mlflow.models": models, "mlflow.validation": validation}

    def _seen(self, topics: tuple[str, ...], payloads: Callable[[], Payloads]) -> list[Evidence]:
        try:
            return [self._evidence(topic, payload) for topic, payload in payloads().items()]
        except Exception as error:  # noqa: BLE001 – one failing half must not hide the other
            self._blinded = error
            return self._failed(topics, error)

    def _failed(self, topics: tuple[str, ...], error: Exception) -> list[Evidence]:
        return [_failure(self._request, self._tracking.address, topic, error) for topic in topics]

    def _evidence(self, topic: str, payload: Mapping[str, Any]) -> Evidence:
        return Evidence(
            topic=topic,
            subject=self._tracking.address,
            sight=Sight.OK if payload.get("count") or payload.get("models") else Sight.EMPTY,
            effective_at=self._request.now,
            collected_at=self._request.now,
            payload=payload,
            link=self._link(topic, payload),
            collector=COLLECTOR,
        )

    def _link(self, topic: str, payload: Mapping[str, Any]) -> str:
        """Where a person sees the same in MLflow's own pages; databases have none."""
        if not self._tracking.address.startswith("http"):
            return ""
        ids = [item["id"] for item in payload.get("experiments", ()) if item["id"]]
        page = f"experiments/{ids[0]}" if ids else ("models" if topic in MODEL_TOPICS else "experiments")
        return f"{self._tracking.address}/#/{page}"


def _failure(request: Request, address: str, topic: str, error: Exception) -> Evidence:
    """What could not be seen, and why; a fault of our own names its kind only, for its text may hold credentials."""
    sight, message = Sight.ERROR, f"Reading MLflow failed unexpectedly ({type(error).__name__})."
    if isinstance(error, Unavailable):
        sight, message = (Sight.UNAUTHORISED if isinstance(error, Refused) else Sight.UNREACHABLE), str(error)
    return Evidence(
        topic=topic,
        subject=address or "MLflow",
        sight=sight,
        effective_at=request.now,
        collected_at=request.now,
        message=message,
        collector=COLLECTOR,
    )
