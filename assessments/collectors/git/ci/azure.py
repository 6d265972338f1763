"""Azure Pipelines: stages, jobs, deployments and steps with ``template:``, ``extends``, parameters and tasks."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from assessments.collectors.git.ci.conditions import Triggers, when
from assessments.collectors.git.ci.documents import Items, Map, Text, as_list, as_map, document, line_of, truth
from assessments.collectors.git.ci.findings import Leads, Ledger, Position, below
from assessments.collectors.git.ci.follow import run_command, run_script, substituted
from assessments.collectors.git.ci.scripts import mapping
from assessments.collectors.git.ci.steps import use, variants, with_prefixed, with_values
from assessments.collectors.git.ci.triggers import azure_triggers

_TOP = re.compile(r"^(?:trigger|pr|schedules|resources|pool|stages|jobs|steps|extends)[ \t]*:", re.M)
_INSIDE = re.compile(
    r"^[ \t]*(?:- )?[ \t]*(?:task|template|script|bash|pwsh|powershell|job|stage|deployment|vmImage|checkout)[ \t]*:",
    re.M,
)
_STARTS = ("trigger", "pr", "schedules", "pool", "stages", "extends", "resources")
#: Jobs, steps and templates visited for one pipeline file.
_MOST_NODES = 3_000
_FOLDERS = re.compile(
    r"^\$\((?:Build\.SourcesDirectory|System\.DefaultWorkingDirectory|Pipeline\.Workspace/s)\)/?", re.I
)


def looks_like(text: str) -> bool:
    """Whether YAML text has the shape of an Azure pipeline (or a template of one); cheap, before parsing."""
    return bool(_TOP.search(text) and _INSIDE.search(text))


def is_root(top: Map) -> bool:
    """Whether a document starts a pipeline: a trigger, pool or stages of its own, and something to run."""
    runs = any(key in top for key in ("stages", "jobs", "steps", "extends"))
    parameters = top.get("parameters")
    template = isinstance(parameters, Map) and not ({"trigger", "pr", "schedules"} & set(top))
    foreign = {"on", "kind", "apiVersion", "version", "services", "workflow", "default"} & set(top)
    return runs and not template and not foreign and any(key in top for key in _STARTS) and _has_azure_steps(top)


def _has_azure_steps(top: Map) -> bool:
    found = as_list(top.get("steps")) + as_list(top.get("jobs")) + as_list(top.get("stages"))
    words = {"task", "template", "script", "bash", "pwsh", "powershell", "job", "stage", "deployment", "checkout"}
    return bool(as_map(top.get("extends")).get("template")) or any(
        words & set(as_map(item)) or any(key.startswith("${{") for key in as_map(item)) for item in found
    )


def follow(ledger: Ledger, path: str) -> Triggers:
    """Follow one pipeline and return its triggers. Raises ``Unreadable`` or ``Leads`` for an unreadable top file."""
    top = as_map(document(ledger.text(path)))
    triggers = azure_triggers(top)
    _Walk(ledger).top(top, _defaults(top, Position(path, trail=(path,), triggers=triggers), Map()))
    return triggers


def _defaults(top: Map, position: Position, given: Map) -> Position:
    """``parameters.x`` from the template's defaults and what it was given."""
    values: dict[str, Any] = {}
    parameters = top.get("parameters")
    if isinstance(parameters, Map):
        values = {key: value for key, value in parameters.items() if isinstance(value, str)}
    for item in as_list(parameters) if isinstance(parameters, Items) else []:
        entry = as_map(item)
        if isinstance(entry.get("default"), str):
            values[str(entry.get("name"))] = entry["default"]
    values.update(
        {key: substituted(value, dict(position.values)) for key, value in given.items() if isinstance(value, str)}
    )
    return with_prefixed(position, "parameters", values)


class _Walk:
    """One pipeline's walk; ``lists`` are the step, job or stage lists handed to templates as parameters."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.nodes = 0
        self.lists: dict[str, Any] = {}

    def top(self, top: Map, position: Position) -> None:
        position = self.variables(top.get("variables"), position)
        self.each(top.get("stages"), position, self.stage)
        self.each(top.get("jobs"), position, self.job)
        self.each(top.get("steps"), position, self.step)
        extends = as_map(top.get("extends"))
        if extends:
            self.template(extends, position, self.top_of)

    def top_of(self, top: Map, position: Position) -> None:
        self.top(top, position)

    def each(self, items: object, position: Position, visit: Callable[[Map, Position], None]) -> None:
        for item in as_list(items):
            self.nodes += 1
            if self.nodes > _MOST_NODES:
                self.ledger.unseen(position, "the rest", "more steps than are looked at")
                return
            if isinstance(item, str):
                self._parameter(str(item), position, visit)
            elif isinstance(item, Map):
                self._item(item, position.at(item.line), visit)

    def _parameter(self, text: str, position: Position, visit: Callable[[Map, Position], None]) -> None:
        match = re.fullmatch(r"\$\{\{\s*parameters\.(\w+)\s*\}\}", text.strip())
        given = self.lists.pop(match[1], None) if match else None
        if match and given is not None:
            self.each(given, position, visit)
            self.lists[match[1]] = given

    def _item(self, item: Map, position: Position, visit: Callable[[Map, Position], None]) -> None:
        conditional = [key for key in item if key.startswith("${{")]
        for key in conditional:
            self._conditional(key, item[key], position, visit)
        if "template" in item:
            self.template(item, position, lambda top, there: self._list_of(top, there, visit))
        elif len(conditional) < len(item):
            visit(item, position)

    def _conditional(self, key: str, value: object, position: Position, visit: Callable[[Map, Position], None]) -> None:
        text = substituted(
            re.sub(r"^\$\{\{\s*(?:if|elseif|insert|else|each\s+\w+\s+in)\s*|\}\}:?$", "", key).strip(), {}
        )
        named = re.sub(r"parameters\.(\w+)", lambda m: _quoted(position.values.get(m[0])) or m[0], text)
        triggers = when(named, position.triggers) if re.match(r"\$\{\{\s*(?:else)?if\s", key) else position.triggers
        if triggers:
            self.each(value, replace(position, triggers=triggers), visit)

    def _list_of(self, top: Map, position: Position, visit: Callable[[Map, Position], None]) -> None:
        position = self.variables(top.get("variables"), position)
        self.each(top.get("stages"), position, self.stage)
        self.each(top.get("jobs"), position, self.job)
        self.each(top.get("steps"), position, self.step)

    def template(self, item: Map, position: Position, visit: Callable[[Map, Position], None]) -> None:
        name = substituted(str(item.get("template")), dict(position.values))
        if "@" in name and not name.endswith("@self"):
            self.ledger.unseen(position, f"template {name}", "a template from another repository")
            return
        try:
            path = self._path(name.removesuffix("@self"), position)
            if path in position.trail or path == position.path:
                return
            there = position.into(path, 1, path)
            top = mapping(self.ledger, path)
        except Leads as leads:
            self.ledger.unseen(position, f"template {name}", leads)
            return
        self.ledger.templates.add(path)
        given = as_map(item.get("parameters"))
        before, self.lists = self.lists, {k: v for k, v in given.items() if isinstance(v, Items)}
        visit(top, replace(_defaults(top, there, given), cwd=position.cwd))
        self.lists = before

    def _path(self, name: str, position: Position) -> str:
        """Templates are relative to the file that names them; a leading slash means the root."""
        folder = "" if name.startswith("/") else posixpath.dirname(position.path)
        path = below(folder, name.lstrip("/"))
        if path is None:
            raise Leads("the template's name is a variable")
        return path

    def variables(self, value: object, position: Position) -> Position:
        if isinstance(value, Map):
            return with_values(position, value)
        plain = Map()
        for item in as_list(value):
            entry = as_map(item)
            if isinstance(entry.get("name"), str) and isinstance(entry.get("value"), str):
                plain[str(entry["name"])] = entry["value"]
            elif isinstance(entry.get("template"), str):
                position = self._variable_template(entry, position)
        return with_values(position, plain)

    def _variable_template(self, entry: Map, position: Position) -> Position:
        try:
            path = self._path(str(entry["template"]), position)
            if path == position.path or path in position.trail:
                return position
            self.ledger.templates.add(path)
            top = mapping(self.ledger, path)
        except Leads:
            return position  # a variable that stays unknown is reported where a command depends on it
        inner = self.variables(top.get("variables"), replace(position, path=path, trail=(*position.trail, path)))
        return replace(position, values=inner.values)

    def under(self, holder: Map, position: Position) -> Position:
        condition = holder.get("condition")
        triggers = when(condition, position.triggers) if isinstance(condition, str) else position.triggers
        if str(holder.get("enabled", "")).lower() == "false":
            triggers = frozenset()
        there = replace(self.variables(holder.get("variables"), position), triggers=triggers)
        return there.softened("continueOnError: true") if truth(holder.get("continueOnError")) else there

    def stage(self, stage: Map, position: Position) -> None:
        here = self.under(stage, position)
        if here.triggers:
            self.each(stage.get("jobs"), here, self.job)

    def job(self, job: Map, position: Position) -> None:
        here = self.under(job, position)
        if not here.triggers:
            return
        for variant in variants(_matrix(job)):
            there = replace(here, values={**here.values, **variant})
            self.each(job.get("steps"), there, self.step)
            for steps in _deployment_steps(job.get("strategy")):
                self.each(steps, there, self.step)

    def step(self, step: Map, position: Position) -> None:
        here = self.under(step, position)
        if not here.triggers:
            return
        here = with_values(_in_folder(here, step.get("workingDirectory")), step.get("env"))
        for key in ("script", "bash", "pwsh", "powershell"):
            if isinstance(step.get(key), Text):
                run_script(self.ledger, step[key], here.at(step[key].line))
                return
        if isinstance(step.get("task"), str):
            self.task(str(step["task"]), as_map(step.get("inputs")), here)

    def task(self, name: str, inputs: Map, position: Position) -> None:
        given = {key.lower(): value for key, value in inputs.items() if isinstance(value, Text)}
        here = _in_folder(position, given.get("workingdirectory", given.get("cwd")))
        inline = given.get("inlinescript") or given.get("script")
        if inline is not None and (given.get("targettype", "inline") == "inline" or "inlinescript" in given):
            if name.lower().startswith("pythonscript"):
                self.ledger.unseen(here, inline, "Python written into the pipeline")
            else:
                run_script(self.ledger, inline, here.at(line_of(inline)))
        elif script := given.get("scriptpath") or given.get("filepath"):
            self._file(name, str(script), str(given.get("arguments", "")), here)
        elif name.lower().startswith(("maven", "gradle", "npm", "dotnetcorecli", "make")):
            run_command(self.ledger, _program(name, given), here)
        else:
            use(self.ledger, name, inputs, here)

    def _file(self, name: str, script: str, arguments: str, position: Position) -> None:
        path = _FOLDERS.sub("", substituted(script, dict(position.values)))
        program = "python" if name.lower().startswith("pythonscript") or path.endswith(".py") else "bash"
        run_command(self.ledger, (program, path, *arguments.split()), position)


def _quoted(value: str | None) -> str:
    return "" if value is None else value.lower() if value.lower() in ("true", "false") else f"'{value}'"


def _program(name: str, given: dict[str, Text]) -> tuple[str, ...]:
    program = {"m": "mvn", "g": "gradle", "n": "npm", "d": "dotnet"}[name[0].lower()]
    program = "make" if name.lower().startswith("make") else program
    words = given.get("goals") or given.get("tasks") or given.get("customcommand") or given.get("command") or Text("")
    return (program, *str(words).split())


def _in_folder(position: Position, folder: object) -> Position:
    if not isinstance(folder, str):
        return position
    name = _FOLDERS.sub("", substituted(folder, dict(position.values)))
    try:
        return replace(position, cwd=below("", name) if name else "")
    except Leads:
        return replace(position, cwd=None)


def _matrix(job: Map) -> object:
    """Azure's matrix is named variants; one axis per name would be wrong, so each becomes an ``include``."""
    named = as_map(as_map(job.get("strategy")).get("matrix"))
    whole, items = Map(), Items()
    items.extend(value for value in named.values() if isinstance(value, Map))
    if items:
        whole["include"] = items
    return whole


def _deployment_steps(strategy: object) -> list[Any]:
    """The steps of every life-cycle hook of runOnce, rolling and canary – not of those that run on failure."""
    found = []
    for kind in as_map(strategy).values():
        for hook, body in as_map(kind).items():
            if hook in ("preDeploy", "deploy", "routeTraffic", "postRouteTraffic"):
                found.append(as_map(body).get("steps"))
        found.append(as_map(as_map(as_map(kind).get("on")).get("success")).get("steps"))
    return [steps for steps in found if steps]
