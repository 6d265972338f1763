"""What CI may post about a project: each topic has a JSON Schema in ``schemas/pushed.*.json``. Pure.

A document is ``{"topic": "pushed.ci", "payload": {…}, "effective_at"?: ISO time, "link"?: http(s) address}``; without
``effective_at`` the payload's own ``finished_at`` tells when it was true, else now.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from assessments.evidence import Evidence, Sight
from mlops_portal.kernel.clock import parse
from mlops_portal.kernel.digest import canonical
from mlops_portal.kernel.errors import Invalid

#: Name and version of this reader, stamped on its evidence.
COLLECTOR = "pushed/1"

#: A document is never larger (bytes of its JSON), and never reports more than this into the future (clocks differ).
LARGEST, CLOCK_SKEW = 64_000, timedelta(minutes=5)

FIELDS = frozenset({"topic", "payload", "effective_at", "link"})

#: Payload fields that are times, besides being text.
TIMES = frozenset({"finished_at"})

_SCHEMAS = Path(__file__).with_name("schemas")
_LINK = re.compile(r"https?://[^\s/@?#]+(?:[/?#]\S*)?")


@cache
def topics() -> tuple[str, ...]:
    """The topics that may be posted."""
    return tuple(sorted(path.stem for path in _SCHEMAS.glob("pushed.*.json")))


@cache
def _validator(topic: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((_SCHEMAS / f"{topic}.json").read_text(encoding="utf-8")))


def parse_pushed(document: Mapping[str, Any], *, now: datetime, project: str) -> Evidence:
    """Evidence from what was posted for ``project`` (its slug). Raises Invalid, naming the field and what to write."""
    _check_size(document)
    _check_fields(document)
    topic, payload = _topic(document), document["payload"]
    _check_payload(topic, payload)
    for field in sorted(TIMES & payload.keys()):
        _moment(payload[field], f"payload.{field}", now)
    moment = document.get("effective_at") or payload.get("finished_at")
    return Evidence(
        topic=topic,
        subject=project,
        sight=Sight.OK,
        effective_at=_moment(moment, "effective_at", now) if moment else now,
        collected_at=now,
        payload=payload,
        link=_link(document) or str(payload.get("url", "")),
        collector=COLLECTOR,
    )


def _check_size(document: Mapping[str, Any]) -> None:
    if not isinstance(document, Mapping):
        raise Invalid("The document must be a JSON object.", do='Post {"topic": …, "payload": {…}}.')
    try:
        size = len(canonical(document))
    except (TypeError, ValueError, RecursionError):
        raise Invalid("The document holds something that is not JSON.", do="NaN and Infinity are not JSON.") from None
    if size > LARGEST:
        raise Invalid(f"The document has {size} bytes; at most {LARGEST} are taken.", do="Post a summary and a link.")


def _check_fields(document: Mapping[str, Any]) -> None:
    if strange := sorted(document.keys() - FIELDS):
        raise Invalid(f"Unknown field {strange[0][:60]!r}.", do=f"Known: {', '.join(sorted(FIELDS))}.")
    if not isinstance(document.get("payload"), dict):
        raise Invalid("payload: an object is required.")


def _topic(document: Mapping[str, Any]) -> str:
    topic = document.get("topic")
    if topic not in topics():
        raise Invalid(f"topic: {str(topic)[:60]!r} cannot be posted.", do=f"Known: {', '.join(topics())}.")
    return str(topic)


def _check_payload(topic: str, payload: Mapping[str, Any]) -> None:
    problems = list(_problems(_validator(topic).iter_errors(payload)))
    if problems:
        raise Invalid(" ".join(problems[:5]), do=f"See the schema of {topic}.")
    if payload.get("branch") != payload.get("default_branch"):
        raise Invalid(
            f"payload.branch: {payload['branch']!r} is not the default branch {payload['default_branch']!r}, "
            "and a result of another branch must not hide its last one.",
            do="Post from the default branch only.",
        )


def _problems(errors: Iterator[ValidationError]) -> Iterator[str]:
    for error in sorted(errors, key=lambda error: (list(map(str, error.absolute_path)), error.message)):
        field = ".".join(("payload", *map(str, error.absolute_path)))
        expected = error.schema.get("description", "") if isinstance(error.schema, Mapping) else ""
        yield f"{field}: {error.message[:200]}{f' (expected: {expected})' if expected else ''}."


def _moment(value: Any, field: str, now: datetime) -> datetime:
    try:
        moment = parse(value)
    except (TypeError, ValueError, OverflowError):
        raise Invalid(f"{field}: {str(value)[:60]!r} is no ISO 8601 time.", do="Write 2026-11-20T12:00:00Z.") from None
    if moment > now + CLOCK_SKEW:
        raise Invalid(f"{field}: {value} lies in the future.", do="Check the clock of the machine that posts.")
    return min(moment, now)


def _link(document: Mapping[str, Any]) -> str:
    link = document.get("link", "")
    if link and not (isinstance(link, str) and len(link) <= 1000 and _LINK.fullmatch(link)):
        raise Invalid("link: an http(s) address without a password is required.")
    return str(link)
