"""When a job can run: conditions of GitHub, GitLab and Azure judged, in three values, for each way to be triggered.

A condition that is false in every situation removes the job; one we cannot decide (a variable set elsewhere) keeps it.
Sources: the expression syntax pages of GitHub Actions, GitLab ``rules:if`` and Azure Pipelines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any


class Trigger(StrEnum):
    """A way a pipeline starts. DEFAULT is a push to the default branch, PUSH to any other."""

    DEFAULT = "default-branch"
    PUSH = "push"
    PULL = "pull_request"
    TAG = "tag"
    SCHEDULE = "schedule"
    MANUAL = "manual"
    EVENT = "event"


Triggers = frozenset[Trigger]
NEVER: Triggers = frozenset()
MANUAL_ONLY: Triggers = frozenset({Trigger.MANUAL})
BRANCHES: Triggers = frozenset({Trigger.DEFAULT, Trigger.PUSH})
#: Names a default branch goes by when the repository does not tell.
DEFAULT_NAMES = ("main", "master", "trunk")


class _Unknown:
    """What we cannot decide; compares with nothing."""


UNKNOWN = _Unknown()
#: A branch that is some other than the default one.
OTHER_BRANCH = _Unknown()
_TOKEN = re.compile(
    r"\s*(?:(?P<op>\|\||&&|==|!=|=~|!~|<=|>=|[()!,<>])|'(?P<single>(?:[^']|'')*)'|\"(?P<double>[^\"]*)\""
    r"|/(?P<regex>(?:[^/\\]|\\.)+)/|(?P<word>[$A-Za-z0-9_*.{}\-]+(?:\[[^\]]*\])*(?:\.[\w.*-]+)?))"
)
#: Longer conditions are not judged: undecided.
_MOST_CHARACTERS = 2_000


def _branch_context(name: str) -> dict[str, str]:
    ref = f"refs/heads/{name}"
    return {
        "github.event_name": "push", "github.ref": ref, "github.ref_name": name, "github.ref_type": "branch",
        "github.head_ref": "", "github.base_ref": "", "github.event.repository.default_branch": name,
        "ci_pipeline_source": "push", "ci_commit_branch": name, "ci_commit_ref_name": name, "ci_commit_tag": "",
        "ci_default_branch": name, "ci_merge_request_iid": "", "ci_merge_request_id": "", "ci_commit_ref_slug": name,
        "build.reason": "IndividualCI", "build.sourcebranch": ref, "build.sourcebranchname": name,
    }  # fmt: skip


_KEEP_ON_PULL = {
    "github.event_name": "pull_request", "ci_pipeline_source": "merge_request_event", "build.reason": "PullRequest",
    "github.ref_type": "branch", "ci_commit_tag": "", "ci_commit_branch": "", "ci_merge_request_iid": "1",
    "ci_merge_request_id": "1", "github.ref": "refs/pull/1/merge", "build.sourcebranch": "refs/pull/1/merge",
    "ci_default_branch": "main",
}  # fmt: skip
_TAG = {
    "github.ref": "refs/tags/v1.0.0", "github.ref_name": "v1.0.0", "github.ref_type": "tag", "ci_commit_tag": "v1.0.0",
    "ci_commit_branch": "", "ci_commit_ref_name": "v1.0.0", "build.sourcebranch": "refs/tags/v1.0.0",
    "build.sourcebranchname": "v1.0.0", "github.head_ref": "", "ci_pipeline_source": "push",
    "build.reason": "IndividualCI", "ci_default_branch": "main",
}  # fmt: skip
_PUSH: dict[str, Any] = {
    "github.event_name": "push", "ci_pipeline_source": "push", "build.reason": "IndividualCI", "ci_commit_tag": "",
    "github.ref_type": "branch", "ci_merge_request_iid": "", "ci_default_branch": "main", "github.ref": OTHER_BRANCH,
    "github.ref_name": OTHER_BRANCH, "ci_commit_branch": OTHER_BRANCH, "ci_commit_ref_name": OTHER_BRANCH,
    "build.sourcebranch": OTHER_BRANCH, "build.sourcebranchname": OTHER_BRANCH,
}  # fmt: skip


def _other(event: str, source: str, reason: str, name: str) -> dict[str, Any]:
    return {**_branch_context(name), "github.event_name": event, "ci_pipeline_source": source, "build.reason": reason}


def _situations(trigger: Trigger) -> list[dict[str, Any]]:
    """The contexts in which a trigger can happen; what is not in one is unknown."""
    match trigger:
        case Trigger.DEFAULT:
            return [_branch_context(name) for name in DEFAULT_NAMES]
        case Trigger.PUSH:
            return [_PUSH]
        case Trigger.PULL:
            return [_KEEP_ON_PULL]
        case Trigger.TAG:
            return [{**_TAG, "github.event_name": name} for name in ("push", "release")]
        case Trigger.SCHEDULE:
            return [_other("schedule", "schedule", "Schedule", name) for name in DEFAULT_NAMES]
        case Trigger.MANUAL:
            return [_other("workflow_dispatch", "web", "Manual", name) for name in DEFAULT_NAMES]
        case _:
            return [{}]


class _Judge:
    """Recursive descent over one condition in one situation. Values are str, bool or UNKNOWN."""

    def __init__(self, text: str, context: Mapping[str, Any]) -> None:
        self.tokens = _tokens(text)
        self.context = context
        self.at = 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self) -> tuple[str, str]:
        token = self.peek()
        self.at += 1
        return token

    def either(self) -> Any:
        values = [self.both()]
        while self.peek() == ("op", "||"):
            self.take()
            values.append(self.both())
        return values[0] if len(values) == 1 else _any(values)

    def both(self) -> Any:
        values = [self.compare()]
        while self.peek() == ("op", "&&"):
            self.take()
            values.append(self.compare())
        return values[0] if len(values) == 1 else _all(values)

    def compare(self) -> Any:
        left = self.unary()
        kind, operator = self.peek()
        if kind != "op" or operator not in _COMPARE:
            return left
        self.take()
        return _COMPARE[operator](left, self.unary())

    def unary(self) -> Any:
        kind, text = self.take()
        if (kind, text) == ("op", "!"):
            return _negate(self.unary())
        if (kind, text) == ("op", "("):
            value = self.either()
            self.take()
            return value
        if kind == "word":
            return self.call(text) if self.peek() == ("op", "(") else self.lookup(text)
        return text if kind in ("single", "double", "regex") else UNKNOWN

    def call(self, name: str) -> Any:
        self.take()
        arguments: list[Any] = []
        while self.peek() not in (("op", ")"), ("end", "")):
            arguments.append(self.either())
            if self.peek() == ("op", ","):
                self.take()
        self.take()
        function = _FUNCTIONS.get(name.lower())
        return function(*arguments) if function else UNKNOWN

    def lookup(self, word: str) -> Any:
        if word.lower() in ("true", "false"):
            return word.lower() == "true"
        if word.lower() == "null":
            return ""
        if re.fullmatch(r"\d[\d.]*", word):
            return word
        return self.context.get(_name(word), UNKNOWN)


def _name(word: str) -> str:
    bracket = re.fullmatch(r"(?:variables|env)\[['\"]?([^'\"\]]+)['\"]?\]", word)
    name = bracket[1] if bracket else word.removeprefix("variables.")
    return name.strip("${}").lower()


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while match := _TOKEN.match(text, at):
        at = match.end()
        kind = match.lastgroup or "op"
        found.append((kind, match[kind]))
    return found if not text[at:].strip() else []


def _all(values: list[Any]) -> Any:
    sides = [_truth(value) for value in values]
    return False if False in sides else UNKNOWN if UNKNOWN in sides else True


def _any(values: list[Any]) -> Any:
    sides = [_truth(value) for value in values]
    return True if True in sides else UNKNOWN if UNKNOWN in sides else False


def _truth(value: Any) -> Any:
    if value is OTHER_BRANCH:
        return True
    return value if value is UNKNOWN or isinstance(value, bool) else bool(value)


def _negate(value: Any) -> Any:
    truth = _truth(value)
    return UNKNOWN if truth is UNKNOWN else not truth


def _known(operation: Callable[..., Any]) -> Callable[..., Any]:
    """``operation`` on lower-case text, UNKNOWN when any side is."""

    def judged(*sides: Any) -> Any:
        if OTHER_BRANCH in sides:
            return False if any(_default_or_tag(side) for side in sides) else UNKNOWN
        return UNKNOWN if UNKNOWN in sides else operation(*(str(side).lower() for side in sides))

    return judged


def _default_or_tag(side: Any) -> bool:
    """Whether a text names what a push to another branch cannot be: the default branch or a tag."""
    name = side.removeprefix("refs/heads/") if isinstance(side, str) else ""
    return name in DEFAULT_NAMES or name.startswith("refs/tags/")


def _matches(left: str, pattern: str) -> Any:
    # Only prefixes and plain words are decided: a pattern written by others may be built to never end.
    plain = pattern.removeprefix("^").removesuffix("$")
    if re.search(r"[\\.*+?()\[\]{}|^$]", plain):
        return UNKNOWN
    return left.startswith(plain) if pattern.startswith("^") else plain in left


_COMPARE: dict[str, Callable[..., Any]] = {
    "==": _known(lambda a, b: a == b), "!=": lambda a, b: _negate(_known(lambda x, y: x == y)(a, b)),
    "=~": _known(_matches), "!~": lambda a, b: _negate(_known(_matches)(a, b)),
    "<": lambda *_: UNKNOWN, ">": lambda *_: UNKNOWN, "<=": lambda *_: UNKNOWN, ">=": lambda *_: UNKNOWN,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "eq": _known(lambda a="", b="": a == b), "ne": lambda a="", b="": _negate(_known(lambda x, y: x == y)(a, b)),
    "and": lambda *v: _all(list(v)), "or": lambda *v: _any(list(v)), "not": lambda v=UNKNOWN: _negate(v),
    "startswith": _known(lambda a="", b="": a.startswith(b)), "endswith": _known(lambda a="", b="": a.endswith(b)),
    "contains": _known(lambda a="", b="": b in a), "in": _known(lambda a="", *rest: a in rest),
    "always": lambda *_: True, "success": lambda *_: True, "succeeded": lambda *_: True,
    "succeededorfailed": lambda *_: True, "failure": lambda *_: False, "failed": lambda *_: False,
    "cancelled": lambda *_: False, "canceled": lambda *_: False,
}  # fmt: skip


def _possible(text: str, trigger: Trigger) -> bool:
    for context in _situations(trigger):
        judge = _Judge(text, context)
        verdict = _truth(judge.either()) if judge.tokens else UNKNOWN
        if verdict is not False:
            return True
    return False


def when(condition: str, triggers: Iterable[Trigger]) -> Triggers:
    """The triggers under which ``condition`` may hold; an empty condition always does."""
    text = re.sub(r"\$\{\{|\}\}", " ", condition).strip()
    if not text or len(text) > _MOST_CHARACTERS:
        return frozenset(triggers)
    try:
        return frozenset(trigger for trigger in triggers if _possible(text, trigger))
    except (RecursionError, TypeError):
        return frozenset(triggers)
