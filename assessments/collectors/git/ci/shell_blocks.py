"""Shell structure: words and commands, function bodies, and blocks that cannot run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One word or operator and its line."""

    text: str
    line: int
    operator: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A simple command; ``argv`` is ("(",) or (")",) around a sub-shell. ``soft``: why its failure is ignored."""

    argv: tuple[str, ...]
    line: int
    soft: str = ""


def functions(flat: list[Command]) -> tuple[dict[str, list[Command]], list[Command]]:
    """Function bodies by name, and what stands outside them."""
    bodies: dict[str, list[Command]] = {}
    outside: list[Command] = []
    at = 0
    while at < len(flat):
        name = _definition(flat, at)
        if not name:
            outside += [] if flat[at].argv in (("{",), ("}",)) else [flat[at]]
            at += 1
            continue
        body, at = _body(flat, at)
        bodies[name] = body
    return bodies, outside


def _definition(flat: list[Command], at: int) -> str:
    """The name of the function defined here: ``name () {`` or ``function name {``."""
    argv = flat[at].argv
    following = [command.argv for command in flat[at + 1 : at + 4]]
    if len(argv) == 1 and following == [("(",), (")",), ("{",)]:
        return argv[0]
    if (argv[:1] == ("function",) and len(argv) > 1 and ("{",) in following) or (
        argv[:1] == ("function",) and "{" in argv
    ):
        return argv[1]
    return ""


def _body(flat: list[Command], at: int) -> tuple[list[Command], int]:
    depth, body = 0, []
    while at < len(flat) and flat[at].argv != ("{",) and "{" not in flat[at].argv:
        at += 1
    while at < len(flat):
        argv = flat[at].argv
        depth += (argv == ("{",) or "{" in argv[2:3]) - (argv == ("}",))
        at += 1
        if depth <= 0:
            break
        if argv not in (("{",), ("}",)) and "{" not in argv[2:3]:
            body.append(flat[at - 1])
    return body, at


class Blocks:
    """Skips what cannot run: ``if false`` blocks, and ``case "$1"`` branches for other arguments."""

    def __init__(self, args: tuple[str, ...]) -> None:
        self.args = args
        self.dead = 0
        self.case = self.matched = self.open = False

    def skips(self, group: list[Word], operator: str) -> bool:
        """Whether the group is a dead or a purely structural part."""
        texts = [word.text for word in group]
        if self.dead:
            self.dead += ("if" in texts[:1]) - ("fi" in texts[:1])
            self.dead = 0 if self.dead == 1 and texts[:1] == ["else"] else self.dead
            return True
        if texts[:2] == ["if", "false"]:
            self.dead = 1
            return True
        return self._in_case(texts, operator)

    def _in_case(self, texts: list[str], operator: str) -> bool:
        if texts[:1] == ["case"] and len(texts) > 1 and "1" in texts[1] and "in" in texts:
            self.case, self.matched, texts = True, False, texts[texts.index("in") + 1 :]
        if not self.case:
            return False
        if "esac" in texts[:1]:
            self.case = self.open = False
            return True
        if not self.open and operator in (")", "|"):
            return self._pattern(texts, operator)
        live = self.open and self.matched is not None and self._live
        self.open = self.open and operator != ";;"
        return not live

    _live = False
    _label = False

    def _pattern(self, texts: list[str], operator: str) -> bool:
        wanted = self.args[0] if self.args else ""
        hit = any(text.strip() == wanted for text in texts) or ("*" in texts and not self.matched)
        self._label = self._label or hit
        if operator == ")":
            self._live, self.open = self._label, True
            self.matched, self._label = self.matched or self._live, False
        return True
