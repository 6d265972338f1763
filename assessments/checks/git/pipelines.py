"""The payload of ``git.ci`` as checks see it: runs with what they reach, and what could not be followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from assessments.checks.payloads import once
from assessments.checks.verdict import Seen


class Run(NamedTuple):
    """One effect of CI (see ``git.ci``): a command, where it is written, what leads there, and what starts it."""

    kind: str
    tool: str
    command: str
    where: str
    via: tuple[str, ...]
    targets: tuple[str, ...]
    triggers: tuple[str, ...]
    default_branch: bool
    soft: str
    registry: str
    excludes: str
    pipeline: str

    @property
    def automatic(self) -> bool:
        """Whether anything but a person starts it."""
        return any(trigger != "manual" for trigger in self.triggers)

    @property
    def on_release(self) -> bool:
        """Whether a push to the default branch, a tag, another pipeline's end or a schedule starts it."""
        return self.default_branch or any(trigger in ("tag", "event", "schedule") for trigger in self.triggers)

    @property
    def aims_unknown(self) -> bool:
        """Whether the folder it runs in depends on a variable."""
        return "?" in self.targets

    @property
    def python(self) -> bool:
        """Whether it runs Python tests."""
        return not self.tool.endswith("(not Python)")

    @property
    def started(self) -> str:
        """What starts it, for a person."""
        names = {"push": "a push", "pull_request": "a pull request", "tag": "a tag", "schedule": "a schedule",
                 "manual": "a person", "event": "another pipeline or event"}  # fmt: skip
        named = [names.get(trigger, trigger) for trigger in self.triggers if trigger != "manual" or not self.automatic]
        return "started by " + " or ".join(named)

    @property
    def seen(self) -> Seen:
        """The run as a thing seen: its command, the way to it, its place."""
        way = f" (by way of {' → '.join(self.via)})" if self.via else ""
        soft = f"; a failure is ignored: {self.soft}" if self.soft else ""
        return Seen(f"{self.command}{way}{soft}", self.where)


class Pipelines:
    """What ``git.ci`` found. An empty payload: looked, nothing there."""

    def __init__(self, payload: Mapping[str, Any]) -> None:
        self._payload = payload
        self._runs = _runs(payload)

    @property
    def any(self) -> bool:
        """Whether there is a pipeline (or a CI system we do not read) at all."""
        return bool(self._payload.get("pipeline_count") or self._payload.get("unread"))

    @property
    def files(self) -> list[Seen]:
        """The pipeline files looked at."""
        return [Seen(f"{one['system']}: {_kinds(one)}", one["path"]) for one in self._payload.get("pipelines", ())]

    @property
    def outside(self) -> list[Seen]:
        """Signs that somebody else releases what is here."""
        return [Seen(hint["text"], hint["where"]) for hint in self._payload.get("outside", ())]

    def of(self, *kinds: str) -> list[Run]:
        """The runs of these kinds, automatic and heeded ones first."""
        found = [run for run in self._runs if run.kind in kinds]
        return sorted(found, key=lambda run: (not run.automatic, bool(run.soft), not run.on_release))

    def hidden(self, kind: str) -> list[Seen]:
        """What could not be followed and may hide ``kind`` ("test" or "release")."""
        items = [item for item in self._payload.get("unresolved", ()) if kind in item["may"]]
        found = [Seen(f"{item['what']} ({item['why']})", item["where"]) for item in items]
        found += [
            Seen(f"{item['system']}, which is not read", item["where"]) for item in self._payload.get("unread", ())
        ]
        return found + (self.outside if kind == "release" else [])

    def blind(self, kind: str) -> bool:
        """Whether something that was not followed (other than by its own nature) may hide ``kind``."""
        unresolved = any(kind in item["may"] for item in self._payload.get("unresolved", ()))
        return unresolved or bool(self._payload.get("unread"))


def _kinds(pipeline: Mapping[str, Any]) -> str:
    """What a pipeline was seen to do."""
    kinds = sorted({effect["kind"] for effect in pipeline["effects"]})
    return ", ".join(kinds) if kinds else "no test, build or release seen"


@once
def _runs(payload: Mapping[str, Any]) -> tuple[Run, ...]:
    return tuple(_run(effect, pipeline) for pipeline in payload.get("pipelines", ()) for effect in pipeline["effects"])


def _run(effect: Mapping[str, Any], pipeline: Mapping[str, Any]) -> Run:
    return Run(
        effect["kind"], effect["tool"], effect["command"], effect["where"], tuple(effect["via"]),
        tuple(effect["target"]), tuple(effect["triggers"]), bool(effect["default_branch"]), effect["soft"],
        effect["registry"], effect.get("excludes", ""), pipeline["path"],
    )  # fmt: skip
