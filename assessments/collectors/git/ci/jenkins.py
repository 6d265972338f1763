"""Jenkinsfiles: the ``sh`` steps of declarative and scripted pipelines, scanned with their blocks – Groovy is not run.

What is understood: comments, strings, ``sh '…'``, ``sh(script: "…")``, ``dir('x') { }``, ``catchError``/``try``,
``when`` with ``branch``, ``buildingTag()`` and ``expression { false }``, ``triggers { cron }``. Shared libraries
lead outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from assessments.collectors.git.ci.conditions import NEVER, Trigger, Triggers
from assessments.collectors.git.ci.findings import MOST_COMMANDS, Leads, Ledger, Position, below
from assessments.collectors.git.ci.follow import run_script
from assessments.collectors.git.ci.triggers import branch_triggers

_STRING = re.compile(r"'''(.*?)'''|\"\"\"(.*?)\"\"\"|'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"", re.S)
_MOST_CHARACTERS, _MOST_OF_WHEN, _DEEPEST = 200_000, 2_000, 100
_STEP = re.compile(r"\b(sh|bat|powershell|pwsh|build)\b(?=\s*[('\"]|\s+(?:script|label|job|returnStatus)\s*:)")
_GAP = re.compile(r"[ (\t\n]*")
#: A multibranch job builds branches, pull requests and tags; a cron is added by ``triggers``.
_USUAL: Triggers = frozenset({Trigger.DEFAULT, Trigger.PUSH, Trigger.PULL, Trigger.MANUAL})


def is_pipeline(path: str) -> bool:
    """Whether this is a Jenkinsfile: that name, with or without an ending, in any folder."""
    return bool(re.fullmatch(r"(?:.*/)?(?:Jenkinsfile(?:[.-][\w.-]+)?|[\w.-]+\.jenkinsfile)", path))


@dataclass
class _Block:
    """One ``{ … }``: the words before it, and what they do to the steps inside."""

    head: str
    position: Position
    steps: list[tuple[int, str]] = field(default_factory=list)


def follow(ledger: Ledger, path: str) -> Triggers:
    """Follow a Jenkinsfile and return its triggers. Raises ``Leads`` when it is unreadable."""
    text = _uncommented(ledger.text(path)[:_MOST_CHARACTERS])
    triggers = _USUAL | ({Trigger.SCHEDULE} if re.search(r"triggers\s*\{[^}]{0,1000}cron\s*\(", text) else NEVER)
    position = Position(path, triggers=triggers, values=_environment(text))
    for match in re.finditer(r"@Library\s*\(\s*['\"]([^'\"]+)", text):
        ledger.unseen(
            position.at(_line(text, match.start())), f"@Library {match[1]}", "a shared library outside the repository"
        )
    _scan(ledger, text, position)
    return triggers


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _uncommented(text: str) -> str:
    """The text with comments blanked, strings and lines kept."""
    pattern = re.compile(_STRING.pattern + r"|(//[^\n]*|/\*.*?\*/)", re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m[0]) if m[5] else m[0], text)


def _environment(text: str) -> dict[str, str]:
    block = re.search(r"\benvironment\s*\{([^}]{0,4000})\}", text)
    return dict(re.findall(r"(\w+)\s*=\s*['\"]([^'\"]*)['\"]", block[1])) if block else {}


def _tokens(text: str) -> Iterator[tuple[str, int, str]]:
    """``{``, ``}`` and steps (``sh``, ``bat``) with their place, and the words before a brace."""
    start = at = 0
    while at < len(text):
        if string := _STRING.match(text, at):
            at = string.end()
            continue
        character = text[at]
        if character in "{}\n;":
            yield character, at, text[start:at]
            start = at + 1
        elif character in "sbp" and (found := _STEP.match(text, at)):
            yield found[1], at, _argument(text, found.end())
            at = found.end()
            continue
        at += 1


def _argument(text: str, at: int) -> str:
    """The script given to a step: the ``script:`` value, else the first string; its offset is kept by its newlines."""
    named = re.compile(r"[^\n{}]{0,200}?\b(?:script|job)\s*:\s*").match(text, at)
    begin = named.end() if named else at
    gap = _GAP.match(text, begin)
    string = _STRING.match(text, gap.end() if gap else begin)
    if not string:
        return ""
    body = next(group for group in string.groups() if group is not None)
    return "\n" * text.count("\n", at, string.start()) + body


def _scan(ledger: Ledger, text: str, position: Position) -> None:
    stack = [_Block("", position)]
    head, line, before = "", 1, 0
    for mark, at, words in _tokens(text):
        line, before = line + text.count("\n", before, at), at
        here = stack[-1].position.at(line)
        if len(stack) > _DEEPEST or ledger.commands > MOST_COMMANDS:
            ledger.unseen(here, "the rest", "nested deeper, or with more commands, than is looked at")
            return
        if mark == "{":
            stack.append(_Block(words or head, _entered(words or head, here, text, at)))
        elif mark == "}" and len(stack) > 1:
            stack.pop()
        elif mark in ("sh", "bat", "powershell", "pwsh"):
            _shell(ledger, words, here)
        elif mark == "build" and words:
            ledger.unseen(here, f"build {words.strip()}", "another Jenkins job")
        head = words.strip() if mark in "\n;" and words.strip() else ("" if mark in "{}" else head)


def _shell(ledger: Ledger, body: str, position: Position) -> None:
    if not position.triggers or not body:
        return
    run_script(ledger, body.replace("\\n", "\n").replace("\\$", "$"), position)


def _entered(head: str, position: Position, text: str, at: int) -> Position:
    word = (re.findall(r"[A-Za-z_]\w*", head) or [""])[0]
    if word == "dir":
        return _moved(head, position)
    if word in ("catchError", "warnError", "try"):
        return position.softened(f"{word} in the Jenkinsfile")
    if word == "if" and re.search(r"\bif\s*\(\s*false\s*\)", head):
        return replace(position, triggers=NEVER)
    if word == "post" or word in ("failure", "unsuccessful", "aborted"):
        return position if word == "post" else replace(position, triggers=NEVER)
    return replace(position, triggers=_when(text, at, position.triggers)) if word == "stage" else position


def _moved(head: str, position: Position) -> Position:
    string = _STRING.search(head)
    try:
        return replace(
            position, cwd=below(position.cwd, next(g for g in string.groups() if g is not None)) if string else None
        )
    except Leads:
        return replace(position, cwd=None)


def _when(text: str, at: int, triggers: Triggers) -> Triggers:
    """What a stage's own ``when { … }`` leaves of the triggers; undecidable conditions leave all."""
    own = re.compile(r"\{\s*(?:(?:agent|options|environment|tools)\b[^{}\n]*(?:\{[^{}]*\})?\s*)*when\s*\{").match(
        text, at
    )
    if not own:
        return triggers
    end, depth = own.end(), 1
    while end < min(len(text), own.end() + _MOST_OF_WHEN) and depth:
        depth += (text[end] == "{") - (text[end] == "}")
        end += 1
    return _judged(text[own.end() : end - 1], triggers)


def _judged(body: str, triggers: Triggers) -> Triggers:
    if re.search(r"\b(?:anyOf|not)\b", body):
        return triggers
    if re.search(r"expression\s*\{\s*(?:return\s+)?false\s*\}", body):
        return NEVER
    if branches := re.findall(r"\bbranch\s+(?:pattern:\s*)?['\"]([^'\"]+)", body):
        return triggers & branch_triggers(branches)
    if re.search(r"\bbuildingTag\s*\(|\btag\s", body):
        return frozenset({Trigger.TAG})
    return triggers & {Trigger.PULL} if re.search(r"\bchangeRequest\s*\(", body) else triggers
