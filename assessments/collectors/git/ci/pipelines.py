"""Finds the pipelines of a repository, follows each, and puts what was found into the bounded payload."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from assessments.collectors.git.ci import azure, github, gitlab, jenkins
from assessments.collectors.git.ci.conditions import NEVER, Trigger, Triggers
from assessments.collectors.git.ci.documents import Unreadable, as_map, document
from assessments.collectors.git.ci.findings import Effect, Leads, Ledger, Unfollowed, trigger_names
from assessments.collectors.git.ci.outside import outside_hints, unread_systems
from assessments.collectors.git.tree import Tree

#: Pipeline files followed, and YAML files looked at in search of Azure pipelines.
MOST_PIPELINES, _MOST_CANDIDATES, _MOST_BYTES = 200, 1_500, 256_000
#: What the payload lists at most; counts are whole.
_MOST_OF_A_KIND, _MOST_EFFECTS, _MOST_UNRESOLVED, _MOST_LISTED, _MOST_PROBLEMS = 4, 24, 12, 20, 8

Follow = Callable[[Ledger, str], Triggers]


@dataclass(frozen=True)
class Pipeline:
    """One followed pipeline file."""

    path: str
    system: str
    triggers: Triggers = NEVER
    effects: tuple[Effect, ...] = ()
    unfollowed: tuple[Unfollowed, ...] = ()


def survey(root: Tree, subpath: str = "") -> dict[str, Any]:
    """The payload of ``git.ci`` for a repository; {} when there is no sign of CI."""
    ledger = Ledger(root)
    found = [pipeline for pipeline in _followed(ledger) if pipeline is not None]
    found = [
        replace(p, effects=tuple(_within(p.effects, subpath.strip("/"))))
        for p in found
        if p.path not in ledger.templates
    ]
    outside, unread = outside_hints(root), unread_systems(root)
    if not found and not outside and not unread and not ledger.problems:
        return {}
    return _payload(ledger, found) | {"unread": unread[:8], "outside": outside[:8]}


def _followed(ledger: Ledger) -> Iterator[Pipeline | None]:
    pipelines = list(_pipelines(ledger))
    for path, system, follow in pipelines[:MOST_PIPELINES]:
        yield _one(ledger, path, system, follow)
    left = len(pipelines) - MOST_PIPELINES
    if left > 0:
        ledger.fresh()
        ledger.problems["CI"] = f"{left} further pipeline files were not read"


def _one(ledger: Ledger, path: str, system: str, follow: Follow) -> Pipeline | None:
    ledger.fresh()
    try:
        triggers = follow(ledger, path)
    except (Unreadable, Leads) as error:
        ledger.problems[path] = str(error)
        return Pipeline(path, system, unfollowed=(Unfollowed(path, f"{path}:1", str(error)),))
    return Pipeline(path, system, triggers, tuple(ledger.effects.values()), tuple(ledger.unfollowed.values()))


def _pipelines(ledger: Ledger) -> Iterator[tuple[str, str, Follow]]:
    for path in ledger.tree.paths:
        if github.is_pipeline(path):
            yield path, "GitHub Actions", github.follow
        elif gitlab.is_pipeline(path):
            yield path, "GitLab CI", gitlab.follow
        elif jenkins.is_pipeline(path):
            yield path, "Jenkins", jenkins.follow
    for path in _azure(ledger):
        yield path, "Azure Pipelines", azure.follow


def _azure(ledger: Ledger) -> Iterator[str]:
    """YAML files of the shape of an Azure pipeline, wherever they lie; broken ones with its usual name too."""
    names = [
        path
        for path in ledger.tree.paths
        if path.endswith((".yml", ".yaml")) and not path.startswith(".github/workflows/")
    ]
    for path in sorted(names, key=lambda path: (path.count("/"), path))[:_MOST_CANDIDATES]:
        if ledger.tree.size(path) > _MOST_BYTES or gitlab.is_pipeline(path):
            continue
        text = ledger.tree.text(path) or ""
        named = bool(re.search(r"(^|/)azure-pipelines[^/]*\.ya?ml$", path))
        if (named or azure.looks_like(text)) and _is_azure(text, named):
            yield path


def _is_azure(text: str, named: bool) -> bool:
    try:
        return azure.is_root(as_map(document(text)))
    except Unreadable:
        return named


def _within(effects: Iterable[Effect], subpath: str) -> Iterator[Effect]:
    """Effects that concern the sub-path, test targets made relative to it; all of them when there is none."""
    for effect in effects:
        if not subpath:
            yield effect
            continue
        if not effect.targets:
            if not _elsewhere(effect, subpath):
                yield effect
            continue
        targets = tuple(t for target in effect.targets if (t := _relative(target, subpath)))
        if targets:
            yield replace(effect, targets=targets)


def _relative(target: str, subpath: str) -> str:
    if target == subpath or target == "." or subpath.startswith(f"{target}/"):
        return "."
    if target == "?":
        return target
    return target.removeprefix(f"{subpath}/") if target.startswith(f"{subpath}/") else ""


def _elsewhere(effect: Effect, subpath: str) -> bool:
    """Whether a build or deployment is written in another project's folder of a repository of many."""
    return effect.where.count("/") > 1 and not effect.where.startswith((".", f"{subpath}/"))


def _payload(ledger: Ledger, pipelines: list[Pipeline]) -> dict[str, Any]:
    kept = _kept([effect for pipeline in pipelines for effect in pipeline.effects])
    unfollowed = [item for pipeline in pipelines for item in pipeline.unfollowed if item.may]
    if "CI" in ledger.problems:
        unfollowed.append(Unfollowed("CI", "", ledger.problems["CI"]))
    listed = sorted(pipelines, key=lambda p: (not any(e in kept for e in p.effects), p.path))[:_MOST_LISTED]
    return {
        "pipelines": [_pipeline(pipeline, kept) for pipeline in sorted(listed, key=lambda p: p.path)],
        "pipeline_count": len(pipelines),
        "effect_counts": dict(sorted(Counter(e.kind for p in pipelines for e in p.effects).items())),
        "unresolved": [item.as_json() for item in _spread(unfollowed)],
        "unresolved_count": len(unfollowed),
        "problems": [{"where": k, "text": v[:200]} for k, v in sorted(ledger.problems.items())][:_MOST_PROBLEMS],
    }


def _spread(items: list[Unfollowed]) -> list[Unfollowed]:
    """The first of each thing that could not be followed before repetitions, so that each kind stays visible."""
    firsts: dict[tuple[str, tuple[str, ...]], Unfollowed] = {}
    for item in items:
        firsts.setdefault((item.what.split("@")[0], item.may), item)
    return list(firsts.values())[:_MOST_UNRESOLVED]


def _kept(effects: list[Effect]) -> set[Effect]:
    """The effects that tell most: the best of each kind, different targets first."""
    kept: list[Effect] = []
    for kind in sorted({effect.kind for effect in effects}):
        most = 6 if "test" in kind or kind == "deploy" else 2 if kind == "lint" else _MOST_OF_A_KIND
        ranked = sorted((e for e in effects if e.kind == kind), key=lambda e: (*e.rank, e.where))
        seen = {(e.targets, e.registry, e.soft, e.triggers): e for e in reversed(ranked)}
        different = sorted(seen.values(), key=lambda e: (*e.rank, e.where))
        kept += [*different, *[e for e in ranked if e not in different]][:most]
    return set(kept[:_MOST_EFFECTS] + [e for e in kept[_MOST_EFFECTS:] if "test" in e.kind])


def _pipeline(pipeline: Pipeline, kept: set[Effect]) -> dict[str, Any]:
    return {
        "path": pipeline.path, "system": pipeline.system, "triggers": trigger_names(pipeline.triggers),
        "default_branch": Trigger.DEFAULT in pipeline.triggers,
        "effects": [effect.as_json() for effect in pipeline.effects if effect in kept],
    }  # fmt: skip
