"""An MLflow in memory: the same answers as the real ones (it passes the same contract), for tests and try-outs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from models_app.gateways.mlflow.port import Experiment, Model, Run, Runs, Version


class MemoryTracking:
    """Holds experiments, runs, models, versions and their files, as given."""

    address = "memory://"

    def __init__(
        self,
        *,
        experiments: Iterable[Experiment] = (),
        runs: Iterable[Run] = (),
        models: Iterable[Model] = (),
        versions: Iterable[Version] = (),
        artifacts: Mapping[tuple[str, int, str], bytes] | None = None,
    ) -> None:
        self._experiments = {experiment.name: experiment for experiment in experiments}
        self._runs = {run.id: run for run in runs}
        self._models = {model.name: model for model in models}
        self._versions = {(version.model, version.number): version for version in versions}
        self._artifacts = dict(artifacts or {})

    def experiment(self, name: str) -> Experiment | None:
        """See Tracking."""
        return self._experiments.get(name)

    def runs(self, experiments: Sequence[str], *, since: datetime, most: int) -> Runs:
        """See Tracking."""
        inside = [run for run in self._runs.values() if run.experiment_id in experiments and run.started_at >= since]
        newest_first = sorted(inside, key=lambda run: (run.started_at, run.id), reverse=True)
        return Runs(tuple(newest_first[:most]), cut=len(newest_first) > most)

    def run(self, id: str) -> Run | None:
        """See Tracking."""
        return self._runs.get(id)

    def model(self, name: str) -> Model | None:
        """See Tracking."""
        return self._models.get(name)

    def versions(self, model: str, *, most: int) -> tuple[Version, ...]:
        """See Tracking."""
        mine = [version for version in self._versions.values() if version.model == model]
        return tuple(sorted(mine, key=lambda version: -version.number)[:most])

    def version(self, model: str, number: int) -> Version | None:
        """See Tracking."""
        return self._versions.get((model, number))

    def models_of_runs(self, runs: Sequence[str]) -> tuple[str, ...]:
        """See Tracking."""
        return tuple(sorted({version.model for version in self._versions.values() if version.run_id in runs}))

    def artifact(self, model: str, number: int, path: str) -> bytes | None:
        """See Tracking."""
        return self._artifacts.get((model, number, path))
