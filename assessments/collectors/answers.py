"""Reading ``mlops.yaml``: what people answer, attest, agree on and aim at. Good answers are kept, bad ones named. Pure.

An example, checked against ``schemas/answers.schema.json``::

    target: 3
    serving_repository: https://git.example.org/flights/api
    agreements: {slices: [carrier], staleness_days: 60, availability: 0.995, acknowledge_minutes: 60}
    tools:
      - {name: Metaflow, does: orchestration, link: https://…}
    answers:
      - {id: HUM-01, answer: yes, text: "Alice, Bob and Charlie", by: Dana, at: 2026-11-01}
      - {id: MC-2.1, answer: yes, link: https://…, by: Bob, at: 2026-11-01, expires: 2027-04-30}

A question's answer ends with the question's own validity, or earlier at its ``expires``. An attestation of a criterion
must end (``expires``, at most a year after ``at``) and must prove a yes (``link``): nothing else would question it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from assessments.checks.human import CHOICES, LONGEST, QUESTION, QUESTIONS
from assessments.documents import Document, InvalidDocument, check_schema, first_deeper, parse_document
from mlops_portal.kernel.clock import parse

SCHEMA = Path(__file__).with_name("schemas") / "answers.schema.json"

#: Answers are a few kB, and three levels deep; larger and deeper files are not parsed.
LARGEST, DEEPEST = 64_000, 12

#: So many errors are kept; a person corrects the first ones first.
MOST_ERRORS = 30


class Flaw(NamedTuple):
    """Why an answer is not acceptable: the part of it that is wrong, what is wrong, and what to write instead."""

    field: str
    what: str
    do: str


@cache
def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return rules


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(_rules())


def read_answers(text: str, where: str) -> dict[str, Any]:
    """Read the text of ``mlops.yaml``; ``where`` is its path, used in errors. Never raises.

    The payload of ``human.file``::

        {"path", "answers": [{"id", "answer", "text", "link", "by", "at", "expires", "line"}], "errors": ["path:line:
         what"], "target": 0–4 or None, "serving_repository", "training_repository": "" or address,
         "tools": [{"name", "does", "link"}], "agreements": {"slices"?, "staleness_days"?, "availability"?,
         "acknowledge_minutes"?}}

    ``at`` and ``expires`` (or "") are ISO times in UTC.
    """
    if problem := _unfit(text, where):
        return _payload(where, [problem])
    try:
        document = parse_document(text, where)
        bad = _bad_places(document)
        answers = [answer for index in _good_answers(document, bad) if (answer := _answer(document, index))]
    except InvalidDocument as error:
        return _payload(where, [str(problem) for problem in error.problems])
    content = document.content if isinstance(document.content, dict) else {}
    good = {key: value for key, value in content.items() if (key,) not in bad and key != "answers"}
    return _payload(where, [str(problem) for problem in sorted(set(document.problems))], answers, good)


def _unfit(text: str, where: str) -> str:
    """Why the text is not even parsed, or nothing: parsing it could take for ever."""
    if len(text) > LARGEST:
        return f"{where}:1: The file has more than {LARGEST} characters. Keep the answers only."
    line = first_deeper(text, DEEPEST)
    return f"{where}:{line}: Values are nested too deeply. Flatten the document." if line else ""


def _payload(
    where: str, errors: list[str], answers: list[dict[str, Any]] | None = None, good: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    good = good or {}
    return {
        "path": where,
        "answers": answers or [],
        "errors": errors[:MOST_ERRORS],
        "target": good.get("target"),
        "serving_repository": good.get("serving_repository", ""),
        "training_repository": good.get("training_repository", ""),
        "tools": [{"link": "", **tool} for tool in good.get("tools", ())],
        "agreements": good.get("agreements", {}),
    }


def _bad_places(document: Document) -> set[tuple[str | int, ...]]:
    """Top-level keys, and single answers, that break the schema; the document notes each problem with its line."""
    check_schema(document, SCHEMA)
    bad: set[tuple[str | int, ...]] = set()
    for error in _validator().iter_errors(document.content):
        path = tuple(error.absolute_path)
        bad.add(path[:2] if path[:1] == ("answers",) else path[:1])
    return bad


def _good_answers(document: Document, bad: set[tuple[str | int, ...]]) -> Iterator[int]:
    answers = document.content.get("answers", ()) if isinstance(document.content, dict) else ()
    if isinstance(answers, list):
        yield from (index for index in range(min(len(answers), 200)) if ("answers", index) not in bad)


def _answer(document: Document, index: int) -> dict[str, Any] | None:
    """The answer at ``index`` in its stored form, or None when it is not acceptable: then the document notes why."""
    item = document.content["answers"][index]
    said = {True: "yes", False: "no"}.get(item["answer"], item["answer"])
    times = {key: _time(document, index, key) for key in ("at", "expires")}
    if None in times.values() or not _acceptable(document, index, {**item, **times, "answer": said}):
        return None
    return {
        "id": item["id"],
        "answer": said,
        "text": item.get("text", ""),
        "link": item.get("link", ""),
        "by": item["by"],
        "at": times["at"],
        "expires": times["expires"],
        "line": document.line(("answers", index)),
    }


def _time(document: Document, index: int, key: str) -> str | None:
    text = document.content["answers"][index].get(key, "")
    try:
        return parse(text).isoformat() if text else ""
    except (ValueError, OverflowError):
        document.complain(("answers", index, key), f"{text!r} is no date.", "Write a date such as 2026-11-30.")
        return None


def _acceptable(document: Document, index: int, item: Mapping[str, Any]) -> bool:
    flaws = flaws_of(item)
    for flaw in flaws:
        document.complain(("answers", index), f"{item['id']}: {flaw.what}", flaw.do)
    return not flaws


def flaws_of(item: Mapping[str, Any]) -> list[Flaw]:
    """Why an answer cannot be accepted, however it was given: ``{"id", "answer", "link"?, "at", "expires"}``."""
    flaws = list(_question_flaws(item) if item["id"].startswith(QUESTION) else _attestation_flaws(item))
    return [*flaws, *_order_flaws(item)]


def flaws_of_link(link: str) -> list[Flaw]:
    """Why a link cannot be accepted."""
    return _broken("link", _rules()["$defs"]["link"], link)


def flaws_of_agreements(agreements: Any) -> list[Flaw]:
    """Why what a project's people agreed on cannot be accepted; ``field`` names the agreement."""
    return _broken("agreements", _rules()["properties"]["agreements"], agreements)


def _broken(field: str, part: Mapping[str, Any], value: Any) -> list[Flaw]:
    errors = Draft202012Validator({**part, "$defs": _rules()["$defs"]}).iter_errors(value)
    return [Flaw(str(next(iter(error.absolute_path), field)), *_in_words(error)) for error in errors]


def _in_words(error: ValidationError) -> tuple[str, str]:
    expected = error.schema.get("description", "") if isinstance(error.schema, Mapping) else ""
    message = f"{str(error.instance)[:60]!r} is not" if expected else f"{error.message[:200]}."
    return (f"{message} {expected}.", "Correct it.") if expected else (message, "Correct it.")


def _question_flaws(item: Mapping[str, Any]) -> Iterator[Flaw]:
    if item["id"] not in QUESTIONS:
        yield Flaw("id", "there is no such question.", f"Known: {', '.join(QUESTIONS)}.")
    choices = ("yes", "no", "not-sure", *CHOICES.get(item["id"], ()))
    if item["answer"] not in choices:
        yield Flaw("answer", f"{item['answer']!r} is not an answer to it.", f"Write one of: {', '.join(choices)}.")


def _attestation_flaws(item: Mapping[str, Any]) -> Iterator[Flaw]:
    if item["answer"] not in ("yes", "no", "not-sure"):
        yield Flaw("answer", f"{item['answer']!r} is not an answer to it.", "Write yes, no or not-sure.")
    if not item["expires"]:
        yield Flaw("expires", "an attestation must end.", "Add expires: with a date at most a year after at:.")
    if item["answer"] == "yes" and not item.get("link"):
        yield Flaw("link", "an attestation needs a proof.", "Add link: to what shows it.")


def _order_flaws(item: Mapping[str, Any]) -> Iterator[Flaw]:
    if not item["expires"]:
        return
    length = parse(item["expires"]) - parse(item["at"])
    if not timedelta(0) < length <= LONGEST:
        yield Flaw("expires", "it must end after it was given, and within a year.", "Correct at: or expires:.")
