"""What people answered in the portal, in the shape in which it counts: evidence of topic ``human.form``.

There is one such topic per project, while each framework has its own accepted assessment: the evidence holds the
answers of all of them, of each question the newest. Its payload is described in ``assessments.checks.human``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from assessments.evidence import Evidence, Sight
from assessments.models import Answer, Assessment
from assessments.selectors.evidence import standing_evidence
from assessments.transitions import ANSWERABLE, State

TOPIC = "human.form"

#: Stamped on the evidence as what collected it.
COLLECTOR = "portal form"

Payload = Mapping[str, Any]


def end_of(day: date | None) -> str:
    """The ISO time at which an answer that expires on ``day`` ends; "" when it has no end of its own."""
    return datetime.combine(day, time(), UTC).isoformat() if day else ""


def said(answer: Answer) -> dict[str, Any]:
    """One answer in its stored form."""
    return {
        "id": answer.item,
        "answer": answer.answer,
        "text": answer.text,
        "link": answer.link,
        "by": answer.said_by or answer.by.display_name,
        "at": answer.at.isoformat(),
        "expires": end_of(answer.expires),
    }


def drafted(assessment: Assessment) -> list[Answer]:
    """The answers as they are now, by item, with who gave them; one query."""
    return list(Answer.objects.filter(assessment=assessment).select_related("by").order_by("item"))


def payload_of(assessment: Assessment, answers: Iterable[Answer]) -> dict[str, Any]:
    """These answers of an assessment, with what was agreed, as the payload that submitting freezes."""
    return {"answers": [said(answer) for answer in answers], "errors": [], "agreements": assessment.agreements}


def _others(assessment: Assessment) -> list[tuple[Payload, datetime]]:
    """What was accepted under other frameworks, the oldest first; one query."""
    accepted = Assessment.objects.filter(project=assessment.project_id, state=State.ACCEPTED)
    rows = accepted.exclude(framework=assessment.framework).order_by("submitted_at", "pk")
    return [(answers, at) for answers, at in rows.values_list("answers", "submitted_at") if at is not None]


def _together(payloads: Iterable[Payload]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    agreements: dict[str, Any] = {}
    for payload in payloads:
        agreements |= payload.get("agreements", {})
        for item in payload.get("answers", ()):
            if item["id"] not in answers or answers[item["id"]]["at"] <= item["at"]:
                answers[item["id"]] = item
    return {"answers": [answers[key] for key in sorted(answers)], "errors": [], "agreements": agreements}


def form_evidence(assessment: Assessment, payload: Payload, at: datetime) -> Evidence:
    """The evidence there is when ``payload`` is what this assessment says; one query.

    True as of the newest submission in it, ``at`` while its answers can be changed.
    """
    others = _others(assessment)
    submitted = None if assessment.state in ANSWERABLE else assessment.submitted_at
    return Evidence(
        topic=TOPIC,
        subject=assessment.project.slug,
        sight=Sight.OK,
        effective_at=max([submitted or at, *(moment for _, moment in others)]),
        collected_at=at,
        payload=_together([*(other for other, _ in others), payload]),
        collector=COLLECTOR,
    )


def evidence_with(assessment: Assessment, payload: Payload, at: datetime) -> tuple[Evidence, ...]:
    """What stands of the project, with ``payload`` in the place of what people answered here so far."""
    standing = (item for item in standing_evidence(assessment.project) if item.topic != TOPIC)
    return (*standing, form_evidence(assessment, payload, at))
