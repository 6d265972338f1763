"""MLflow through its documented REST API 2.0: no MLflow library is loaded, old servers are read as far as they go."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from mlops_portal.kernel.errors import Unavailable
from models_app.gateways.mlflow.address import Address
from models_app.gateways.mlflow.port import (
    MOST_ARTIFACT_BYTES,
    DataInput,
    Experiment,
    Model,
    Refused,
    Run,
    Runs,
    Unsuitable,
    Version,
)
from models_app.gateways.mlflow.wire import Credentials, Reply, Wire

API = "/api/2.0/mlflow"

#: Runs per page: large enough that sorting costs little, small enough that a page stays in a few MB.
PAGE = 500

#: Run ids per registry query: 40 ids of 32 characters stay below every proxy's limit on the length of a URL.
IDS_PER_QUERY = 40

_MISSING = frozenset({"RESOURCE_DOES_NOT_EXIST", "NOT_FOUND"})


class RestTracking:
    """An MLflow server, read over HTTP within ``seconds`` for everything that is asked of this object."""

    def __init__(self, address: Address, credentials: Credentials, *, seconds: float) -> None:
        self._address = address
        self._wire = Wire(address, credentials, seconds=seconds)

    @property
    def address(self) -> str:
        """Where it is, without credentials."""
        return self._address.shown

    def experiment(self, name: str) -> Experiment | None:
        """See Tracking."""
        found = self._get("/experiments/get-by-name", experiment_name=name)
        if found is None or _part(found, "experiment").get("lifecycle_stage", "active") != "active":
            return None
        return Experiment(id=_text(_part(found, "experiment"), "experiment_id"), name=name)

    def runs(self, experiments: Sequence[str], *, since: datetime, most: int) -> Runs:
        """See Tracking. Sorted by the server, cut here: old servers cannot filter by time."""
        found: dict[str, Run] = {}  # by id: pages are offsets, so a run that starts meanwhile shifts one into the next
        token = ""
        while len(found) <= most:
            page = self._page_of_runs(experiments, token, min(PAGE, most + 1 - len(found)))
            items = {run.id: run for run in map(run_of, _parts(page, "runs"))}
            inside = {run.id: run for run in items.values() if run.started_at >= since}
            news = inside.keys() - found.keys()
            found |= inside
            token = _text(page, "next_page_token")
            if not token or not news or len(inside) < len(items):
                break
        return Runs(tuple(found.values())[:most], cut=len(found) > most)

    def _page_of_runs(self, experiments: Sequence[str], token: str, size: int) -> Mapping[str, Any]:
        question = {
            "experiment_ids": list(experiments),
            "run_view_type": "ACTIVE_ONLY",
            "max_results": size,
            "order_by": ["attributes.start_time DESC"],
            **({"page_token": token} if token else {}),
        }
        page = self._read(self._wire.post(f"{API}/runs/search", question))
        if page is None:
            raise Unsuitable(f"{self.address} cannot search runs: it is too old.", permanent=True)
        return page

    def run(self, id: str) -> Run | None:
        """See Tracking."""
        found = self._get("/runs/get", run_id=id)
        return None if found is None else run_of(_part(found, "run"))

    def model(self, name: str) -> Model | None:
        """See Tracking. Servers before 2.3 know no aliases."""
        found = self._get("/registered-models/get", name=name)
        return None if found is None else model_of(_part(found, "registered_model"))

    def versions(self, model: str, *, most: int) -> tuple[Version, ...]:
        """See Tracking."""
        quoted = f"name='{model}'" if "'" not in model else f'name="{model}"'
        found = self._get("/model-versions/search", filter=quoted, max_results=most, order_by=["version_number DESC"])
        items = [version_of(item) for item in _parts(found or {}, "model_versions")]
        return tuple(sorted(items, key=lambda item: -item.number)[:most])

    def version(self, model: str, number: int) -> Version | None:
        """See Tracking."""
        found = self._get("/model-versions/get", name=model, version=number)
        return None if found is None else version_of(_part(found, "model_version"))

    def models_of_runs(self, runs: Sequence[str]) -> tuple[str, ...]:
        """See Tracking."""
        names: set[str] = set()
        for start in range(0, len(runs), IDS_PER_QUERY):
            ids = ",".join(f"'{run}'" for run in runs[start : start + IDS_PER_QUERY])
            found = self._get("/model-versions/search", filter=f"run_id IN ({ids})", max_results=1000)
            names |= {_text(item, "name") for item in _parts(found or {}, "model_versions")}
        return tuple(sorted(names))

    def artifact(self, model: str, number: int, path: str) -> bytes | None:
        """See Tracking. The server fetches the file from its store, so that no store's credentials are needed here."""
        reply = self._wire.get("/model-versions/get-artifact", {"name": model, "version": number, "path": path})
        if reply.status == 200:
            return reply.body[:MOST_ARTIFACT_BYTES]
        if _error_code(reply) in _MISSING or "No such" in reply.body.decode(errors="replace"):
            return None
        self._refuse(reply)
        raise Unavailable(f"{self.address} could not fetch {path} of {model} version {number} from its artefact store.")

    def _get(self, path: str, **query: Any) -> Mapping[str, Any] | None:
        return self._read(self._wire.get(f"{API}{path}", query))

    def _read(self, reply: Reply) -> Mapping[str, Any] | None:
        """The JSON object of a good answer, None when the thing asked for is not there; else raises."""
        if reply.status == 200:
            return self._document(reply)
        if reply.status == 404 and _error_code(reply) in _MISSING:
            return None
        self._refuse(reply)
        raise self._failure(reply)

    def _document(self, reply: Reply) -> Mapping[str, Any]:
        try:
            document = json.loads(reply.body)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            what = f"{self.address} answers, but not as an MLflow server does."
            raise Unsuitable(what, do="Check the address: is it a login page or another service?", permanent=True)
        return document

    def _refuse(self, reply: Reply) -> None:
        if reply.status == 401:
            do = "Set the user and password (or token) of an MLflow account that may read."
            raise Refused(f"{self.address} does not accept our credentials.", do=do, permanent=True)
        if reply.status == 403:
            raise Refused(f"{self.address} does not let us see this{_said(reply)}.", permanent=True)

    def _failure(self, reply: Reply) -> Unavailable:
        if 300 <= reply.status < 400:
            target = urlsplit(reply.location)
            where = f"{target.scheme}://{target.hostname}" if target.hostname else "another page"
            what = f"{self.address} redirects to {where}; redirects are not followed."
            return Unsuitable(what, do="Give the final address; an API needs one without a login page.", permanent=True)
        if reply.status in (404, 405, 501):
            what = f"{self.address} does not know what we ask (status {reply.status}): no MLflow, or a too old one."
            return Unsuitable(what, permanent=True)
        retry = reply.status >= 500 or reply.status in (408, 429)
        return Unavailable(f"{self.address} answered with status {reply.status}{_said(reply)}.", permanent=not retry)


def _error(reply: Reply) -> Mapping[str, Any]:
    try:
        document = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _error_code(reply: Reply) -> str:
    return str(_error(reply).get("error_code", ""))


def _said(reply: Reply) -> str:
    """What the server said about an error, made harmless: one line, printable, short."""
    message = re.sub(r"[^\x20-\x7e]+", " ", str(_error(reply).get("message", "")))
    return f" ({message[:160].strip()})" if message.strip() else ""


def _part(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = document.get(key)
    if not isinstance(part, dict):
        raise Unsuitable(f"The MLflow server's answer has no {key!r}: it is too old or too new.", permanent=True)
    return part


def _parts(document: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    parts = document.get(key, [])
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise Unsuitable(f"The MLflow server's answer has no list {key!r}: it is too old or too new.", permanent=True)
    return parts


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key, "")
    return value if isinstance(value, str) else str(value)


def _pairs(item: Mapping[str, Any], key: str) -> dict[str, str]:
    return {_text(pair, "key"): _text(pair, "value") for pair in _parts(item, key)}


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _moment(value: Any) -> datetime:
    """A time in milliseconds since 1970; what is no such time is taken as 1970, which no window contains."""
    try:
        return datetime.fromtimestamp(int(value) / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _input(item: Mapping[str, Any]) -> DataInput:
    dataset = item.get("dataset")
    dataset = dataset if isinstance(dataset, dict) else {}
    context = _pairs(item, "tags").get("mlflow.data.context", "")
    return DataInput(_text(dataset, "name"), _text(dataset, "digest"), context, _text(dataset, "source_type"))


def run_of(item: Mapping[str, Any]) -> Run:
    """A run from the API's JSON. Raises Unsuitable."""
    info, data = _part(item, "info"), item.get("data") or {}
    tags = _pairs(data, "tags")
    return Run(
        id=_text(info, "run_id") or _text(info, "run_uuid"),
        experiment_id=_text(info, "experiment_id"),
        started_at=_moment(info.get("start_time")),
        name=_text(info, "run_name") or tags.get("mlflow.runName", ""),
        status=_text(info, "status"),
        user=_text(info, "user_id") or tags.get("mlflow.user", ""),
        params=_pairs(data, "params"),
        metrics={_text(pair, "key"): _number(pair.get("value")) for pair in _parts(data, "metrics")},
        tags=tags,
        inputs=tuple(_input(part) for part in _parts(item.get("inputs") or {}, "dataset_inputs")),
    )


def model_of(item: Mapping[str, Any]) -> Model:
    """A registered model from the API's JSON. Raises Unsuitable."""
    aliases = {_text(pair, "alias"): _version_number(pair) for pair in _parts(item, "aliases")}
    return Model(_text(item, "name"), aliases, _pairs(item, "tags"))


def _version_number(item: Mapping[str, Any]) -> int:
    try:
        return int(_text(item, "version"))
    except ValueError:
        raise Unsuitable("The MLflow server numbers versions in a way we do not know.", permanent=True) from None


def version_of(item: Mapping[str, Any]) -> Version:
    """A model version from the API's JSON. Raises Unsuitable."""
    return Version(
        model=_text(item, "name"),
        number=_version_number(item),
        created_at=_moment(item.get("creation_timestamp")),
        run_id=_text(item, "run_id"),
        source=_text(item, "source"),
        stage=_text(item, "current_stage"),
        user=_text(item, "user_id"),
        tags=_pairs(item, "tags"),
    )
