"""Shell text read as simple commands, with lines, without running anything.

Understood: quotes, comments, continuations, here-documents (skipped), ``&& || ; | &``, sub-shells, functions, ``case`` on
the first argument, ``if false``. What a command's words are is kept; what a loop or test decides at run time is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

#: Longer scripts are cut (characters); more commands of one script are not looked at.
MOST_CHARACTERS, MOST_COMMANDS = 200_000, 2_000
_OPERATORS = ("&&", "||", ";;", ";", "|&", "|", "&", "(", ")", "\n")
_KEYWORDS = frozenset({"then", "else", "do", "while", "until", "!", "{", "time", "if", "elif"})
_ENDINGS = frozenset({"fi", "done", "esac", "}"})
_HARMLESS = frozenset({"true", ":", "echo", "printf", "exit", "/bin/true"})


@dataclass(frozen=True, slots=True)
class Word:
    """One word or operator and its line."""

    text: str
    line: int
    operator: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A simple command. ``argv`` is ("(",) or (")",) where a sub-shell begins or ends. ``soft``: its failure is ignored."""

    argv: tuple[str, ...]
    line: int
    soft: str = ""


def _heredocs(text: str) -> str:
    """The text with the bodies of here-documents blanked, lines kept."""
    lines, kept, end = text.split("\n"), [], ""
    for line in lines:
        if end:
            kept.append("")
            end = "" if line.strip() == end else end
            continue
        match = re.search(r"<<-?\s*(['\"]?)(\w+)\1", line)
        end = match[2] if match and "<<<" not in line else ""
        kept.append(line)
    return "\n".join(kept)


class _Scanner:
    """Characters to words; ``${{ … }}``, ``$( … )`` and quotes stay inside their word."""

    def __init__(self, text: str, line: int) -> None:
        self.text, self.at, self.line = text, 0, line
        self.word: list[str] | None = None
        self.started = line

    def words(self) -> Iterator[Word]:
        while self.at < len(self.text):
            operator = next((o for o in _OPERATORS if self.text.startswith(o, self.at)), "")
            character = self.text[self.at]
            if operator and not self._redirection(operator):
                yield from self._end()
                yield Word(operator, self.line, operator=True)
                self._skip(len(operator))
            elif character in " \t\r":
                yield from self._end()
                self._skip(1)
            elif character == "#" and self.word is None:
                self._comment()
            else:
                self._inside(character)
        yield from self._end()

    def _redirection(self, operator: str) -> bool:
        """Whether an & belongs to ``2>&1`` or ``&>file``."""
        before, after = self.text[self.at - 1 : self.at], self.text[self.at + 1 : self.at + 2]
        return operator == "&" and (before == ">" or after == ">")

    def _end(self) -> Iterator[Word]:
        if self.word is not None:
            yield Word("".join(self.word), self.started)
        self.word = None

    def _skip(self, count: int) -> None:
        self.line += self.text.count("\n", self.at, self.at + count)
        self.at += count

    def _comment(self) -> None:
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end

    def _inside(self, character: str) -> None:
        if self.text.startswith("\\\n", self.at):
            self._skip(2)
            return
        if self.word is None:
            self.word, self.started = [], self.line
        if character == "'" or character == '"':
            self._quoted(character)
        elif character == "\\":
            self._take(self.text[self.at + 1 : self.at + 2], 2)
        elif close := next(
            (c for o, c in (("${{", "}}"), ("$(", ")"), ("${", "}")) if self.text.startswith(o, self.at)), ""
        ):
            self._until(close)
        elif character == "`":
            self._until("`", 1)
        else:
            self._take(character, 1)

    def _take(self, text: str, length: int) -> None:
        assert self.word is not None  # noqa: S101 – for the type checker: callers have begun a word
        self.word.append(text)
        self._skip(length)

    def _quoted(self, quote: str) -> None:
        end = self.at + 1
        while end < len(self.text) and self.text[end] != quote:
            end += 2 if quote == '"' and self.text[end] == "\\" else 1
        self._take(self.text[self.at + 1 : end], end + 1 - self.at)

    def _until(self, close: str, start: int = 2) -> None:
        depth, end = 1, self.at + start
        while end < len(self.text) and depth:
            if self.text.startswith(close, end):
                depth -= 1
                end += len(close)
            else:
                depth += close == ")" and self.text[end] == "("
                end += 1
        self._take(self.text[self.at : end], end - self.at)


def _simple(words: Iterator[Word]) -> Iterator[tuple[list[Word], str]]:
    """Groups of words with the operator that ends each."""
    group: list[Word] = []
    for word in words:
        if not word.operator:
            group.append(word)
            continue
        yield group, word.text
        group = []
    yield group, "\n"


def _raw(text: str, line: int) -> Iterator[tuple[list[Word], str]]:
    scanner = _Scanner(_heredocs(text[:MOST_CHARACTERS]), line)
    return _simple(scanner.words())


def _strip(group: list[Word]) -> list[Word]:
    while group and (group[0].text in _KEYWORDS or group[0].text in _ENDINGS):
        group = group[1:]
    return group


def commands(text: str, line: int = 1, args: tuple[str, ...] = ()) -> list[Command]:
    """The simple commands of a script in order, functions put where they are called, ``args`` its arguments."""
    flat = _flatten(text, line, args)
    bodies, rest = _functions(flat)
    called: list[Command] = []
    for command in rest:
        called += _called(command, bodies, args, ())
    return called[:MOST_COMMANDS]


def _called(
    command: Command, bodies: dict[str, list[Command]], args: tuple[str, ...], inside: tuple[str, ...]
) -> list[Command]:
    argv = command.argv
    if argv and re.match(r"\$[@{*]|\$1$", argv[0]) and args and ("@" in argv[0] or "1" in argv[0]):
        argv = (*args, *argv[1:])
    name = argv[0] if argv else ""
    if name not in bodies or name in inside or len(inside) > 8:
        return [replace(command, argv=argv)]
    found: list[Command] = []
    for inner in bodies[name]:
        found += _called(inner, bodies, argv[1:], (*inside, name))
    return found[:MOST_COMMANDS]


def _flatten(text: str, line: int, args: tuple[str, ...]) -> list[Command]:
    found: list[Command] = []
    skipping = _Blocks(args)
    for group, operator in _raw(text, line):
        if len(found) >= MOST_COMMANDS:
            break
        if skipping.skips(group, operator):
            continue
        _append(found, group, operator)
    return _softened(found)


def _append(found: list[Command], group: list[Word], operator: str) -> None:
    words = _strip(group)
    brace = "{" if any(word.text == "{" for word in group[:2]) else "}" if group and group[0].text == "}" else ""
    if brace:
        found.append(Command((brace,), group[0].line))
    if words:
        found.append(Command(tuple(word.text for word in words), words[0].line, operator))
    if operator in "()":
        found.append(Command((operator,), group[0].line if group else 1))


def _softened(found: list[Command]) -> list[Command]:
    """Operators turned into what they mean for the command before: ``x || true`` makes x soft."""
    result = []
    for command, after in zip(found, [*found[1:], Command((), 0)], strict=True):
        ignored = command.soft == "||" and _ignores(after.argv)
        result.append(replace(command, soft=f"|| {after.argv[0]}" if ignored else ""))
    return result


def _ignores(argv: tuple[str, ...]) -> bool:
    if not argv or argv[0] not in _HARMLESS:
        return False
    return argv[0] != "exit" or argv[1:2] == ("0",)


def _functions(flat: list[Command]) -> tuple[dict[str, list[Command]], list[Command]]:
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


class _Blocks:
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
