"""The collector of source ``human``: people's answers from ``mlops.yaml`` in the repository, or from a file given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from assessments.collectors.answers import read_answers
from assessments.collectors.git.access import Access, open_repository
from assessments.collectors.git.answers import NAME, answers_text
from assessments.collectors.git.refusals import CannotLook, OutOfTime
from assessments.collectors.request import Request
from assessments.evidence import Evidence, Sight

#: Name and version of this collector, stamped on its evidence.
COLLECTOR = "human/1"

TOPIC = "human.file"

#: Finds the text of ``mlops.yaml`` and its path; None when there is none. May raise CannotLook and OutOfTime.
Finder = Callable[[Request], tuple[str, str] | None]

#: Answers are a few kB; anything larger is a mistake.
LARGEST = 1_000_000


def answers_evidence(text: str, where: str, request: Request) -> list[Evidence]:
    """Evidence of topic ``human.file`` from the text of ``mlops.yaml``; payload as ``read_answers`` gives it."""
    return [_evidence(request, Sight.OK, payload=read_answers(text, where))]


class HumanCollector:
    """Reads people's answers. No ``mlops.yaml`` is seen as such (EMPTY), so that one deleted is noticed."""

    source = "human"

    def __init__(self, finder: Finder | None = None) -> None:
        self._find = finder or in_repository(Access())

    def configured(self, request: Request) -> bool:
        """Whether there is a place where answers could be."""
        return bool(request.answers or request.repository)

    def collect(self, request: Request) -> list[Evidence]:
        """Return one piece of evidence: what people say, that they say nothing, or why it could not be read."""
        try:
            found = _given(request.answers) if request.answers else self._find(request)
        except CannotLook as error:
            return [_evidence(request, error.sight, message=str(error))]
        except OutOfTime:
            return [_evidence(request, Sight.UNREACHABLE, message="Reading the repository took too long.")]
        except Exception as error:  # noqa: BLE001 – collectors never raise: what went wrong is evidence
            return [_evidence(request, Sight.ERROR, message=f"Reading {NAME} failed ({type(error).__name__}).")]
        return answers_evidence(*found, request) if found else [_evidence(request, Sight.EMPTY, payload=_nothing())]


def _nothing() -> dict[str, Any]:
    return {**read_answers("{}", NAME), "path": ""}


def _given(path: Path) -> tuple[str, str]:
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise CannotLook(f"The answers file {path} cannot be read: {error.strerror}.") from None
    return content.decode("utf-8-sig", "replace"), path.name


def in_repository(access: Access) -> Finder:
    """A finder that looks into the repository itself, where ``access`` lets it."""

    def find(request: Request) -> tuple[str, str] | None:
        with open_repository(request, access) as repository:
            return answers_text(repository, repository.subpath, seconds=min(20.0, request.seconds))

    return find


def _evidence(request: Request, sight: Sight, *, payload: dict[str, Any] | None = None, message: str = "") -> Evidence:
    return Evidence(
        topic=TOPIC,
        subject=(payload or {}).get("path") or NAME,
        sight=sight,
        effective_at=request.now,
        collected_at=request.now,
        payload=payload or {},
        message=message,
        collector=COLLECTOR,
    )
