"""One serving entry: where a model answers, by which framework, and which model stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assessments.collectors.git.code.models_in_use import Use


@dataclass(frozen=True, slots=True)
class Serving:
    """``kind`` is online, batch, stream or demo; ``complete`` means the shape itself is serving, model call or not."""

    path: str
    line: int
    kind: str
    framework: str
    route: str = ""
    model: Use | None = None
    complete: bool = False

    def as_json(self) -> dict[str, Any]:
        """The form it has in the payload."""
        model = self.model.as_json() if self.model else None
        return {**self.as_place(), "kind": self.kind, "route": self.route, "model": model}

    def as_place(self) -> dict[str, Any]:
        """Where it is and what it is made with."""
        return {"path": self.path, "line": self.line, "framework": self.framework}
