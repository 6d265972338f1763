"""What the reading process is told, as JSON: the opened repository, the bounds, and which readers to run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from assessments.collectors.git.bounds import Bounds
from assessments.collectors.git.objects import Objects
from assessments.collectors.git.reading import Reader
from assessments.collectors.git.repository import Repository


@dataclass(frozen=True)
class Spec:
    """One run of the reading process. ``readers`` name functions as ``module:name``, by topic, in order."""

    repository: Repository
    readers: Mapping[str, str]
    now: datetime
    bounds: Bounds
    seconds: float
    salt: str = field(default="", repr=False)
    roles: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """Give the text for the process's standard input."""
        return json.dumps(asdict(self), default=str)


def read_spec(text: str) -> Spec:
    """Read what ``as_json`` wrote."""
    data = json.loads(text)
    return Spec(
        repository=_repository(data["repository"]),
        readers=data["readers"],
        now=datetime.fromisoformat(data["now"]),
        bounds=Bounds(**data["bounds"]),
        seconds=data["seconds"],
        salt=data["salt"],
        roles=data["roles"],
    )


def _repository(data: dict[str, Any]) -> Repository:
    objects, folder, moment = data["objects"], data["folder"], data["committed_at"]
    return Repository(
        **{
            **data,
            "objects": Objects(**{**objects, "directory": Path(objects["directory"])}) if objects else None,
            "folder": Path(folder) if folder is not None else None,
            "committed_at": datetime.fromisoformat(moment) if moment else None,
        }
    )


def reference(reader: Reader) -> str:
    """Name a reader so that another process can find it. Raises ValueError for one that is not at module level."""
    name = reader.__qualname__
    if "." in name or "<" in name:
        raise ValueError(f"The reader {name} must be a function at module level.")
    return f"{reader.__module__}:{name}"


def find_reader(name: str) -> Reader:
    """Import the reader that ``reference`` named."""
    module, _, function = name.partition(":")
    reader: Reader = getattr(import_module(module), function)
    return reader
