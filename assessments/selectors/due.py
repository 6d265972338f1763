"""What is due in projects, or soon: the next assessment, answers and waivers that run out. For reminders and pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max

from assessments.checks.catalogue import load_catalogue
from assessments.checks.human import QUESTIONS, TOPICS, attestations, expired_attestations, reply_to
from assessments.evidence import Evidence
from assessments.models import Assessment, EvidenceRecord, Exemption, Policy
from assessments.models.exemption import ExemptionKind, ExemptionState
from assessments.selectors.evidence import from_record
from assessments.transitions import UNDECIDED, State
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project

#: So long before and after its day something is told of.
NEAR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due in a project: an "assessment", an "answer" or a "waiver" (``kind``).

    ``subject`` tells it from others of its kind; ``url_name`` and ``args`` lead to where something can be done.
    """

    project: Project
    kind: str
    subject: str
    on: date
    sentence: str
    url_name: str
    args: tuple[str | int, ...]


def due_on(project: Project) -> date:
    """The day on which the project's next assessment is due; two queries."""
    return due_days([project])[project.pk]


def due_days(projects: Iterable[Project]) -> dict[int, date]:
    """The same for many projects: their cadence, or their tier's, after the last accepted one; two queries."""
    projects = list(projects)
    cadences = dict(Policy.objects.values_list("risk_tier", "cadence_days"))
    usual = Policy().cadence_days
    rows = Assessment.objects.filter(project__in=projects, state=State.ACCEPTED).values("project")
    last = {row["project"]: row["at"] for row in rows.annotate(at=Max("submitted_at")).order_by()}
    return {
        project.pk: (last.get(project.pk) or project.created_at).date()
        + timedelta(days=project.cadence_days or cadences.get(project.risk_tier, usual))
        for project in projects
    }


def due_soon(projects: Iterable[Project], at: datetime | None = None) -> tuple[Due, ...]:
    """Everything due near ``at``, the earliest first; an assessment is told of until it is submitted; 5 queries."""
    by_id, at = {project.pk: project for project in projects}, at or clock.now()
    found = [*_assessments(by_id, at), *_answers(by_id, at), *_waivers(by_id, at)]
    return tuple(sorted(found, key=lambda due: (due.on, due.project.name, due.kind, due.subject)))


def _assessments(projects: Mapping[int, Project], at: datetime) -> Iterator[Due]:
    waiting = set(
        Assessment.objects.filter(project__in=projects, state__in=UNDECIDED).values_list("project_id", flat=True)
    )
    for pk, day in due_days(projects.values()).items():
        if pk not in waiting and day <= (at + NEAR).date():
            project = projects[pk]
            when = f"{'is' if day >= at.date() else 'was'} due on {day:%Y-%m-%d}"
            sentence = f"{project.name}: an assessment {when}."
            yield Due(project, "assessment", "", day, sentence, "assess", (project.slug,))


def _near(day: date, at: datetime) -> bool:
    return (at - NEAR).date() <= day <= (at + NEAR).date()


def _ends(day: date, at: datetime) -> str:
    return f"{'ends' if day > at.date() else 'ended'} on {day:%Y-%m-%d}"


def _answers(projects: Mapping[int, Project], at: datetime) -> Iterator[Due]:
    rows = EvidenceRecord.objects.filter(project__in=projects, topic__in=TOPICS, standing=True)
    standing: defaultdict[int, dict[str, Evidence]] = defaultdict(dict)
    for row in rows:
        standing[row.project_id][row.topic] = from_record(row)
    for pk, evidence in standing.items():
        for item, day in _ends_of(evidence, at):
            if _near(day, at):
                project = projects[pk]
                sentence = f"{project.name}: the answer to {item} {_ends(day, at)}."
                yield Due(project, "answer", item, day, sentence, "assess", (project.slug,))


def _ends_of(evidence: Mapping[str, Evidence], at: datetime) -> Iterator[tuple[str, date]]:
    """Every item that people answered, with the day on which its answer ends."""
    attested = {**expired_attestations(evidence, at), **attestations(evidence, at)}
    yield from ((item, attestation.expires.date()) for item, attestation in attested.items())
    catalogue = load_catalogue()
    for question in QUESTIONS:
        reply = reply_to(question, evidence, at)
        if reply is not None:
            ends = reply.at + catalogue[question].validity
            yield question, (min(ends, reply.expires) if reply.expires else ends).date()


def _waivers(projects: Mapping[int, Project], at: datetime) -> Iterator[Due]:
    rows = Exemption.objects.filter(project__in=projects, kind=ExemptionKind.WAIVER, state=ExemptionState.GRANTED)
    renewed = Exemption.objects.filter(state=ExemptionState.GRANTED, renews__isnull=False).values("renews")
    for row in rows.filter(expires__range=(at - NEAR, at + NEAR)).exclude(pk__in=renewed):
        day, project = (row.expires or at).date(), projects[row.project_id]
        sentence = f"{project.name}: the waiver of {row.criterion} {_ends(day, at)}."
        yield Due(project, "waiver", str(row.pk), day, sentence, "exemption", (project.slug, row.pk))
