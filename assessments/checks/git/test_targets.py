"""Which of the tests there are (topic ``git.tests``) a test run of CI reaches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessments.checks.git.pipelines import Run

#: The payload lists at most this many folders and files; a full list may leave some out.
_LISTED = 12


class Tests:
    """What ``git.tests`` found; ``None``: it could not be seen, and then every run is believed to reach some."""

    __test__ = False

    def __init__(self, payload: Mapping[str, Any] | None) -> None:
        self.known = payload is not None
        self._payload = payload or {}
        self.folders = [str(folder).strip("/") for folder in self._payload.get("folders", ())]
        self.integration = [
            str(file["path"]) for file in self._payload.get("files", ()) if file.get("kind") == "integration"
        ]

    @property
    def any(self) -> bool:
        """Whether there are Python tests."""
        return bool(self._payload.get("file_count"))

    @property
    def other_languages(self) -> bool:
        """Whether there are tests in other languages."""
        return bool(self._payload.get("other_languages"))

    @property
    def incomplete(self) -> bool:
        """Whether some code was not read, or tests are in other languages: what is not seen may still be there."""
        return bool(self._payload.get("left_out")) or self.other_languages

    @property
    def has_integration(self) -> bool:
        """Whether Python integration tests were found."""
        return bool(self._payload.get("integration", {}).get("files"))

    @property
    def places(self) -> str:
        """Where tests are, for a person."""
        return ", ".join(folder or "the top folder" for folder in self.folders[:4]) or "none were found"

    def reached_by(self, run: Run) -> bool:
        """Whether the run reaches tests there are. Another language's run counts when there are no Python tests."""
        if not self.known:
            return not run.aims_unknown
        if not run.python:
            return self.other_languages and not self.any
        return self.any and (len(self.folders) >= _LISTED or self._hits(run, self.folders))

    def integration_reached_by(self, run: Run) -> bool:
        """Whether the run reaches integration tests there are (a load test or a scenario file is one by itself)."""
        if run.excludes == "integration":
            return False
        if not run.python or not self.known:
            return run.kind == "integration-test" and not run.aims_unknown
        if not self.has_integration:
            # A test file run by name as a script is not collected, yet run: its being there was checked.
            return run.kind == "integration-test" and run.targets[0].endswith(".py")
        return len(self.integration) >= _LISTED or self._hits(run, self.integration)

    def _hits(self, run: Run, places: list[str]) -> bool:
        return any(_touches(target, place) for target in run.targets for place in places)


def _touches(target: str, place: str) -> bool:
    """Whether a path given to a test runner contains, or lies in, a place with tests (``*`` reaches its folder)."""
    folder = target.split("*", maxsplit=1)[0].strip("/") or "."
    if folder == "." or place in (".", ""):
        return folder == "." or ("/" not in folder and folder.endswith(".py"))
    inside = f"{place}/".startswith(f"{folder}/") or f"{folder}/".startswith(f"{place}/")
    return inside or ("*" in target and place.startswith(folder))
