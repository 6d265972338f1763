"""What a new assessment begins with: the answers that still stand, from the last accepted one and ``mlops.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from assessments.checks.catalogue import load_catalogue
from assessments.collectors.human import TOPIC as FILE
from assessments.frameworks.framework import Framework
from assessments.models import Answer, Assessment
from assessments.selectors.asked import items_of
from assessments.selectors.assessments import accepted_assessment
from assessments.selectors.evidence import standing_evidence
from assessments.selectors.form import drafted, end_of
from mlops_portal.accounts.models import User
from mlops_portal.kernel.clock import parse


def carry_over(assessment: Assessment, framework: Framework, person: User) -> list[Answer]:
    """Give a new assessment every answer that stands, of each item the newest; each keeps its time and its end.

    ``person`` takes over what ``mlops.yaml`` says; who said so there is kept beside it.
    """
    found: dict[str, Answer] = {}
    for answer in (*_from_file(assessment, person), *_from_accepted(assessment)):
        if answer.item in items_of(framework) and _stands(answer, assessment.started_at):
            known = found.get(answer.item)
            found[answer.item] = answer if known is None or known.at <= answer.at else known
    return Answer.objects.bulk_create(found[item] for item in sorted(found))


def _from_accepted(assessment: Assessment) -> Iterator[Answer]:
    accepted = accepted_assessment(assessment.project, assessment.framework)
    for answer in drafted(accepted) if accepted else ():
        answer.pk, answer.assessment, answer.version = None, assessment, assessment.version
        answer._state.adding = True
        yield answer


def _from_file(assessment: Assessment, person: User) -> Iterator[Answer]:
    payloads = [item.payload for item in standing_evidence(assessment.project) if item.topic == FILE]
    for payload in payloads:
        yield from (_taken(assessment, person, item) for item in payload.get("answers", ()))


def _taken(assessment: Assessment, person: User, item: dict[str, Any]) -> Answer:
    return Answer(
        assessment=assessment,
        item=item["id"],
        answer=item["answer"],
        text=item.get("text", ""),
        link=item.get("link", ""),
        expires=parse(item["expires"]).astimezone(UTC).date() if item.get("expires") else None,
        by=person,
        said_by=f"{item.get('by') or 'Somebody'} (mlops.yaml)",
        at=parse(item["at"]),
        version=assessment.version,
    )


def _stands(answer: Answer, now: datetime) -> bool:
    """Whether an answer holds at ``now``: it has been given, and neither it nor its question's validity has ended."""
    if answer.at > now or (answer.expires is not None and parse(end_of(answer.expires)) <= now):
        return False
    catalogue = load_catalogue()
    return answer.item not in catalogue or answer.at + catalogue[answer.item].validity >= now
