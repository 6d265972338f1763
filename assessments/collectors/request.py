"""What a collector is asked, and the shape every collector has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from assessments.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Request:
    """Where one project's sources are. Empty strings and tuples mean: not configured.

    ``allow_local`` says whether ``repository`` may be a path on this machine (the command line and operators may, a
    web form may not unless the path lies below an allowed folder – that is judged before a request is made).
    """

    project: str
    now: datetime
    repository: str = ""
    subpath: str = ""
    mlflow_uri: str = ""
    experiments: tuple[str, ...] = ()
    model_names: tuple[str, ...] = ()
    answers: Path | None = None
    cache: Path | None = None
    seconds: float = 120.0
    allow_local: bool = False


class Collector(Protocol):
    """Looks at one source. Never raises and never judges: what went wrong is evidence with its sight and message."""

    @property
    def source(self) -> str:
        """The source it looks at: "git", "mlflow", "human"."""
        ...

    def configured(self, request: Request) -> bool:
        """Whether the request names this source at all; if not, ``collect`` is not called and nothing is recorded."""
        ...

    def collect(self, request: Request) -> list[Evidence]:
        """Everything seen, one Evidence per topic; ``effective_at`` and ``collected_at`` are ``request.now``."""
        ...
