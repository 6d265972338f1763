"""Other indirections: npm scripts, just, pre-commit, shell scripts, images and compose services, job specifications."""

from __future__ import annotations

import json
import re
from typing import Any

from assessments.collectors.git.ci.documents import Map, Unreadable, as_list, as_map, document, line_of, strings
from assessments.collectors.git.ci.findings import Leads, Ledger, below
from assessments.collectors.git.ci.hops import Hop
from assessments.collectors.git.ci.runners import line_with, placed
from assessments.collectors.git.ci.wrappers import Argv, option, positionals


def mapping(ledger: Ledger, path: str) -> Map:
    """A YAML file's top mapping. Raises :class:`Leads`."""
    try:
        return as_map(document(ledger.text(path)))
    except Unreadable as error:
        raise Leads(f"{path}: {error}") from error


def npm(ledger: Ledger, name: str, cwd: str | None, folder: str = "") -> list[Hop]:
    """A script of package.json with its pre-script. Raises :class:`Leads`."""
    path = placed(below(cwd, folder) if folder else cwd, "package.json")
    text = ledger.text(path)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Leads(f"{path} is not valid JSON") from error
    scripts = data.get("scripts", {}) if isinstance(data, dict) else {}
    if not isinstance(scripts, dict) or not isinstance(scripts.get(name), str):
        raise Leads(f"{path} has no script {name}")
    found = [(key, scripts[key]) for key in (f"pre{name}", name) if isinstance(scripts.get(key), str)]
    return [Hop(path, line_with(text, f'"{key}"'), text=run, cwd=cwd, key=f"{path}#{key}") for key, run in found]


def just(ledger: Ledger, argv: Argv, cwd: str | None) -> list[Hop]:
    """The bodies of just recipes, dependencies first. Raises :class:`Leads`."""
    names = ("justfile", "Justfile", ".justfile")
    path = next((p for name in names if (p := placed(cwd, name)) in ledger.names), "")
    if not path:
        raise Leads("no justfile found")
    recipes, first = _recipes(ledger.text(path))
    found: list[Hop] = []
    seen: set[str] = set()
    goals = positionals(argv[1:], frozenset({"-f", "--justfile", "-d", "--working-directory"}))[:1] or [first]
    for goal in goals:
        if goal not in recipes:
            raise Leads(f"{path} has no recipe {goal}")
        _recipe(path, recipes, goal, cwd, seen, found)
    return found


_Recipes = dict[str, tuple[int, list[str], list[tuple[int, str]]]]


def _recipes(text: str) -> tuple[_Recipes, str]:
    recipes: _Recipes = {}
    first = ""
    body: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines()[:3_000], 1):
        head = re.match(r"^@?([\w-]+)(?:\s[^:=]*)?:(?!=)\s*(.*)$", line)
        if head:
            body = []
            recipes[head[1]] = (number, re.findall(r"[\w-]+", head[2].split("#")[0]), body)
            first = first or head[1]
        elif line[:1] in (" ", "\t") and line.strip():
            body.append((number, line.strip()))
    return recipes, first


def _recipe(path: str, recipes: _Recipes, goal: str, cwd: str | None, seen: set[str], found: list[Hop]) -> None:
    if goal in seen or goal not in recipes or len(seen) > 60:
        return
    seen.add(goal)
    _, needs, body = recipes[goal]
    for need in needs:
        _recipe(path, recipes, need, cwd, seen, found)
    for number, text in body:
        soft = "just ignores the failure (-)" if text.startswith(("-", "@-")) else ""
        found.append(Hop(path, number, text=text.lstrip("@-"), cwd=cwd, soft=soft, key=f"{path}#{goal}"))


def pre_commit(ledger: Ledger, argv: Argv, cwd: str | None) -> list[Hop]:
    """The entries of *local* hooks that ``pre-commit run`` runs at its stage. Raises :class:`Leads`."""
    path = placed(cwd, option(argv, "-c", "--config") or ".pre-commit-config.yaml")
    wanted = positionals(argv[2:], frozenset({"-c", "--config", "--hook-stage", "--files", "--from-ref", "--to-ref"}))[
        :1
    ]
    stage = option(argv, "--hook-stage") or "pre-commit"
    found: list[Hop] = []
    for repository in as_list(mapping(ledger, path).get("repos")):
        if as_map(repository).get("repo") == "local":
            found += [
                _hook(path, hook, cwd) for hook in as_list(repository.get("hooks")) if _chosen(hook, wanted, stage)
            ]
    return found


def _chosen(hook: Any, wanted: list[str], stage: str) -> bool:
    stages = [text.removeprefix("pre-") for text in strings(as_map(hook).get("stages"))]
    on_stage = not stages or stage.removeprefix("pre-") in stages
    return on_stage and (not wanted or as_map(hook).get("id") in wanted)


def _hook(path: str, hook: Map, cwd: str | None) -> Hop:
    entry = hook.get("entry")
    words = " ".join([str(entry or ""), *strings(hook.get("args"))])
    return Hop(path, line_of(entry, line_of(hook)), text=words, cwd=cwd, key=f"{path}#{hook.get('id')}")


def shell_script(ledger: Ledger, name: str, args: Argv, cwd: str | None) -> list[Hop]:
    """A shell script of the repository. Raises :class:`Leads` when it is not there."""
    path = placed(cwd, name)
    return [Hop(path, 1, text=ledger.text(path), cwd=cwd, key=f"{path}({' '.join(args)})", args=args)]


def job_specification(ledger: Ledger, name: str, cwd: str | None) -> list[Hop]:
    """The ``command:`` of an Azure ML (or similar) job, its steps' too. Raises :class:`Leads`."""
    path = placed(cwd, name)
    top = mapping(ledger, path)
    jobs = [top, *[as_map(job) for job in as_map(top.get("jobs")).values()]]
    found = []
    for job in jobs:
        part = job.get("component")
        command = job.get("command") or as_map(part).get("command") or job.get("entrypoint") or job.get("run")
        if isinstance(command, str):
            written = job.get("code") or as_map(part).get("code")
            code, folder = str(written or "."), path.rpartition("/")[0] if "command" in {*job, *as_map(part)} else cwd
            found.append(
                Hop(path, line_of(command), text=command, cwd=below(folder, code), key=f"{path}#{line_of(command)}")
            )
        elif isinstance(part, str) and part.startswith(("file:", ".")):
            found += (
                job_specification(ledger, part.removeprefix("file:"), path.rpartition("/")[0]) if len(jobs) < 40 else []
            )
    return found
