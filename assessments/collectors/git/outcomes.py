"""How the git collector words what it saw, and what it could not see, as evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessments.collectors.git.address import parse_address
from assessments.collectors.git.refusals import CannotLook
from assessments.collectors.request import Request
from assessments.evidence import Evidence, Sight

#: The collector and its version, kept with every evidence.
COLLECTOR = "git/1"


def subject_of(identity: str, subpath: str) -> str:
    """Name what evidence speaks of: the repository, and the sub-path behind ``#``."""
    return f"{identity}#{subpath}" if subpath else identity


def asked_subject(request: Request) -> str:
    """Name what was asked for when it could not be opened; an address that was refused is not repeated."""
    try:
        return subject_of(parse_address(request.repository.strip()).identity, request.subpath.strip("/"))
    except CannotLook:
        return "a refused address"


def evidence(request: Request, topic: str, subject: str, payload: Mapping[str, Any]) -> Evidence:
    """What was seen of one topic; an empty payload is EMPTY."""
    sight = Sight.OK if payload else Sight.EMPTY
    return Evidence(topic, subject, sight, request.now, request.now, payload, collector=COLLECTOR)


def failed(request: Request, topic: str, subject: str, sight: Sight, message: str) -> Evidence:
    """Say that a topic could not be seen, and why."""
    return Evidence(topic, subject, sight, request.now, request.now, message=message, collector=COLLECTOR)
