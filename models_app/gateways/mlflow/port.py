"""The port: the few things we ask of MLflow, the records we get, and the ways it can fail us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from mlops_portal.kernel.errors import Unavailable


class Refused(Unavailable):
    """MLflow knows us not, or lets us not see this: credentials are missing, wrong, or not enough. Permanent."""


class Unsuitable(Unavailable):
    """Something answers, but not as an MLflow we can read: too old, too new, or no MLflow at all. Permanent."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """A named collection of runs."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class DataInput:
    """A data set that a run recorded as its input; ``context`` is what it was used for ("training", "eval" …)."""

    name: str
    digest: str
    context: str = ""
    source_type: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One run. ``status`` is MLflow's word (FINISHED, FAILED, RUNNING …); metrics are the last values, NaN included."""

    id: str
    experiment_id: str
    started_at: datetime
    name: str = ""
    status: str = ""
    user: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[DataInput, ...] = ()


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs, newest first; ``cut`` when there were more in the window than asked for."""

    items: tuple[Run, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class Model:
    """A registered model with its aliases (alias → version number)."""

    name: str
    aliases: Mapping[str, int] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a registered model. ``run_id`` is empty when MLflow does not know the run it came from."""

    model: str
    number: int
    created_at: datetime
    run_id: str = ""
    source: str = ""
    stage: str = ""
    user: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


class Tracking(Protocol):
    """What we read of one MLflow. Every call may raise Unavailable (or Refused, Unsuitable); none waits for long.

    What is not there is None or empty, which is not an error.
    """

    @property
    def address(self) -> str:
        """Where it is, without credentials: fit for messages and pages."""
        ...

    def experiment(self, name: str) -> Experiment | None:
        """The experiment called ``name``, unless deleted."""
        ...

    def runs(self, experiments: Sequence[str], *, since: datetime, most: int) -> Runs:
        """The newest ``most`` runs of the experiments (ids), deleted ones left out, started at or after ``since``."""
        ...

    def run(self, id: str) -> Run | None:
        """One run by id."""
        ...

    def model(self, name: str) -> Model | None:
        """The registered model called ``name``, with its aliases."""
        ...

    def versions(self, model: str, *, most: int) -> tuple[Version, ...]:
        """The newest ``most`` versions of a model, highest number first."""
        ...

    def version(self, model: str, number: int) -> Version | None:
        """One version of a model."""
        ...

    def models_of_runs(self, runs: Sequence[str]) -> tuple[str, ...]:
        """Names, sorted, of the registered models that have a version made by one of the runs (ids)."""
        ...

    def artifact(self, model: str, number: int, path: str) -> bytes | None:
        """A file of a version, at most 1 MB; None when the version has no such file."""
        ...


#: The largest artefact that is read (``MLmodel`` and its companions are a few kB).
MOST_ARTIFACT_BYTES = 1_000_000
