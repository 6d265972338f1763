"""Shell text read as simple commands, with lines, without running anything.

Understood: quotes, comments, continuations, here-documents (skipped), ``&& || ; | &``, sub-shells, functions, ``case``
on the first argument, ``if false``. What a loop or a test decides at run time is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from assessments.collectors.git.ci.shell_blocks import Blocks, Command, Word, functions

#: Longer scripts are cut (characters); more commands of one script are not looked at.
MOST_CHARACTERS, MOST_COMMANDS = 200_000, 2_000
_OPERATORS = ("&&", "||", ";;", ";", "|&", "|", "&", "(", ")", "\n")
_KEYWORDS = frozenset({"then", "else", "do", "while", "until", "!", "{", "time", "if", "elif"})
_ENDINGS = frozenset({"fi", "done", "esac", "}"})
_HARMLESS = frozenset({"true", ":", "echo", "printf", "exit", "/bin/true"})


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
    bodies, rest = functions(flat)
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
    skipping = Blocks(args)
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
    for command, after in zip(found, [*found[1:], Command((), 0)], strict=False):
        ignored = command.soft == "||" and _ignores(after.argv)
        result.append(replace(command, soft=f"|| {after.argv[0]}" if ignored else ""))
    return result


def _ignores(argv: tuple[str, ...]) -> bool:
    if not argv or argv[0] not in _HARMLESS:
        return False
    return argv[0] != "exit" or argv[1:2] == ("0",)
