"""Programs that only run another command: ``uv run pytest`` is ``pytest``, ``bash -c "…"`` is its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Argv = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inner:
    """What a wrapper runs: another command, or shell text, possibly in another folder."""

    argv: Argv = ()
    text: str = ""
    folder: str = ""


#: Options of wrappers that take their value as the next word.
_VALUED = frozenset(
    [
        "-n",
        "-p",
        "-e",
        "-u",
        "-k",
        "-g",
        "-C",
        "-c",
        "--name",
        "--prefix",
        "--env",
        "--python",
        "--with",
        "--with-requirements",
        "--extra",
        "--group",
        "--package",
        "--project",
        "--directory",
        "--only-group",
        "--env-file",
        "--index-url",
        "--attempts",
        "--timeout",
        "--signal",
        "--error-file",
        "--server-args",
        "--cwd",
        "--node-options",
        "--spec",
        "--no-group",
        "--default-index",
        "--color",
        "--source",
        "--rcfile",
        "--data-file",
        "--omit",
        "--include",
    ]
)
_AFTER_DASHES = frozenset({"doppler", "op", "aws-vault", "chamber", "vault", "infisical", "dotenvx", "direnv", "sops"})
_PREFIXES: dict[Argv, int] = {
    ("sudo",): 1, ("env",): 1, ("time",): 1, ("nice",): 1, ("exec",): 1, ("command",): 1, ("nohup",): 1, ("stdbuf",): 1,
    ("xvfb-run",): 1, ("uv", "run"): 2, ("uvx",): 1, ("uv", "tool", "run"): 3, ("pipx", "run"): 2, ("rye", "run"): 2,
    ("poetry", "run"): 2, ("pipenv", "run"): 2, ("conda", "run"): 2, ("mamba", "run"): 2, ("micromamba", "run"): 2,
    ("coverage", "run"): 2, ("npx",): 1, ("dotenv", "run"): 2, ("accelerate", "launch"): 2, ("torchrun",): 1,
    ("opentelemetry-instrument",): 1, ("ddtrace-run",): 1, ("mise", "exec"): 2, ("bundle", "exec"): 2,
}  # fmt: skip
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh"})
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_PYTHON = re.compile(r"(?:.*/)?(?:python|py)(?:[23](?:\.\d+)?)?(?:\.exe)?")


def base(word: str) -> str:
    """The program's name: no folder, no ``.exe``; a Python by any name is ``python``."""
    if _PYTHON.fullmatch(word) or re.fullmatch(r"\$[({]?\w*PYTHON\w*[)}]?", word):
        return "python"
    return word.rsplit("/", 1)[-1].removesuffix(".exe")


def unassigned(argv: Argv) -> Argv:
    """The words without leading ``NAME=value`` and redirections anywhere."""
    words = list(argv)
    while words and _ASSIGNMENT.match(words[0]):
        words.pop(0)
    return tuple(word for word in words if not re.match(r"\d*(?:>|<)|&>", word))


def skip_options(words: Sequence[str], valued: frozenset[str] = _VALUED) -> Argv:
    """The words after leading options (and their values, and ``NAME=value``)."""
    at = 0
    while at < len(words) and (words[at].startswith("-") or _ASSIGNMENT.match(words[at])):
        if words[at] == "--":
            return tuple(words[at + 1 :])
        at += 2 if words[at] in valued else 1
    return tuple(words[at:])


def positionals(words: Sequence[str], valued: frozenset[str] = _VALUED) -> list[str]:
    """The words that are neither options nor their values."""
    found, at = [], 0
    while at < len(words):
        if words[at].startswith("-") and words[at] != "-":
            at += 2 if words[at] in valued else 1
            continue
        found.append(words[at])
        at += 1
    return found


def option(words: Sequence[str], *names: str) -> str:
    """The value of an option given as ``--name value``, ``--name=value`` or ``-nvalue`` never; "" when absent."""
    for at, word in enumerate(words):
        if word in names and at + 1 < len(words):
            return words[at + 1]
        for name in names:
            if word.startswith(f"{name}="):
                return word[len(name) + 1 :]
    return ""


def _shell(argv: Argv) -> Inner | None:
    for at, word in enumerate(argv[1:], 1):
        if re.fullmatch(r"-[a-z]*c", word) and at + 1 < len(argv):
            return Inner(text=argv[at + 1])
        if not word.startswith(("-", "+")):
            return None
    return None


def _dashes(argv: Argv) -> Inner | None:
    return Inner(argv[argv.index("--") + 1 :]) if "--" in argv else None


def _timeout(argv: Argv) -> Inner | None:
    return Inner(skip_options(argv[1:])[1:])


def _eval(argv: Argv) -> Inner | None:
    return Inner(text=" ".join(argv[1:]))


_SPECIAL: dict[str, Callable[[Argv], Inner | None]] = {
    **dict.fromkeys(_SHELLS, _shell), **dict.fromkeys(_AFTER_DASHES, _dashes), "timeout": _timeout, "eval": _eval,
    "retry": _timeout,
}  # fmt: skip


def unwrapped(argv: Argv) -> Inner | None:
    """What ``argv`` runs if it is a wrapper, else None."""
    name = base(argv[0])
    if name in _SPECIAL:
        return _SPECIAL[name](argv)
    for prefix, length in _PREFIXES.items():
        if (name, *argv[1:length]) == prefix:
            return _prefixed(prefix, argv[length:])
    if name == "python" and argv[1:4] == ("-m", "coverage", "run"):
        return _prefixed(("coverage", "run"), argv[4:])
    return None


def _prefixed(prefix: Argv, rest: Argv) -> Inner:
    module = {("coverage", "run"), ("torchrun",), ("uv", "run"), ("accelerate", "launch")}
    if prefix in module and any(word in ("-m", "--module") for word in rest):
        at = next(i for i, word in enumerate(rest) if word in ("-m", "--module"))
        before = [word for word in rest[:at] if not word.startswith("-")]
        if prefix != ("uv", "run") or not before:
            return Inner(("python", "-m", *rest[at + 1 :]))
    inner = skip_options(rest)
    if prefix[0] in ("coverage", "torchrun", "accelerate") and inner and inner[0].endswith(".py"):
        inner = ("python", *inner)
    folder = option(rest[: len(rest) - len(inner)], "--directory", "--cwd")
    return Inner(inner, folder=folder)
