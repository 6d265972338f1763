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

_DOCKER_VALUED = frozenset(
    [
        "-v",
        "--volume",
        "-e",
        "--env",
        "-w",
        "--workdir",
        "-p",
        "--publish",
        "--name",
        "--network",
        "--net",
        "--entrypoint",
        "-u",
        "--user",
        "--env-file",
        "--mount",
        "--gpus",
        "--platform",
        "-m",
        "--memory",
        "--cpus",
        "--shm-size",
        "-l",
        "--label",
        "--add-host",
        "--link",
        "--hostname",
        "-h",
        "--ipc",
        "--ulimit",
        "--cap-add",
        "--pull",
        "--restart",
        "--runtime",
        "--device",
        "--tmpfs",
        "--volumes-from",
        "--dns",
        "--expose",
        "--log-driver",
        "--index",
        "--timeout",
        "--wait-timeout",
        "--exit-code-from",
        "--scale",
        "--profile",
        "-f",
        "--file",
        "--project-name",
        "--project-directory",
    ]
)
_COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")


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
    first, body = "", []
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


def container(ledger: Ledger, argv: Argv, cwd: str | None) -> list[Hop] | None:
    """What ``docker run/exec/build`` and ``docker compose run/exec/up/build`` run inside; None for other commands."""
    words = argv[1:]
    if argv[0] == "docker-compose" or words[:1] == ("compose",):
        return _compose(ledger, words if argv[0] == "docker-compose" else words[1:], cwd)
    if words[:1] in (("run",), ("exec",)):
        inner = tuple(_after(words[1:], 1))
        entry = option(words, "--entrypoint")
        command = (*entry.split(), *inner) if entry else inner
        # The folder inside an image mirrors the repository when it is mounted; assuming so is what CI authors do.
        return [Hop("", 0, argv=command, cwd=cwd)] if command else []
    if words[:1] == ("build",) or words[:2] in (("buildx", "build"), ("image", "build")):
        return dockerfile_runs(ledger, option(words, "-f", "--file"), _context(words), cwd)
    return None


def _context(words: Argv) -> str:
    valued = _DOCKER_VALUED | {
        "-t",
        "--tag",
        "--build-arg",
        "--target",
        "--cache-from",
        "--cache-to",
        "-o",
        "--output",
        "--secret",
    }
    rest = [word for word in positionals(words, frozenset(valued)) if word not in ("build", "buildx", "image")]
    return rest[-1] if rest else "."


def dockerfile_runs(ledger: Ledger, file: str, context: str, cwd: str | None) -> list[Hop]:
    """The RUN lines of a Dockerfile in the repository; [] when it is not there (building it is seen anyway)."""
    try:
        path = placed(cwd, file) if file else placed(below(cwd, context), "Dockerfile")
        text = ledger.text(path)
    except Leads:
        return []
    found, joined, start = [], "", 0
    for number, line in enumerate(text.splitlines()[:2_000], 1):
        start = start if joined else number
        joined += line.rstrip("\\").strip() + " " if line.rstrip().endswith("\\") else line
        if line.rstrip().endswith("\\"):
            continue
        if run := re.match(r"(?i)^\s*RUN\s+((?:--\S+\s+)*)(.*)$", joined):
            found.append(Hop(path, start, text=_exec_form(run[2]), cwd=below(cwd, context), key=f"{path}#{start}"))
        joined = ""
    return found


def _exec_form(text: str) -> str:
    try:
        words = json.loads(text)
    except ValueError:
        return text
    return " ".join(map(str, words)) if isinstance(words, list) else text


def _after(words: Argv, skipped: int) -> list[str]:
    """The words after the options and the image (or service)."""
    at, left = 0, skipped
    while at < len(words) and (left or words[at].startswith("-")):
        if words[at].startswith("-"):
            at += 2 if words[at] in _DOCKER_VALUED else 1
            continue
        left -= 1
        at += 1
        if not left:
            break
    return list(words[at:])


def _compose(ledger: Ledger, words: Argv, cwd: str | None) -> list[Hop]:
    files = [words[i + 1] for i, word in enumerate(words[:-1]) if word in ("-f", "--file")]
    verbs = positionals(words, _DOCKER_VALUED)
    verb, services = (verbs[0] if verbs else ""), verbs[1:]
    rest = tuple(_after(words[words.index(verb) + 1 :], 1)) if verb in ("run", "exec") else ()
    if rest:
        return [Hop("", 0, argv=rest, cwd=cwd)]
    # What detached services run reaches CI only when it waits for them.
    waits = any(word.startswith(("--exit-code-from", "--abort-on-container-exit")) for word in words)
    if verb not in ("run", "up", "build") or (verb == "up" and not waits):
        return []
    return _services(ledger, files, services, verb, cwd)


def _services(ledger: Ledger, files: list[str], names: list[str], verb: str, cwd: str | None) -> list[Hop]:
    candidates = files or [name for name in _COMPOSE_FILES if placed(cwd, name) in ledger.names][:1]
    found: list[Hop] = []
    for file in candidates:
        path = placed(cwd, file)
        services = as_map(mapping(ledger, path).get("services"))
        for name, service in services.items():
            if not names or name in names:
                found += _service(ledger, path, as_map(service), verb, cwd)
    return found


def _service(ledger: Ledger, path: str, service: Map, verb: str, cwd: str | None) -> list[Hop]:
    command = service.get("command")
    if verb == "build":
        build = service.get("build")
        context = str(as_map(build).get("context") or (build if isinstance(build, str) else "."))
        return dockerfile_runs(ledger, "", context, cwd) if build else []
    text = " ".join(strings(command))
    return [Hop(path, line_of(command), text=text, cwd=cwd, key=f"{path}#{line_of(command)}")] if text else []


def job_specification(ledger: Ledger, name: str, cwd: str | None) -> list[Hop]:
    """The ``command:`` of an Azure ML (or similar) job, its steps' too. Raises :class:`Leads`."""
    path = placed(cwd, name)
    top = mapping(ledger, path)
    jobs = [top, *[as_map(job) for job in as_map(top.get("jobs")).values()]]
    found = []
    for job in jobs:
        part = job.get("component")
        command = job.get("command") or as_map(part).get("command")
        if isinstance(command, str):
            code = str(job.get("code") or as_map(part).get("code") or ".")
            folder = path.rpartition("/")[0]
            found.append(
                Hop(path, line_of(command), text=command, cwd=below(folder, code), key=f"{path}#{line_of(command)}")
            )
        elif isinstance(part, str) and part.startswith(("file:", ".")):
            found += (
                job_specification(ledger, part.removeprefix("file:"), path.rpartition("/")[0]) if len(jobs) < 40 else []
            )
    return found
