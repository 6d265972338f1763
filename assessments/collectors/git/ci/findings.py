"""What reading CI found: where we are while following it, effects, what could not be followed; all bounded."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from assessments.collectors.git.ci.conditions import NEVER, Trigger, Triggers
from assessments.collectors.git.tree import Tree

#: How far an indirection is followed from the pipeline file.
MOST_HOPS = 4
#: Commands and files looked at in all; beyond them the rest is reported as not followed.
MOST_COMMANDS, MOST_FILES = 6_000, 1_500
_MOST_TEXT = 120


class Leads(ValueError):
    """An indirection that leads where we cannot see; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place while following CI: file and line, working folder (None: not known), and what led here."""

    path: str
    line: int = 1
    cwd: str | None = ""
    via: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    triggers: Triggers = NEVER
    soft: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """``path:line``."""
        return f"{self.path}:{self.line}"

    def at(self, line: int) -> Position:
        """The same place on another line."""
        return replace(self, line=line)

    def softened(self, reason: str) -> Position:
        """The same place where a failure is ignored for ``reason``; the outermost reason stays."""
        return replace(self, soft=self.soft or reason)

    def into(self, path: str, line: int, key: str = "") -> Position:
        """One hop further. Raises :class:`Leads` beyond the depth."""
        if len(self.via) >= MOST_HOPS:
            raise Leads(f"more than {MOST_HOPS} hops from the pipeline file")
        trail = (*self.trail, key or f"{path}:{line}")
        return replace(self, path=path, line=line, via=(*self.via, self.where), trail=trail)

    def inside(self, folder: str) -> Position:
        """The same place after ``cd folder``. Raises :class:`Leads` for a folder outside the repository."""
        return replace(self, cwd=below(self.cwd, folder))


def below(cwd: str | None, name: str) -> str | None:
    """``name`` seen from ``cwd``, relative to the repository; None when either depends on a variable.

    Raises :class:`Leads` when it lies outside the repository.
    """
    if cwd is None or "$" in name:
        return None
    if name.startswith(("/", "~")):
        raise Leads(f"{name} is outside the repository")
    path = posixpath.normpath(posixpath.join(cwd, name))
    if path.startswith(".."):
        raise Leads(f"{name} is outside the repository")
    return "" if path == "." else path


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing CI does.

    ``tool`` is the program, ``targets`` what it is pointed at, ``registry`` a model reference, ``excludes`` what a
    test run leaves out ("integration").
    """

    kind: str
    tool: str
    command: str
    where: str
    via: tuple[str, ...]
    targets: tuple[str, ...]
    triggers: Triggers
    soft: str = ""
    registry: str = ""
    excludes: str = ""

    def as_json(self) -> dict[str, Any]:
        """The stored form; ``default_branch`` says whether a push to the default branch runs it."""
        stored = {
            "kind": self.kind, "tool": self.tool, "command": self.command, "where": self.where, "via": list(self.via),
            "target": list(self.targets[:4]), "triggers": trigger_names(self.triggers),
            "default_branch": Trigger.DEFAULT in self.triggers, "soft": self.soft, "registry": self.registry,
        }  # fmt: skip
        return stored | ({"excludes": self.excludes} if self.excludes else {})

    @property
    def rank(self) -> tuple[bool, bool, bool, bool]:
        """Best first: automatic, heeded, with a registry reference, on the default branch."""
        automatic = bool(self.triggers - {Trigger.MANUAL})
        return not automatic, bool(self.soft), not self.registry, Trigger.DEFAULT not in self.triggers


def trigger_names(triggers: Triggers) -> list[str]:
    """Sorted names, the default branch's push counted as a push."""
    return sorted({"push" if trigger is Trigger.DEFAULT else trigger.value for trigger in triggers})


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """Something that leads where we cannot see. ``may``: what it could hide ("test", "release")."""

    what: str
    where: str
    why: str
    may: tuple[str, ...] = ("release", "test")

    def as_json(self) -> dict[str, Any]:
        """The stored form."""
        return {"what": self.what, "where": self.where, "why": self.why, "may": list(self.may)}


class Ledger:
    """Collects what is found while one pipeline file is followed; counts commands and files over all of them."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.names = frozenset(tree.paths)
        self.effects: dict[tuple[str, ...], Effect] = {}
        self.unfollowed: dict[tuple[str, str], Unfollowed] = {}
        self.problems: dict[str, str] = {}
        self.templates: set[str] = set()
        self.commands = self.files = 0

    def fresh(self) -> None:
        """Begin the next pipeline file; the counts go on."""
        self.effects, self.unfollowed = {}, {}

    def text(self, path: str) -> str:
        """A file's text. Raises :class:`Leads` when it is not there, not readable, or the bound is reached."""
        self.files += 1
        if path not in self.names:
            raise Leads(f"{path} is not in the repository")
        if self.files > MOST_FILES:
            raise Leads(f"more than {MOST_FILES} files to read")
        text = self.tree.text(path)
        if text is None:
            raise Leads(f"{path} is too large or not text")
        return text

    def afford(self) -> bool:
        """Whether one more command may be looked at."""
        self.commands += 1
        return self.commands <= MOST_COMMANDS

    def effect(self, position: Position, effect: Effect) -> None:
        """Note an effect; the same one under more triggers is one effect."""
        key = (effect.kind, effect.command, effect.where, effect.soft)
        before = self.effects.get(key)
        self.effects[key] = effect if before is None else replace(before, triggers=before.triggers | effect.triggers)

    def unseen(self, position: Position, what: str, why: object, may: tuple[str, ...] = ("release", "test")) -> None:
        """Note that ``what`` could not be followed from ``position``."""
        item = Unfollowed(shortened(what), position.where, shortened(str(why)), may)
        self.unfollowed.setdefault((item.where, item.what), item)


#: Values that may be secrets, and logins in addresses: repositories hold them, our records shall not.
_SECRET = re.compile(r"(?i)((?:passw(?:or)?d|passwd|token|secret|api[-_]?key|credential)[\w-]*[= :]+)(?!\$)\S+")
_LOGIN = re.compile(r"://[^/\s@]+@")


def shortened(text: str) -> str:
    """One line of at most 120 characters, without what looks like a secret."""
    line = _SECRET.sub(r"\1…", _LOGIN.sub("://…@", " ".join(text.split())))
    return line if len(line) <= _MOST_TEXT else line[: _MOST_TEXT - 1] + "…"
