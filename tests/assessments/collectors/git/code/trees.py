"""A repository as a dictionary, and what the readers see in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from assessments.collectors.git.code import (
    instrumentation,
    kind,
    notebooks,
    pipelines,
    serving,
    testing,
    training,
    validation,
)
from assessments.collectors.git.reading import Reading

NOW = datetime(2026, 1, 20, tzinfo=UTC)

READERS = {
    "git.kind": kind.read,
    "git.code": training.read,
    "git.notebooks": notebooks.read,
    "git.serving": serving.read,
    "git.tests": testing.read,
    "git.pipelines": pipelines.read,
    "git.validation": validation.read,
    "git.instrumentation": instrumentation.read,
}


@dataclass(frozen=True)
class DictTree:
    """The Tree protocol over a dictionary of path → text or bytes; ``bound`` is the largest file that is read."""

    files: Mapping[str, str | bytes]
    bound: int = 2_000_000

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(sorted(self.files))

    def size(self, path: str) -> int:
        return len(self._bytes(path))

    def read(self, path: str) -> bytes | None:
        data = self._bytes(path)
        return data if len(data) <= self.bound else None

    def text(self, path: str) -> str | None:
        data = self.read(path)
        return None if data is None or b"\0" in data else data.decode("utf-8", "replace")

    def _bytes(self, path: str) -> bytes:
        content = self.files[path]
        return content.encode() if isinstance(content, str) else content


def reading(files: Mapping[str, str | bytes]) -> Reading:
    """A look at the files; the readers of code ask for nothing but the tree."""
    tree = DictTree(files)
    return Reading(tree=tree, root=tree, repository=cast(Any, None), now=NOW)


def look(topic: str, files: Mapping[str, str | bytes]) -> Mapping[str, Any]:
    """What one reader says of the files."""
    return READERS[topic](reading(files))


TRAIN = """
import argparse
from sklearn.linear_model import Ridge

def main():
    parser = argparse.ArgumentParser()
    model = Ridge()
    model.fit([[1]], [1])

if __name__ == "__main__":
    main()
"""
SERVE = """
import mlflow
from fastapi import FastAPI

app = FastAPI()
model = mlflow.pyfunc.load_model("models:/shop@champion")

@app.post("/predict")
def predict(rows: list):
    return model.predict(rows)
"""
