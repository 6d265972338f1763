"""Which branches, tags and events start a pipeline, from the filters each system writes."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable

from assessments.collectors.git.ci.conditions import DEFAULT_NAMES, NEVER, Trigger, Triggers
from assessments.collectors.git.ci.documents import Map, as_list, as_map, strings

_GITHUB = {
    "pull_request": Trigger.PULL, "pull_request_target": Trigger.PULL, "merge_group": Trigger.PULL,
    "schedule": Trigger.SCHEDULE, "workflow_dispatch": Trigger.MANUAL, "release": Trigger.TAG, "create": Trigger.TAG,
    "workflow_run": Trigger.EVENT, "repository_dispatch": Trigger.EVENT, "registry_package": Trigger.EVENT,
}  # fmt: skip


def branch_triggers(included: Iterable[str], excluded: Iterable[str] = ()) -> Triggers:
    """Pushes that branch patterns let through; no pattern means every branch."""
    patterns, without = list(included), list(excluded)
    negated = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    patterns = [pattern for pattern in patterns if not pattern.startswith("!")] or ["**"]
    default = any(_hits(name, patterns) and not _hits(name, [*without, *negated]) for name in DEFAULT_NAMES)
    others = any(pattern.removeprefix("refs/heads/") not in DEFAULT_NAMES for pattern in patterns)
    return frozenset({Trigger.DEFAULT} if default else ()) | frozenset({Trigger.PUSH} if others else ())


def _hits(name: str, patterns: list[str]) -> bool:
    bare = [pattern.removeprefix("refs/heads/") for pattern in patterns]
    return any(pattern == "$default-branch" or fnmatch.fnmatchcase(name, pattern) for pattern in bare)


def github_triggers(top: Map) -> Triggers:
    """What a workflow's ``on:`` lets start it; ``workflow_call`` alone is nothing by itself."""
    events = top.get("on", top.get("true"))
    names = list(events) if isinstance(events, Map) else [str(event) for event in strings(events)]
    found: Triggers = NEVER
    for name in names:
        filters = as_map(events.get(name)) if isinstance(events, Map) else Map()
        found |= _github(name, filters)
    return found


def _github(name: str, filters: Map) -> Triggers:
    if name != "push":
        trigger = _GITHUB.get(name)
        return frozenset({trigger}) if trigger else NEVER if name == "workflow_call" else frozenset({Trigger.EVENT})
    branched = "branches" in filters or "branches-ignore" in filters
    tagged = "tags" in filters or "tags-ignore" in filters
    found: Triggers = NEVER
    if branched or not tagged:
        found |= branch_triggers(strings(filters.get("branches")), strings(filters.get("branches-ignore")))
    if tagged or not branched:
        found |= {Trigger.TAG}
    return found


def azure_triggers(top: Map, *, pull_requests: bool = True) -> Triggers:
    """What starts an Azure pipeline: absent ``trigger`` means every push, absent ``pr`` every pull request."""
    found: Triggers = _azure_push(top)
    pull = top.get("pr", "absent")
    if pull_requests and not (isinstance(pull, str) and pull == "none"):
        found |= {Trigger.PULL}
    if top.get("schedules"):
        found |= {Trigger.SCHEDULE}
    for pipeline in as_list(as_map(top.get("resources")).get("pipelines")):
        found |= {Trigger.EVENT} if as_map(pipeline).get("trigger", "none") != "none" else NEVER
    return found | {Trigger.MANUAL}


def _azure_push(top: Map) -> Triggers:
    trigger = top.get("trigger")
    if isinstance(trigger, str):
        return NEVER if trigger == "none" else branch_triggers([trigger])
    if not isinstance(trigger, Map):
        return branch_triggers(strings(trigger))
    branches, tags = as_map(trigger.get("branches")), as_map(trigger.get("tags"))
    included = strings(branches.get("include")) or strings(trigger.get("branches"))
    found: Triggers = NEVER
    if included or branches or not tags:
        found |= branch_triggers(included, strings(branches.get("exclude")))
    return found | ({Trigger.TAG} if tags.get("include") else NEVER)


def gitlab_only(entry: Map, key: str, triggers: Triggers) -> Triggers:
    """``only``/``except`` of GitLab applied to ``triggers``."""
    value = entry.get(key)
    refs = strings(value.get("refs")) if isinstance(value, Map) else strings(value)
    if not refs:
        return triggers
    hit: Triggers = NEVER
    for ref in refs:
        hit |= _gitlab_ref(str(ref))
    return triggers & hit if key == "only" else triggers - (hit - _partly(refs))


def _partly(refs: Iterable[str]) -> Triggers:
    """Other branches are only partly excluded by naming one of them."""
    return NEVER if "branches" in refs else frozenset({Trigger.PUSH})


_GITLAB = {
    "tags": {Trigger.TAG}, "merge_requests": {Trigger.PULL}, "schedules": {Trigger.SCHEDULE}, "web": {Trigger.MANUAL},
    "branches": {Trigger.DEFAULT, Trigger.PUSH}, "pushes": {Trigger.DEFAULT, Trigger.PUSH, Trigger.TAG},
    "external_pull_requests": {Trigger.PULL}, "triggers": {Trigger.EVENT}, "api": {Trigger.EVENT},
    "pipelines": {Trigger.EVENT}, "$CI_DEFAULT_BRANCH": {Trigger.DEFAULT},
}  # fmt: skip


def _gitlab_ref(ref: str) -> Triggers:
    if ref in _GITLAB:
        return frozenset(_GITLAB[ref])
    if ref.startswith("/"):
        version = re.match(r"/\^?v", ref)
        return frozenset({Trigger.TAG}) if version else frozenset({Trigger.TAG, Trigger.PUSH, Trigger.DEFAULT})
    return branch_triggers([ref])
