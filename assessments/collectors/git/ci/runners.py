"""Task runners of the Python world: tox, nox, hatch, pdm, poe, taskipy, invoke – their definitions read, never run."""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from assessments.collectors.git.ci.findings import Leads, Ledger, below
from assessments.collectors.git.ci.hops import Hop
from assessments.collectors.git.ci.wrappers import Argv, option, positionals

_MOST_ENVIRONMENTS = 12


def toml(ledger: Ledger, path: str) -> dict[str, Any]:
    """A TOML file. Raises :class:`Leads` when it is missing or broken."""
    try:
        return tomllib.loads(ledger.text(path))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Leads(f"{path} is not valid TOML") from error


def at(data: Any, *keys: str) -> Any:
    """A nested value, {} where a table is missing."""
    for key in keys:
        data = data.get(key, {}) if isinstance(data, dict) else {}
    return data


def placed(cwd: str | None, name: str) -> str:
    """A file's path seen from ``cwd``. Raises :class:`Leads` when the folder is not known."""
    path = below(cwd, name)
    if path is None:
        raise Leads(f"the folder of {name} depends on a variable")
    return path


def line_with(text: str, *needles: str) -> int:
    """The line (from 1) of the first needle found, trying each in turn."""
    for needle in needles:
        position = text.find(needle)
        if position >= 0:
            return text.count("\n", 0, position) + 1
    return 1


def tox(ledger: Ledger, argv: Argv, cwd: str | None) -> list[Hop]:
    """The commands of the tox environments asked for (or of envlist). Raises :class:`Leads`."""
    valued = frozenset({"-e", "-c", "--workdir", "--conf", "-p", "--result-json", "-m"})
    first = positionals(argv[1 : argv.index("--")] if "--" in argv else argv[1:], valued)[:1]
    if {"--version", "-l", "--listenvs", "--notest", "--help"} & set(argv) or first in (["list"], ["config"]):
        return []
    given = argv[argv.index("--") + 1 :] if "--" in argv else ()
    wanted = [name for name in re.split(r"[,\s]+", option(argv, "-e")) if name]
    path, sections, text = _tox_sections(ledger, cwd, option(argv, "-c", "--conf"))
    names = wanted or _envlist(sections) or [""]
    found: list[Hop] = []
    for name in names[:_MOST_ENVIRONMENTS]:
        commands = _tox_commands(sections, name)
        line = line_with(text, f"[testenv:{name}]", "[testenv]", "[tool.tox")
        line = line_with(text, commands[0]) if commands and commands[0] in text else line
        found += [_tox_hop(path, line, name, command, cwd, given) for command in commands]
    if not found:
        raise Leads(f"tox environment {', '.join(names)} has no commands in {path}")
    return found


def _tox_hop(path: str, line: int, name: str, command: str, cwd: str | None, given: tuple[str, ...]) -> Hop:
    text = re.sub(r"\{posargs:?([^{}]*)\}", lambda m: " ".join(given) or m[1], command)
    text = re.sub(r"\{toxinidir\}/?|\{tox_root\}/?", "./", text)
    soft = "tox ignores the failure (-)" if text.startswith("-") else ""
    return Hop(path, line, text=text.lstrip("-! "), cwd=cwd, soft=soft, key=f"{path}#{name}")


def _tox_sections(ledger: Ledger, cwd: str | None, name: str) -> tuple[str, dict[str, dict[str, Any]], str]:
    for candidate in (name,) if name else ("tox.ini", "setup.cfg", "pyproject.toml", "tox.toml"):
        path = placed(cwd, candidate)
        if path in ledger.names:
            text = ledger.text(path)
            sections = _toml_tox(ledger, path) if path.endswith(".toml") else _ini_sections(text, path)
            if any(key.startswith(("testenv", "tox")) for key in sections):
                return path, sections, text
    raise Leads("no tox configuration found")


def _ini_sections(text: str, path: str) -> dict[str, dict[str, Any]]:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise Leads(f"{path} is not a valid configuration file") from error
    return {name.removeprefix("tox:"): dict(parser.items(name)) for name in parser.sections()}


def _toml_tox(ledger: Ledger, path: str) -> dict[str, dict[str, Any]]:
    data = toml(ledger, path)
    table = data if path.endswith("tox.toml") else at(data, "tool", "tox")
    if isinstance(table.get("legacy_tox_ini"), str):
        return _ini_sections(table["legacy_tox_ini"], path)
    sections: dict[str, dict[str, Any]] = (
        {"tox": {"envlist": table.get("env_list", table.get("envlist", ""))}} if table else {}
    )
    sections.update({"testenv": at(table, "env_run_base")} if table else {})
    sections.update({f"testenv:{name}": value for name, value in at(table, "env").items()})
    return sections


def _envlist(sections: dict[str, dict[str, Any]]) -> list[str]:
    raw = sections.get("tox", {}).get("envlist") or sections.get("tox", {}).get("env_list") or ""
    text = (" ".join(map(str, raw)) if isinstance(raw, list) else str(raw))[:4_000]
    text = re.sub(r"\{([^{}]*)\}", lambda match: match[1].split(",")[0], text)
    return [name for name in re.split(r"[,\s]+", text) if name]


def _tox_commands(sections: dict[str, dict[str, Any]], name: str) -> list[str]:
    section = sections.get(f"testenv:{name}", {})
    factors = set(name.split("-"))
    raw = section.get("commands")
    if raw is None and (f"testenv:{name}" in sections or re.fullmatch(r"(py|pypy)?[\d.]*|py.*", name) or factors):
        raw = sections.get("testenv", {}).get("commands")
    return _reference_free(_command_lines(raw, factors), sections)


def _command_lines(raw: Any, factors: set[str]) -> list[str]:
    if isinstance(raw, list):
        return [" ".join(map(str, item)) if isinstance(item, list) else str(item) for item in raw]
    lines = re.sub(r"\\\n\s*", " ", str(raw or "")).splitlines()
    found = []
    for line in lines:
        factor = re.match(r"^\s*([\w,.!-]+):\s+(.*)$", line)
        if not line.strip() or (factor and not _factor(factor[1], factors)):
            continue
        found.append(factor[2] if factor else line.strip())
    return [line for line in found if not line.startswith("#")]


def _factor(expression: str, factors: set[str]) -> bool:
    return any(all((f[1:] not in factors) if f[0] == "!" else f in factors for f in part.split("-") if f)
               for part in expression.split(","))  # fmt: skip


def _reference_free(lines: list[str], sections: dict[str, dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for line in lines:
        reference = re.fullmatch(r"\{\[([^\]]+)\](\w+)\}", line)
        if reference:
            found += _command_lines(sections.get(reference[1], {}).get(reference[2]), set())
        else:
            found.append(line)
    return found


def nox(ledger: Ledger, argv: Argv, cwd: str | None) -> list[Hop]:
    """The ``session.run(…)`` calls with literal words of the nox sessions asked for. Raises :class:`Leads`."""
    if {"-l", "--list", "--version", "--help"} & set(argv):
        return []
    path = placed(cwd, option(argv, "-f", "--noxfile") or "noxfile.py")
    wanted = [word for at_, word in enumerate(argv) if at_ and argv[at_ - 1] in ("-s", "-e", "--session", "--sessions")]
    wanted += [word.partition("=")[2] for word in argv if word.startswith(("--session=", "--sessions="))]
    tree = parse_python(ledger, path)
    found: list[Hop] = []
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and _session(function):
            name = _session_name(function)
            if not wanted or name in {re.sub(r"[-(].*", "", one) for one in wanted} | set(wanted):
                found += _session_runs(path, function, cwd)
    if not found:
        raise Leads(f"nox session {', '.join(wanted) or 'default'} runs nothing we can read in {path}")
    return found


def parse_python(ledger: Ledger, path: str) -> ast.Module:
    """The syntax tree of a Python file. Raises :class:`Leads`."""
    try:
        return ast.parse(ledger.text(path))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Leads(f"{path} is not readable Python") from error


def _session(function: ast.FunctionDef) -> bool:
    return any("session" in ast.unparse(decorator) for decorator in function.decorator_list)


def _session_name(function: ast.FunctionDef) -> str:
    for decorator in function.decorator_list:
        for keyword in decorator.keywords if isinstance(decorator, ast.Call) else []:
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value)
    return function.name


def _session_runs(path: str, function: ast.FunctionDef, cwd: str | None) -> Iterator[Hop]:
    for call in ast.walk(function):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr in ("run", "run_always")
        ):
            words = literal_words(call)
            if words:
                yield Hop(path, call.lineno, argv=words, cwd=cwd, key=f"{path}#{function.name}")


def literal_words(call: ast.Call) -> Argv:
    """The leading literal string arguments of a call."""
    words = []
    for argument in call.args:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            break
        words.append(argument.value)
    return tuple(words)


def _script_lines(value: Any, siblings: dict[str, Any], depth: int = 0) -> list[str]:
    """The shell text of one entry of a scripts table: a text, a list, or a table with cmd/shell/composite/sequence."""
    if depth > 4:
        return []
    if isinstance(value, str):
        first = value.split()[0] if value.split() else ""
        return (
            _script_lines(siblings[first], siblings, depth + 1)
            if first in siblings and siblings[first] != value
            else [value]
        )
    if isinstance(value, list):
        return [line for item in value for line in _script_lines(item, siblings, depth + 1)]
    if isinstance(value, dict):
        own: Any = next(
            (value[k] for k in ("cmd", "shell", "composite", "sequence", "chain", "call", "run") if k in value), []
        )
        whole = [" ".join(map(str, own))] if isinstance(own, list) and "cmd" in value else own
        before = value.get("depends") or value.get("deps") or value.get("depends_on") or []
        return _script_lines(before, siblings, depth + 1) + _script_lines(whole, siblings, depth + 1)
    return []


_TABLES = {
    "pdm": ("tool", "pdm", "scripts"), "poe": ("tool", "poe", "tasks"), "rye": ("tool", "rye", "scripts"),
    "task": ("tool", "taskipy", "tasks"), "pixi": ("tool", "pixi", "tasks"), "hatch": ("tool", "hatch", "envs"),
    "mise": ("tasks",),
}  # fmt: skip


_TABLE_FILES = {
    "mise": ("mise.toml", ".mise.toml"), "pixi": ("pixi.toml", "pyproject.toml"),
    "poe": ("poe_tasks.toml", "pyproject.toml"), "hatch": ("hatch.toml", "pyproject.toml"),
}  # fmt: skip


def table_script(ledger: Ledger, runner: str, name: str, cwd: str | None) -> list[Hop]:
    """The script ``name`` of a runner whose scripts are a TOML table. Raises :class:`Leads` when there is none."""
    files = _TABLE_FILES.get(runner, ("pyproject.toml",))
    for file in files:
        path = placed(cwd, file)
        if path not in ledger.names:
            continue
        data, keys = toml(ledger, path), _TABLES[runner]
        scripts = at(data, *(keys[-1:] if file in ("pixi.toml", "poe_tasks.toml", "hatch.toml") else keys))
        scripts = _hatch_scripts(scripts, name) if runner == "hatch" else scripts
        short = name.rpartition(":")[2] if runner == "hatch" else name
        entry = _entry(scripts, short)
        if entry is not None:
            line = line_with(
                ledger.text(path), f'"{short}"]', f".{short}]", f"\n{short} =", f"\n{short}=", f'"{short}"'
            )
            return [Hop(path, line, text=text, cwd=cwd, key=f"{path}#{name}") for text in _script_lines(entry, scripts)]
    raise Leads(f"no {runner} script {name} found")


def _entry(scripts: Any, name: str) -> Any:
    if not isinstance(scripts, dict):
        return None
    if name in scripts:
        return scripts[name]
    return next((value for value in scripts.values() if isinstance(value, dict) and value.get("alias") == name), None)


def _hatch_scripts(environments: Any, name: str) -> dict[str, Any]:
    environment = name.rpartition(":")[0].split(".")[0] or "default"
    scripts = at(environments, environment, "scripts")
    return scripts if isinstance(scripts, dict) else {}
