"""Follows shell text from CI to what it does: effects noted, indirections walked, what leads outside reported."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from assessments.collectors.git.ci import containers, makefiles, runners, scripts
from assessments.collectors.git.ci.delivery import command_kinds
from assessments.collectors.git.ci.findings import Effect, Leads, Ledger, Position, below, shortened
from assessments.collectors.git.ci.folders import moved
from assessments.collectors.git.ci.hops import Hop
from assessments.collectors.git.ci.python_scripts import python_hops
from assessments.collectors.git.ci.registry import commanded_reference, registry_reference
from assessments.collectors.git.ci.shell import commands
from assessments.collectors.git.ci.testing import INTEGRATION_WORDS, Run, test_run
from assessments.collectors.git.ci.wrappers import Argv, base, option, positionals, skip_options, unassigned, unwrapped

_MOST_WRAPPERS = 6
#: Names of targets and scripts that, when they lead where we cannot see, may hide tests or a release.
_TEST_NAME = re.compile(r"test|check|verify|\bci\b|all|tox|nox|qa", re.I)
_RELEASE_NAME = re.compile(r"deploy|release|publish|push|ship|promot|rollout|deliver|\bcd\b|all", re.I)
_VARIABLE = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}|\$\[\[\s*([\w.-]+)\s*\]\]|\$\(([\w.]+)\)|\$\{(\w+)\}|\$(\w+)")


def substituted(text: str, values: dict[str, str]) -> str:
    """The text with the variables whose value is written in the pipeline; unknown ones stay."""
    if not values or "$" not in text:
        return text

    def known(match: re.Match[str]) -> str:
        name = next(group for group in match.groups() if group)
        return values.get(name, values.get(name.removeprefix("env."), match[0]))

    return _VARIABLE.sub(known, text)


def run_script(ledger: Ledger, text: str, position: Position, args: Argv = ()) -> None:
    """Follow shell text that begins at ``position``; ``cd`` counts until the text (or sub-shell) ends."""
    here = position
    outer: list[str | None] = []
    for command in commands(substituted(text, dict(position.values)), position.line, args):
        if command.argv in (("(",), (")",)):
            here = _subshell(here, outer, command.argv[0])
            continue
        if not ledger.afford():
            ledger.unseen(position, "the rest", "more commands than are looked at")
            return
        here = here.at(command.line)
        if base(command.argv[0]) in ("cd", "pushd", "Set-Location"):
            here = moved(here, command.argv)
        else:
            run_command(ledger, command.argv, here.softened(command.soft) if command.soft else here)


def _subshell(here: Position, outer: list[str | None], bracket: str) -> Position:
    if bracket == "(":
        outer.append(here.cwd)
        return here
    return replace(here, cwd=outer.pop()) if outer else here


def run_command(ledger: Ledger, words: Argv, position: Position, depth: int = 0) -> None:
    """Follow one simple command."""
    argv = unassigned(words)
    if not argv or depth > _MOST_WRAPPERS:
        return
    inner = unwrapped(argv)
    if inner is not None:
        there = position
        if inner.folder:
            there = moved(position, ("cd", inner.folder))
        if inner.text:
            run_script(ledger, inner.text, there)
        elif inner.argv and not _task_of_runner(ledger, argv, inner.argv, there):
            run_command(ledger, inner.argv, there, depth + 1)
        return
    if _own_effects(ledger, argv, position):
        _follow(ledger, argv, position, quiet=True)
        return
    _follow(ledger, argv, position)


def _task_of_runner(ledger: Ledger, argv: Argv, inner: Argv, position: Position) -> bool:
    """``rye run x`` may name a script of pyproject.toml rather than a program; then that is followed."""
    if base(argv[0]) != "rye":
        return False
    try:
        hops = runners.table_script(ledger, "rye", inner[0], position.cwd)
    except Leads:
        return False
    walk(ledger, hops, position, " ".join(argv))
    return True


def _own_effects(ledger: Ledger, argv: Argv, position: Position) -> bool:
    """Note what the command itself does; True when it does something we know."""
    run = test_run(argv)
    if run is not None:
        note_test(ledger, run, argv, position)
        return True
    kinds = command_kinds(argv)
    for kind in kinds:
        note(ledger, kind, argv, position)
    return bool(kinds)


def note_test(ledger: Ledger, run: Run, argv: Argv, position: Position) -> None:
    """Note a test run with its targets as paths of the repository (``?`` when the folder is not known)."""
    targets = tuple(_target(position.cwd, target) for target in run.targets or (".",))
    if base(argv[0]) == "python" and targets[0].endswith(".py") and targets[0] not in ledger.names:
        return  # a script that is not there runs nothing
    integration = run.integration or bool(INTEGRATION_WORDS.search(position.cwd or ""))
    effect = Effect(
        "integration-test" if integration else "test", run.tool if run.python else f"{run.tool} (not Python)",
        shortened(" ".join(argv)), position.where, position.via, targets, position.triggers, position.soft,
        excludes="integration" if run.excludes else "",
    )  # fmt: skip
    ledger.effect(position, effect)


def _target(cwd: str | None, target: str) -> str:
    try:
        path = below(cwd, target)
    except Leads:
        return "?"
    return "?" if path is None else path or "."


def note(ledger: Ledger, kind: str, argv: Argv, position: Position, registry: str = "") -> None:
    """Note a build, a deployment … with the registered model it refers to, in its words or in the files it is given."""
    command = " ".join(argv)
    reference = registry or commanded_reference(f"{base(argv[0])} {' '.join(argv[1:])}")
    reference = reference or _values_reference(position) or _files_reference(ledger, argv, position)
    program = base(argv[0])
    place = (position.where, position.via, (), position.triggers)
    ledger.effect(position, Effect(kind, program, shortened(command), *place, position.soft, reference))


def _values_reference(position: Position) -> str:
    return next((found for value in position.values.values() if (found := registry_reference(value))), "")


def _files_reference(ledger: Ledger, argv: Argv, position: Position) -> str:
    """A registry reference in the specification files named on the command line (``-f deployment.yml``)."""
    for word in argv[1:12]:
        name = word.partition("=")[2] or word
        if not re.search(r"\.(ya?ml|json|env|toml)$|^[\w./-]+$", name) or name.startswith("-"):
            continue
        for path in _named_files(ledger, name, position):
            text = ledger.tree.text(path) or ""
            uncommented = re.sub(r"(?m)(^|\s)#.*$", "", text[:40_000])
            if reference := registry_reference(uncommented):
                return reference
    return ""


def _named_files(ledger: Ledger, name: str, position: Position) -> list[str]:
    try:
        path = below(position.cwd, name)
    except Leads:
        return []
    if path is None or not path:
        return []
    if path in ledger.names:
        return [path] if path.endswith((".yml", ".yaml", ".json", ".env", ".toml")) else []
    inside = [p for p in ledger.tree.paths if p.startswith(f"{path}/") and p.endswith((".yml", ".yaml"))]
    return inside[:20]


_Resolver = Callable[[Ledger, Argv, "str | None"], "list[Hop] | None"]


def _npm(ledger: Ledger, argv: Argv, cwd: str | None) -> list[Hop] | None:
    folder = option(argv, "--prefix", "--cwd", "-C")
    words = positionals(argv[1:], frozenset({"--prefix", "--cwd", "-C", "-w", "--workspace", "--filter"}))
    if words[:1] in (["run"], ["run-script"]) and len(words) > 1:
        return scripts.npm(ledger, words[1], cwd, folder)
    if words[:1] in (["test"], ["t"]):
        return scripts.npm(ledger, "test", cwd, folder)
    return None


def _table(runner: str, *verbs: str) -> _Resolver:
    def resolve(ledger: Ledger, argv: Argv, cwd: str | None) -> list[Hop] | None:
        words = list(skip_options(argv[1:]))
        if verbs and words[:1] and words[0] in verbs:
            words = list(skip_options(words[1:]))
        elif verbs:
            return None
        try:
            return runners.table_script(ledger, runner, words[0], cwd) if words else None
        except Leads:
            if runner not in ("pdm", "hatch", "pixi"):
                raise
            return [Hop("", 0, argv=tuple(words), cwd=cwd)]

    return resolve


def _hatch(ledger: Ledger, argv: Argv, cwd: str | None) -> list[Hop] | None:
    if argv[1:2] == ("test",):
        return [Hop("", 0, argv=("pytest", *skip_options(argv[2:])), cwd=cwd)]
    return _table("hatch", "run")(ledger, argv, cwd)


def _pre_commit(ledger: Ledger, argv: Argv, cwd: str | None) -> list[Hop] | None:
    return scripts.pre_commit(ledger, argv, cwd) if argv[1:2] == ("run",) else None


def _python(ledger: Ledger, argv: Argv, cwd: str | None) -> list[Hop] | None:
    words = list(argv[1:])
    if words[:2] in (["-m", "tox"], ["-m", "nox"], ["-m", "pre_commit"], ["-m", "invoke"], ["-m", "poethepoet"]):
        return [Hop("", 0, argv=(words[1].replace("pre_commit", "pre-commit"), *words[2:]), cwd=cwd)]
    return python_hops(ledger, argv, cwd)


def _submitted(ledger: Ledger, argv: Argv, cwd: str | None) -> list[Hop] | None:
    """What a job submitted by file (Azure ML, Anyscale, SkyPilot) or after ``--`` (Ray) runs."""
    words = [word for word in argv[1:] if not word.startswith("-")]
    if base(argv[0]) == "ray" and words[:2] == ["job", "submit"]:
        return [Hop("", 0, argv=argv[argv.index("--") + 1 :], cwd=cwd)] if "--" in argv else None
    submits = words[:3] == ["ml", "job", "create"] or words[:2] in (["job", "submit"], ["jobs", "submit"])
    submits = submits or (base(argv[0]) == "sky" and "launch" in words[:2])
    file = next((word for word in words if word.endswith((".yml", ".yaml"))), "")
    return scripts.job_specification(ledger, file, cwd) if file and submits else None


_RESOLVERS: dict[str, _Resolver] = {
    "make": makefiles.hops, "gmake": makefiles.hops, "tox": runners.tox, "nox": runners.nox, "just": scripts.just,
    "npm": _npm, "yarn": _npm, "pnpm": _npm, "bun": _npm, "pre-commit": _pre_commit, "prek": _pre_commit,
    "hatch": _hatch,
    "pdm": _table("pdm", "run"), "poe": _table("poe"), "task": _table("task"), "pixi": _table("pixi", "run"),
    "mise": _table("mise", "run"), "docker": containers.container, "docker-compose": containers.container,
    "podman": containers.container, "python": _python, "az": _submitted, "anyscale": _submitted, "ray": _submitted,
    "sky": _submitted,
}  # fmt: skip
_RESOLVERS["$(MAKE)"] = _RESOLVERS["${MAKE}"] = makefiles.hops


def _follow(ledger: Ledger, argv: Argv, position: Position, *, quiet: bool = False) -> None:
    what = " ".join(argv)
    try:
        resolver = _RESOLVERS.get(base(argv[0]))
        hops = resolver(ledger, argv, position.cwd) if resolver else _script(ledger, argv, position.cwd)
    except Leads as leads:
        if not quiet:
            _unseen(ledger, position, what, leads)
        return
    if hops:
        walk(ledger, hops, position, what)


def _script(ledger: Ledger, argv: Argv, cwd: str | None) -> list[Hop] | None:
    """``./ci/test.sh``, ``bash ci/test.sh``, ``source …`` and programs that are a variable."""
    words = argv
    if base(argv[0]) in ("bash", "sh", "zsh", "dash", "source", ".", "pwsh"):
        words = skip_options(argv[1:], frozenset({"-o", "-O"}))
    elif argv[0].startswith("$") and "--version" not in argv and not argv[0].startswith(("$(", "${{ secrets")):
        raise Leads(f"the program {argv[0]} is a variable")
    elif not re.search(r"^\.{0,2}/|/|\.sh$", argv[0]):
        return None
    if not words or words[0].startswith(("/", "~")) or words[0].endswith((".ps1", ".bat", ".cmd", ".exe")):
        return None
    if re.search(r"^\.?venv/|/bin/|^node_modules/", words[0]):
        return None
    return scripts.shell_script(ledger, words[0], tuple(words[1:]), cwd)


def walk(ledger: Ledger, hops: list[Hop], position: Position, what: str) -> None:
    """Follow hops one step further from ``position``; a cycle ends silently, too many hops are reported."""
    for hop in hops:
        if hop.key and hop.key in position.trail:
            continue
        try:
            there = position.into(hop.path, hop.line, hop.key) if hop.path else position
        except Leads as leads:
            _unseen(ledger, position, what, leads)
            return
        there = replace(there, cwd=hop.cwd, values={**position.values, **hop.values})
        there = there.softened(hop.soft) if hop.soft else there
        if hop.argv:
            run_command(ledger, hop.argv, there)
        else:
            run_script(ledger, hop.text, there, hop.args)


def _unseen(ledger: Ledger, position: Position, what: str, leads: Leads) -> None:
    """Report what leads outside, with what it may hide judged by its name – enough to say UNKNOWN, never MET."""
    variable = (
        re.match(r"\S+ \S*\$", what) or "variable" in str(leads) or "hops" in str(leads) or "larger" in str(leads)
    )
    may = [kind for kind, name in (("test", _TEST_NAME), ("release", _RELEASE_NAME)) if name.search(what)]
    if may or variable:
        ledger.unseen(position, what, leads, tuple(sorted(may)) or ("release", "test"))
