"""What runs inside containers on the way: ``docker run``, ``docker build`` (RUN lines), compose services."""

from __future__ import annotations

import json
import re

from assessments.collectors.git.ci.documents import Map, as_map, line_of, strings
from assessments.collectors.git.ci.findings import Leads, Ledger, below
from assessments.collectors.git.ci.hops import Hop
from assessments.collectors.git.ci.runners import placed
from assessments.collectors.git.ci.scripts import mapping
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
