"""GitLab CI: stages of jobs with ``extends``, ``include``, ``default``, ``rules``, anchors and ``!reference``."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import replace
from typing import Any

from assessments.collectors.git.ci.conditions import MANUAL_ONLY, NEVER, Trigger, Triggers, when
from assessments.collectors.git.ci.documents import (
    Map,
    Text,
    Unreadable,
    as_list,
    as_map,
    documents,
    line_of,
    truth,
)
from assessments.collectors.git.ci.findings import MOST_HOPS, Leads, Ledger, Position, below
from assessments.collectors.git.ci.follow import run_script
from assessments.collectors.git.ci.gitlab_configuration import (
    Configuration,
    job_rules,
    note_lines,
    overlaid,
    plain_variables,
    resolved,
    script_lines,
)
from assessments.collectors.git.ci.steps import may_hide, variants, with_values
from assessments.collectors.git.ci.triggers import gitlab_only

_KEYWORDS = frozenset(
    [
        "default",
        "include",
        "stages",
        "variables",
        "workflow",
        "image",
        "services",
        "cache",
        "before_script",
        "after_script",
        "pages:deploy",
        "spec",
    ]
)
_EVERY: Triggers = frozenset(
    {Trigger.DEFAULT, Trigger.PUSH, Trigger.PULL, Trigger.TAG, Trigger.SCHEDULE, Trigger.MANUAL}
)
#: Without rules a job runs for branches, tags, schedules and by hand – not for merge requests.
_WITHOUT_RULES = _EVERY - {Trigger.PULL}
_MOST_EXTENDS = 11  # GitLab's own limit


def is_pipeline(path: str) -> bool:
    """Whether GitLab would run this file by default."""
    return path in (".gitlab-ci.yml", ".gitlab-ci.yaml")


def follow(ledger: Ledger, path: str) -> Triggers:
    """Follow the pipeline and return its triggers. Raises ``Unreadable`` or ``Leads`` for an unreadable top file."""
    made = Configuration({}, {}, {})
    _load(ledger, path, made, Position(path, triggers=_EVERY))
    triggers = _workflow(as_map(made.entries.get("workflow")))
    seen: Triggers = NEVER
    for name in [name for name in made.entries if name not in _KEYWORDS and not name.startswith(".")]:
        if isinstance(made.entries[name], Map):
            seen |= _job(ledger, made, name, triggers)
    return seen or triggers


def _workflow(workflow: Map) -> Triggers:
    return _ruled(as_list(workflow.get("rules")), _EVERY)[0] if workflow.get("rules") else _EVERY


def _load(ledger: Ledger, path: str, made: Configuration, position: Position) -> None:
    for top in documents(ledger.text(path)):
        entries = as_map(top)
        if "spec" in entries and len(entries) == 1:
            continue
        _includes(ledger, entries.get("include"), made, position)
        for key, value in entries.items():
            old = made.entries.get(key)
            made.entries[key] = overlaid(old, value) if isinstance(old, Map) and isinstance(value, Map) else value
            made.files[key], made.via[key] = path, position.via
            note_lines(made, value, path)


def _includes(ledger: Ledger, value: object, made: Configuration, position: Position) -> None:
    for item in as_list(value):
        name = str(item) if isinstance(item, Text) else str(as_map(item).get("local") or "")
        here = position.at(line_of(item, position.line))
        if not name or "://" in name:
            outside = next(
                (f"{k}: {v}" for k, v in as_map(item).items() if k in ("project", "remote", "template", "component")),
                name,
            )
            ledger.unseen(
                here, f"include {outside}", "configuration from outside the repository", _include_may(outside)
            )
        else:
            _include(ledger, name.lstrip("/"), made, here)


def _include_may(name: str) -> tuple[str, ...]:
    """GitLab's own security and quality templates neither run the tests nor release."""
    return (
        ()
        if re.search(r"template: (Security|Jobs/(SAST|Secret|Code-Quality|Dependency|Container-Scanning))", name)
        else may_hide(name)
    )


def _include(ledger: Ledger, pattern: str, made: Configuration, position: Position) -> None:
    try:
        name = below("", pattern)
        if name is None:
            raise Leads("the file is a variable")
        paths = fnmatch.filter(sorted(ledger.names), name)[:50] if "*" in name else [name]
        for path in paths:
            if path not in position.trail and path != position.path:
                _load(ledger, path, made, position.into(path, 1, path))
    except (Leads, Unreadable) as error:
        ledger.unseen(position, f"include {pattern}", error)


def _ruled(rules: list[Any], triggers: Triggers) -> tuple[Triggers, str]:
    """Triggers that reach a rule which runs the job, and why its failure would not count."""
    left, found, manual, soft = triggers, NEVER, NEVER, ""
    for rule in rules:
        entry = as_map(rule)
        condition = str(entry.get("if") or "")
        hit = when(condition, left) if condition else left
        how = str(entry.get("when") or "on_success")
        conditional = any(key in entry for key in ("changes", "exists"))
        if how in ("on_success", "always", "delayed"):
            found |= hit
            soft = soft or ("allow_failure: true" if truth(entry.get("allow_failure")) else "")
        manual |= hit if how == "manual" else NEVER
        left = left if conditional else left - _certain(condition, hit)
    return found or (MANUAL_ONLY if manual else NEVER), soft


def _certain(condition: str, hit: Triggers) -> Triggers:
    """The triggers a rule surely takes: those for which its negation cannot hold."""
    return hit - when(f"!({condition})", hit) if condition else hit


def _job(ledger: Ledger, made: Configuration, name: str, triggers: Triggers) -> Triggers:
    job = resolved(made, made.entries[name])
    found, soft = _job_triggers(made, job, triggers)
    path = made.files[name]
    line = as_map(made.entries[name]).line
    position = Position(path, line, via=made.via[name], triggers=found, soft=soft)
    if found:
        _job_body(
            ledger,
            made,
            job,
            with_values(
                position, plain_variables(made.entries.get("variables")), plain_variables(job.get("variables"))
            ),
        )
    return found


def _job_triggers(made: Configuration, job: Map, triggers: Triggers) -> tuple[Triggers, str]:
    soft = "allow_failure: true" if truth(job.get("allow_failure")) or isinstance(job.get("allow_failure"), Map) else ""
    if job.get("rules"):
        found, ruled = _ruled(job_rules(made, job["rules"]), triggers)
        return found, soft or ruled
    found = triggers & _WITHOUT_RULES
    for key in ("only", "except"):
        found = gitlab_only(job, key, triggers if key == "only" and job.get("only") else found)
    if job.get("when") == "manual":
        return (MANUAL_ONLY if found else NEVER), ""
    return (NEVER if job.get("when") in ("never", "on_failure") else found), soft


def _job_body(ledger: Ledger, made: Configuration, job: Map, position: Position) -> None:
    trigger = job.get("trigger")
    if trigger:
        _downstream(ledger, trigger, position)
        return
    default = as_map(made.entries.get("default"))
    before = job.get("before_script", made.entries.get("before_script", default.get("before_script")))
    for variant in variants(_matrix(job)):
        here = replace(position, values={**position.values, **variant})
        for line in [*script_lines(made, before), *script_lines(made, job.get("script"))]:
            here = _one(ledger, line, _in_file(here, made.lines.get(id(line), here.path), position))


def _matrix(job: Map) -> object:
    matrix = as_list(as_map(job.get("parallel")).get("matrix"))
    return matrix[0] if matrix else None


def _in_file(here: Position, path: str, job: Position) -> Position:
    """The position for a line that stands in ``path``, which the job reaches from its own place."""
    return replace(here, path=path, via=job.via if path == job.path else (*job.via, job.where))


def _one(ledger: Ledger, line: Text, position: Position) -> Position:
    """One script line; ``cd`` in a line of its own counts for the lines after it."""
    here = position.at(line.line)
    moved = re.fullmatch(r"\s*cd\s+([^\s;&|]+)\s*", line)
    if moved:
        try:
            return here.inside(re.sub(r"^\$\{?CI_PROJECT_DIR\}?/?", "", moved[1]) or ".")
        except Leads:
            return replace(here, cwd=None)
    run_script(ledger, line, here)
    return position


def _downstream(ledger: Ledger, trigger: object, position: Position) -> None:
    """A child pipeline from the repository is followed; another project's is not visible."""
    included = as_list(as_map(trigger).get("include"))
    local = [
        str(as_map(item).get("local") or item if not isinstance(item, Map) else item.get("local") or "")
        for item in included
    ]
    for name in [name for name in local if name]:
        try:
            path = below("", name.lstrip("/"))
            if path is None or path in position.trail or len(position.via) >= MOST_HOPS:
                raise Leads("a child pipeline that cannot be followed")
            _child(ledger, path, position.into(path, 1, path))
        except (Leads, Unreadable) as error:
            ledger.unseen(position, f"trigger {name}", error)
    if not any(local):
        ledger.unseen(position, "trigger of another project's pipeline", "outside the repository")


def _child(ledger: Ledger, path: str, position: Position) -> None:
    made = Configuration({}, {}, {})
    _load(ledger, path, made, position)
    for name, entry in made.entries.items():
        if name not in _KEYWORDS and not name.startswith(".") and isinstance(entry, Map):
            _job(ledger, made, name, position.triggers | {Trigger.EVENT})
