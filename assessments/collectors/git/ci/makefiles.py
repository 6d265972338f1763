"""Makefile targets: recipes and prerequisites, variables and includes, bounded and cycle-proof. Nothing is run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assessments.collectors.git.ci.findings import Leads, Ledger, below
from assessments.collectors.git.ci.hops import Hop
from assessments.collectors.git.ci.wrappers import Argv

_NAMES = ("GNUmakefile", "makefile", "Makefile")
_RULE = re.compile(r"^([^\s#:=][^:=#]*?)\s*::?(?!=)\s*([^=]*)$")
_VARIABLE = re.compile(r"^(?:export\s+|override\s+)?([\w.-]+)\s*(\?|:{1,3}|\+|!)?=\s*(.*)$")
_MOST_TARGETS, _MOST_LINES, _MOST_INCLUDES, _MOST_EXPANSIONS = 60, 5_000, 10, 3_000


@dataclass
class Target:
    """Prerequisites in order and recipe lines with their numbers."""

    path: str
    line: int
    needs: list[str] = field(default_factory=list)
    recipe: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Makefile:
    """Targets by name (patterns with ``%`` too), variables, and the default goal."""

    targets: dict[str, Target] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    goal: str = ""
    includes: int = 0
    expansions: int = 0

    def find(self, name: str) -> Target | None:
        """The target, exact or by pattern rule."""
        if name in self.targets:
            return self.targets[name]
        for pattern, target in self.targets.items():
            start, percent, end = pattern.partition("%")
            if percent and name.startswith(start) and name.endswith(end) and len(name) > len(start + end):
                return target
        return None

    def expand(self, text: str, depth: int = 0) -> str:
        """``$(NAME)`` and ``${NAME}`` replaced where the Makefile defines them; functions stay as they are."""
        self.expansions += 1
        if depth > 5 or "$" not in text or len(text) > 4_000 or self.expansions > _MOST_EXPANSIONS:
            return text
        wide = re.sub(r"\$[({]([\w.-]+)[)}]", lambda m: self.variables.get(m[1], m[0]), text)
        return wide if wide == text else self.expand(wide, depth + 1)


def parse(ledger: Ledger, path: str, cwd: str, makefile: Makefile | None = None) -> Makefile:
    """Read a Makefile and what it includes from the repository. Raises :class:`Leads` when it cannot be read."""
    made = makefile or Makefile()
    current: list[Target] = []
    for number, line in _lines(ledger.text(path)):
        if line.startswith("\t"):
            for target in current:
                target.recipe.append((number, line[1:]))
        elif line.strip() and not line.lstrip().startswith("#"):
            current = _statement(ledger, made, line, (path, number, cwd))
    return made


def _lines(text: str) -> list[tuple[int, str]]:
    """Logical lines: continuations joined, comments of non-recipe lines cut, blank ones kept out of recipes' way."""
    found: list[tuple[int, str]] = []
    open_line: tuple[int, str] | None = None
    for number, line in enumerate(text.splitlines()[:_MOST_LINES], 1):
        start, before = open_line or (number, "")
        whole = before + line.strip() if before else line
        if whole.endswith("\\"):
            open_line = (start, whole[:-1] + " ")
            continue
        open_line = None
        found.append((start, whole))
    return found


def _statement(ledger: Ledger, made: Makefile, line: str, place: tuple[str, int, str]) -> list[Target]:
    path, number, cwd = place
    line = re.split(r"(?<!\\)\s#", line)[0].rstrip()
    if included := re.match(r"^-?s?include\s+(.+)$", line):
        _include(ledger, made, included[1], cwd)
        return []
    if variable := _VARIABLE.match(line):
        _assign(made, variable)
        return []
    rule = _RULE.match(line)
    return _rule(made, rule, path, number) if rule else []


def _include(ledger: Ledger, made: Makefile, names: str, cwd: str) -> None:
    for name in made.expand(names).split():
        made.includes += 1
        try:
            path = below(cwd, name)
            if path and made.includes <= _MOST_INCLUDES and path in ledger.names:
                parse(ledger, path, cwd, made)
        except Leads:
            continue  # a target that would come from there is reported when it is asked for and not found


def _assign(made: Makefile, match: re.Match[str]) -> None:
    name, how, value = match[1], match[2] or "", match[3]
    if how == "+":
        made.variables[name] = f"{made.variables.get(name, '')} {value}".strip()[:2_000]
    elif how != "?" or name not in made.variables:
        made.variables[name] = value[:2_000]


def _rule(made: Makefile, match: re.Match[str], path: str, number: int) -> list[Target]:
    needs, _, inline = match[2].partition(";")
    targets = []
    for name in made.expand(match[1]).split():
        target = made.targets.setdefault(name, Target(path, number))
        target.needs += [need for need in made.expand(needs).split() if need != "|"]
        if inline.strip():
            target.recipe.append((number, inline.strip()))
        if not made.goal and not name.startswith(".") and "%" not in name:
            made.goal = name
        targets.append(target)
    return targets


def hops(ledger: Ledger, argv: Argv, cwd: str | None) -> list[Hop]:
    """What ``make …`` runs: the recipes of its targets, prerequisites first. Raises :class:`Leads`."""
    folder, name, goals, given = _arguments(argv)
    where = below(cwd, folder) if folder else cwd
    if where is None:
        raise Leads("the folder depends on a variable")
    made = parse(ledger, _makefile(ledger, where, name), where)
    made.variables.update({"MAKE": "make", "CURDIR": ".", **given})
    found: list[Hop] = []
    seen: set[str] = set()
    for goal in goals or [made.goal]:
        _collect(made, goal, where, seen, found)
    return found


def _arguments(argv: Argv) -> tuple[str, str, list[str], dict[str, str]]:
    folder, name, goals, given = "", "", [], {}
    words = list(argv[1:])
    while words:
        word = words.pop(0)
        if word in ("-C", "--directory", "-f", "--file", "--makefile", "-j", "--jobs") and words:
            value = words.pop(0) if word[1] != "j" or words[0].isdigit() else ""
            folder, name = (
                (value, name) if word in ("-C", "--directory") else (folder, value if "f" in word[:3] else name)
            )
        elif "=" in word and not word.startswith("-"):
            given[word.partition("=")[0]] = word.partition("=")[2]
        elif word.startswith("-C"):
            folder = word[2:]
        elif word.startswith(("-n", "--dry-run", "--just-print", "--version", "--help")):
            return folder, name, [" nothing"], given
        elif not word.startswith("-"):
            goals.append(word)
    return folder, name, goals, given


def _makefile(ledger: Ledger, folder: str, name: str) -> str:
    for candidate in (name,) if name else _NAMES:
        path = below(folder, candidate)
        if path in ledger.names:
            return str(path)
    raise Leads(f"no Makefile {name or 'there'} in {folder or 'the root'}")


def _collect(made: Makefile, goal: str, cwd: str, seen: set[str], found: list[Hop]) -> None:
    if goal in seen or len(seen) > _MOST_TARGETS or goal == " nothing":
        return
    seen.add(goal)
    if "$" in goal:
        raise Leads(f"the target {goal} is a variable")
    target = made.find(goal)
    if target is None:
        if len(seen) == 1 or not found:
            raise Leads(f"the Makefile has no target {goal}")
        return
    for need in target.needs:
        if made.find(need) is not None:
            _collect(made, need, cwd, seen, found)
    found += [_hop(made, target, number, text, cwd, goal) for number, text in target.recipe]


def _hop(made: Makefile, target: Target, number: int, text: str, cwd: str, goal: str) -> Hop:
    marks = re.match(r"^[@+\- ]*", text)
    prefix = marks[0] if marks else ""
    body = made.expand(text[len(prefix) :].replace("$@", goal)).replace("$$", "$")
    soft = "make ignores the failure (-)" if "-" in prefix else ""
    return Hop(target.path, number, text=body, cwd=cwd, soft=soft, key=f"{target.path}#{goal}")
