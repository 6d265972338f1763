"""From the registry to the payloads of ``mlflow.models`` and ``mlflow.validation``: each thing is fetched once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from assessments.collectors.mlflow.runs import commit_of, data_version_of, datasets_of, dirty_of, without_credentials
from assessments.collectors.mlflow.validation import validation_of
from assessments.documents import first_deeper
from mlops_portal.kernel.errors import Unavailable
from models_app.gateways.mlflow.port import Model, Run, Tracking, Version

#: Aliases that say which version is live, the first one found wins. (Stages are deprecated and only noted.)
LIVE_ALIASES = ("champion", "production", "prod", "live")

#: Bounds: models per project, versions asked for per model, versions whose origin is followed per model.
MOST_MODELS, MOST_VERSIONS, MOST_FOLLOWED = 20, 50, 5

#: When a project names no models, so many of its newest finished runs are asked for theirs.
MOST_ASKED_RUNS = 200

#: ``MLmodel`` files are a few kB and a few levels deep; others are not parsed.
LARGEST_MLMODEL, DEEPEST_MLMODEL = 200_000, 30

#: The C parser, for a megabyte takes the other one seconds.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Registry:
    """One look at the registered models of a project; remembers every run it has seen."""

    def __init__(self, tracking: Tracking, runs: Iterable[Run]) -> None:
        self._tracking = tracking
        self._runs: dict[str, Run | None] = {run.id: run for run in runs}

    def look(self, names: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the payloads of ``mlflow.models`` and ``mlflow.validation``.

        The former is::

            {"asked": [names set for the project], "found_by_runs": [names its runs registered, when it names none],
             "runs_asked": how many runs were asked for them, "missing": [names asked for that are not there],
             "models": [{"name", "aliases": {alias: number}, "live_alias": "" when none says which version is live,
                         "production_stage": number or None, "versions": count, "newest": number or None,
                         "live": origin + {"source", "file"} or None, "previous": {"version", "file"} or None,
                         "followed": [origin]}]}

        where an origin is ``{"version", "created", "user", "run_id", "run_found", "commit", "dirty", "datasets":
        [{"name", "digest", "context"}], "data_version": tool=version or ""}`` and a file is what ``MLmodel`` shows
        (see ``_file``).
        """
        finished = [run.id for run in self._runs.values() if run and run.status == "FINISHED"]
        asked = [] if names else finished[:MOST_ASKED_RUNS]
        by_runs = self._tracking.models_of_runs(asked)
        models = {name: self._tracking.model(name) for name in (*names, *by_runs)[:MOST_MODELS]}
        entries = [self._entry(model) for model in models.values() if model]
        seen = {
            "asked": [name[:200] for name in names],
            "found_by_runs": [name[:200] for name in by_runs[:MOST_MODELS]],
            "runs_asked": len(asked),
            "missing": [name[:200] for name, model in models.items() if model is None],
            "models": [entry for entry, _ in entries],
        }
        return seen, {"models": [validation for _, validation in entries if validation]}

    def _entry(self, model: Model) -> tuple[dict[str, Any], dict[str, Any] | None]:
        versions = self._tracking.versions(model.name, most=MOST_VERSIONS)
        alias = next((alias for alias in LIVE_ALIASES if alias in model.aliases), "")
        live = self._version(model, versions, model.aliases[alias]) if alias else None
        previous = _before(live, versions)
        entry = {
            "name": model.name[:200],
            "aliases": dict(sorted(model.aliases.items())[:20]),
            "live_alias": alias,
            "production_stage": next((v.number for v in versions if v.stage == "Production"), None),
            "versions": len(versions),
            "newest": versions[0].number if versions else None,
            "live": self._live(live) if live else None,
            "previous": {"version": previous.number, "file": self._file(previous)} if previous else None,
            "followed": [self._origin(version) for version in self._worth_following(model, versions)],
        }
        number = previous.number if previous else None
        return entry, validation_of(model, live, number, self._run(live.run_id)) if live else None

    def _version(self, model: Model, versions: Sequence[Version], number: int) -> Version | None:
        known = next((version for version in versions if version.number == number), None)
        return known or self._tracking.version(model.name, number)

    def _worth_following(self, model: Model, versions: Sequence[Version]) -> list[Version]:
        """The newest versions, those with an alias first when there are too many."""
        aliased = [version for version in versions if version.number in model.aliases.values()]
        chosen = {version.number: version for version in (*aliased, *versions)}
        return sorted(list(chosen.values())[:MOST_FOLLOWED], key=lambda version: -version.number)

    def _live(self, version: Version) -> dict[str, Any]:
        return {**self._origin(version), "source": without_credentials(version.source), "file": self._file(version)}

    def _origin(self, version: Version) -> dict[str, Any]:
        run = self._run(version.run_id)
        return {
            "version": version.number,
            "created": version.created_at.isoformat(),
            "user": (version.user or (run.user if run else ""))[:120],
            "run_id": version.run_id[:64],
            "run_found": run is not None,
            "commit": commit_of(run) if run else "",
            "dirty": dirty_of(run) if run else None,
            "datasets": datasets_of(run) if run else [],
            "data_version": data_version_of(run) if run else "",
        }

    def _run(self, id: str) -> Run | None:
        if id and id not in self._runs:
            self._runs[id] = self._tracking.run(id)
        return self._runs.get(id)

    def _file(self, version: Version) -> dict[str, Any]:
        """Read what the version's ``MLmodel`` shows; each file it names is looked for.

        {"readable": whether the artefact store could be asked, "problem": "" or what is wrong, "signature": bool,
         "env_files": [paths that are there], "input_example": path that is there, or ""}
        """
        try:
            content = self._tracking.artifact(version.model, version.number, "MLmodel")
            if content is None:
                return {**_unreadable("The version has no MLmodel file."), "readable": True}
            declared = _declared(content)
            there = [path for path in declared["paths"] if self._is_there(version, path)]
        except Unavailable as error:
            return _unreadable(error.what)
        example = declared["example"] if declared["example"] in there else ""
        return {
            "readable": True,
            "problem": "",
            "signature": declared["signature"],
            "env_files": [path for path in there if path != example],
            "input_example": example,
        }

    def _is_there(self, version: Version, path: str) -> bool:
        return self._tracking.artifact(version.model, version.number, path) is not None


def _unreadable(problem: str) -> dict[str, Any]:
    return {"readable": False, "problem": problem[:300], "signature": False, "env_files": [], "input_example": ""}


def _before(live: Version | None, versions: Sequence[Version]) -> Version | None:
    """The version before the live one: the highest number below it."""
    return next((version for version in versions if live and version.number < live.number), None)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _declared(content: bytes) -> dict[str, Any]:
    """Signature and the files that an ``MLmodel`` file names. Raises Unavailable when it is not one."""
    if len(content) > LARGEST_MLMODEL or first_deeper(content, DEEPEST_MLMODEL):
        raise Unavailable("The version's MLmodel file is too large or nested too deeply.", permanent=True)
    try:
        document = yaml.load(content, Loader=_LOADER)  # noqa: S506 – a safe loader, either of them
    except (yaml.YAMLError, RecursionError, ValueError):
        document = None
    if not isinstance(document, dict):
        raise Unavailable("The version's MLmodel file is not readable YAML.", permanent=True)
    environment = _mapping(_mapping(document.get("flavors")).get("python_function")).get("env")
    files = list(environment.values()) if isinstance(environment, dict) else [environment]
    example = str(_mapping(document.get("saved_input_example_info")).get("artifact_path") or "")
    paths = [path for path in (*files, example) if isinstance(path, str) and 0 < len(path) <= 200]
    return {"signature": bool(document.get("signature")), "example": example, "paths": sorted(set(paths))[:5]}
