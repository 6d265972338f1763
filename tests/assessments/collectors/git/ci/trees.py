"""A tree of files held in a dictionary, and short words for what a survey of its CI found."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent
from typing import Any

from assessments.collectors.git.ci.pipelines import survey


class DictTree:
    """The ``Tree`` protocol over a dictionary of path → text."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = {path: dedent(text).lstrip("\n") for path, text in files.items()}
        self.paths = tuple(sorted(self._files))

    def size(self, path: str) -> int:
        return len(self._files[path].encode())

    def read(self, path: str) -> bytes | None:
        return self._files[path].encode()

    def text(self, path: str) -> str | None:
        text = self._files[path]
        return None if "\0" in text else text


def look(files: Mapping[str, str], subpath: str = "") -> dict[str, Any]:
    """The payload of ``git.ci`` for these files."""
    return survey(DictTree(files), subpath)


def effects(payload: Mapping[str, Any], *kinds: str) -> list[dict[str, Any]]:
    """All effects of these kinds (any kind when none is given)."""
    found = [effect for pipeline in payload.get("pipelines", ()) for effect in pipeline["effects"]]
    return [effect for effect in found if not kinds or effect["kind"] in kinds]


def workflow(*runs: str, on: str = "push", extra: str = "") -> str:
    """A GitHub workflow whose only job runs these commands."""
    steps = "".join(f"      - run: {run}\n" for run in runs)
    return f"on: {on}\njobs:\n  build:\n    runs-on: ubuntu-latest\n{extra}    steps:\n{steps}"
