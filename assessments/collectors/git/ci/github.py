"""GitHub Actions: workflows, composite actions and reusable workflows of the repository, by their parser."""

from __future__ import annotations

import re
from dataclasses import replace

from assessments.collectors.git.ci.conditions import Triggers, when
from assessments.collectors.git.ci.documents import Map, Text, as_list, as_map, document, line_of, truth
from assessments.collectors.git.ci.findings import Leads, Ledger, Position, below
from assessments.collectors.git.ci.follow import run_script, substituted
from assessments.collectors.git.ci.scripts import mapping
from assessments.collectors.git.ci.steps import may_hide, use, variants, with_prefixed, with_values
from assessments.collectors.git.ci.triggers import github_triggers

#: Shells whose text is a shell script to us; others (python, cmd) are reported.
_SHELLS = ("bash", "sh", "pwsh", "powershell", "zsh")


def is_pipeline(path: str) -> bool:
    """Whether GitHub would run this file: directly below the root's ``.github/workflows``."""
    return bool(re.fullmatch(r"\.github/workflows/[^/]+\.ya?ml", path))


def follow(ledger: Ledger, path: str) -> Triggers:
    """Follow one workflow file and return its triggers. Raises ``Unreadable`` or ``Leads`` when it cannot be read."""
    top = as_map(document(ledger.text(path)))
    triggers = github_triggers(top)
    if triggers:
        _jobs(ledger, top, Position(path, trail=(path,), triggers=triggers))
    return triggers


def _jobs(ledger: Ledger, top: Map, position: Position) -> None:
    shared = with_values(_moved(position, top), top.get("env"))
    for job in as_map(top.get("jobs")).values():
        if isinstance(job, Map):
            _job(ledger, job, top, shared.at(job.line))


def _moved(position: Position, holder: Map) -> Position:
    run = as_map(as_map(holder.get("defaults")).get("run"))
    return _in_folder(position, run.get("working-directory"))


def _in_folder(position: Position, folder: object) -> Position:
    if not isinstance(folder, str):
        return position
    name = re.sub(r"^\$\{\{\s*github\.workspace\s*\}\}/?|^\./", "", substituted(folder, dict(position.values)))
    try:
        return replace(position, cwd=below("", name) if name else "")
    except Leads:
        return replace(position, cwd=None)


def _conditioned(holder: Map, position: Position) -> Position:
    """The position under an ``if:`` and ``continue-on-error:``; no triggers left means it can never run."""
    condition = holder.get("if")
    triggers = when(condition, position.triggers) if isinstance(condition, str) else position.triggers
    there = replace(position, triggers=triggers)
    return there.softened("continue-on-error: true") if truth(holder.get("continue-on-error")) else there


def _job(ledger: Ledger, job: Map, top: Map, position: Position) -> None:
    here = _conditioned(job, with_values(_moved(position, job), job.get("env")))
    if not here.triggers or not _reachable(job, top, position.triggers, set()):
        return
    if isinstance(job.get("uses"), str):
        _reusable(ledger, job, here.at(job.lines.get("uses", job.line)))
        return
    for variant in variants(as_map(job.get("strategy")).get("matrix")):
        _steps(ledger, job.get("steps"), with_prefixed(here, "matrix", variant))


def _reachable(job: Map, top: Map, triggers: Triggers, seen: set[str]) -> bool:
    """Whether every job this one needs can run (a skipped need skips it too, unless it says ``always()``)."""
    condition = job.get("if")
    if isinstance(condition, str) and "always()" in condition:
        return True
    for name in as_list(job.get("needs")):
        need = as_map(as_map(top.get("jobs")).get(str(name)))
        if str(name) in seen or not need:
            continue
        seen.add(str(name))
        if not _conditioned(need, Position("", triggers=triggers)).triggers:
            return False
        if not _reachable(need, top, triggers, seen):
            return False
    return True


def _steps(ledger: Ledger, steps: object, position: Position) -> None:
    for step in as_list(steps):
        if isinstance(step, Map):
            _step(ledger, step, position.at(step.line))


def _step(ledger: Ledger, step: Map, position: Position) -> None:
    here = _conditioned(step, with_values(position, step.get("env")))
    if not here.triggers:
        return
    run, uses = step.get("run"), step.get("uses")
    if isinstance(run, Text):
        there = _in_folder(here, step.get("working-directory")).at(run.line)
        _run(ledger, run, str(step.get("shell") or "bash"), there)
    elif isinstance(uses, str):
        _uses(ledger, str(uses), as_map(step.get("with")), here.at(step.lines.get("uses", step.line)))


def _run(ledger: Ledger, text: Text, shell: str, position: Position) -> None:
    if shell.split(maxsplit=1)[0].lower() in _SHELLS or shell.startswith("$"):
        run_script(ledger, text, position)
    else:
        ledger.unseen(position, text, f"written for {shell}, which is not read")


def _uses(ledger: Ledger, name: str, inputs: Map, position: Position) -> None:
    if name.startswith("./"):
        _composite(ledger, name, inputs, position)
        return
    if name.startswith("docker://"):
        ledger.unseen(position, name, "an image from outside the repository")
        return
    for key in ("script", "run", "command", "inlineScript", "inlinescript"):
        # Actions that run text: ssh-action, azure/cli, retry, run-tests-in-emulator …
        if isinstance(inputs.get(key), Text) and "github-script" not in name:
            run_script(ledger, inputs[key], position.at(inputs[key].line))
            return
    if name.startswith(("pre-commit/action", "wntrblm/nox", "tox-dev/action")):
        words = {"p": "pre-commit run --all-files", "w": "nox", "t": "tox"}[name[0]]
        run_script(ledger, words, position)
        return
    use(ledger, name, inputs, position)


def _composite(ledger: Ledger, name: str, inputs: Map, position: Position) -> None:
    try:
        folder = below("", name)
        path = next(
            (p for end in ("action.yml", "action.yaml") if (p := f"{folder}/{end}" if folder else end) in ledger.names),
            "",
        )
        if not path:
            raise Leads(f"no action.yml in {folder}")
        there = position.into(path, 1)
        if path in position.trail:
            return
        action = mapping(ledger, path)
    except Leads as leads:
        ledger.unseen(position, name, leads)
        return
    runs = as_map(action.get("runs"))
    defaults = {
        key: value["default"] for key, value in as_map(action.get("inputs")).items() if as_map(value).get("default")
    }
    there = with_prefixed(
        replace(there, trail=(*there.trail, path)), "inputs", {**defaults, **_given(inputs, position)}
    )
    if runs.get("using") == "composite":
        _steps(ledger, runs.get("steps"), there)
    else:
        ledger.unseen(there.at(line_of(runs)), name, f"an action written for {runs.get('using')}", may_hide(name))


def _given(inputs: Map, position: Position) -> dict[str, str]:
    return {key: substituted(value, dict(position.values)) for key, value in inputs.items() if isinstance(value, str)}


def _reusable(ledger: Ledger, job: Map, position: Position) -> None:
    name = str(job["uses"])
    if not name.startswith("./"):
        ledger.unseen(position, name, "a reusable workflow from outside the repository")
        return
    try:
        path = below("", name)
        if path is None or path in position.trail:
            return
        there = position.into(path, 1, path)
        top = mapping(ledger, path)
    except Leads as leads:
        ledger.unseen(position, name, leads)
        return
    call = as_map(as_map(top.get("on", top.get("true"))).get("workflow_call"))
    defaults = {key: as_map(value).get("default") for key, value in as_map(call.get("inputs")).items()}
    given = {key: value for key, value in {**defaults, **_given(as_map(job.get("with")), position)}.items() if value}
    _jobs(ledger, top, with_prefixed(there, "inputs", given))
