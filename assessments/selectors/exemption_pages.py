"""What the pages of waivers read: what holds, what is asked for, what ended; one of them; what can be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from assessments.models import Exemption, Scoring
from assessments.models.exemption import ExemptionState
from assessments.selectors.exemptions import is_running, readable, standing
from assessments.selectors.frameworks import frameworks_in_force
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK, live_scoring
from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import NotFound
from mlops_portal.projects.models import Project
from mlops_portal.reviews.models import Review


@dataclass(frozen=True, slots=True)
class ExemptionLine:
    """One exception as lists show it: where it stands, and the criterion's words ("" for one no longer known)."""

    exemption: Exemption
    standing: str
    statement: str


@dataclass(frozen=True, slots=True)
class ExemptionsPage:
    """The exceptions of a project: what holds (or will), what is asked for, what ended. The newest first."""

    active: tuple[ExemptionLine, ...]
    asked: tuple[ExemptionLine, ...]
    ended: tuple[ExemptionLine, ...]


def statements() -> dict[str, str]:
    """Every criterion in force with its statement; the default framework's words go before."""
    return {c.id: c.statement for framework in reversed(frameworks_in_force()) for c in framework.criteria}


def exemptions_page(project: Project) -> ExemptionsPage:
    """All exceptions of a project with their people; one query. One that was renewed counts as ended."""
    rows = list(_with_people(project))
    renewed = {row.renews_id for row in rows if row.state == ExemptionState.GRANTED}
    words, at = statements(), clock.now()
    places: dict[str, list[ExemptionLine]] = {"active": [], "asked": [], "ended": []}
    for row in rows:
        stands = "renewed" if row.pk in renewed and is_running(row, at) else standing(row, at)
        places[_place(stands)].append(ExemptionLine(row, stands, words.get(row.criterion, "")))
    return ExemptionsPage(*(tuple(places[name]) for name in ("active", "asked", "ended")))


def _place(stands: str) -> str:
    if stands in ("active", "upcoming"):
        return "active"
    return "asked" if stands == ExemptionState.REQUESTED else "ended"


def _with_people(project: Project) -> QuerySet[Exemption]:
    return Exemption.objects.filter(project=project).select_related("requested_by", "decided_by", "revoked_by")


def exemption_of(project: Project, number: int) -> Exemption:
    """One exception of a project that the caller has found to be visible. Raises NotFound."""
    found = _with_people(project).select_related("project", "renews").filter(pk=number).first()
    if found is None:
        raise NotFound("There is no such waiver.", do="Look at the waivers of the project.")
    return found


def revocation_reason(exemption: Exemption) -> str:
    """Why it was revoked, as the trail has it."""
    entries = AuditEntry.objects.filter(subject_kind="assessments.exemption", subject_id=str(exemption.pk))
    found = entries.filter(verb=f"{exemption.kind}.revoked").order_by("-sequence").first()
    return found.reason if found else ""


def review_of(exemption: Exemption) -> Review | None:
    """The review of a request with its decisions and their people; two queries."""
    reviews = Review.objects.filter(kind=exemption.kind, subject_id=str(exemption.pk))
    return reviews.prefetch_related("decisions__reviewer").first()


@dataclass(frozen=True, slots=True)
class Choice:
    """A criterion that can be asked about; ``standing`` is its outcome in the default framework, "" where unknown."""

    id: str
    statement: str
    level: int | None
    standing: str


@dataclass(frozen=True, slots=True)
class Choices:
    """The criteria of one dimension."""

    dimension: str
    criteria: tuple[Choice, ...]


def choices(project: Project) -> tuple[Choices, ...]:
    """Every criterion in force by dimension, each once, with its level where it first occurs; one query."""
    outcomes = _outcomes(live_scoring(project, DEFAULT_FRAMEWORK))
    groups: dict[str, list[Choice]] = {}
    seen: set[str] = set()
    for framework in frameworks_in_force():
        for criterion in (c for c in framework.criteria if c.id not in seen):
            seen.add(criterion.id)
            said = outcomes.get(criterion.id, "")
            title = framework.dimension_title(criterion.dimension)
            found = Choice(criterion.id, criterion.statement, framework.level_of(criterion.id), said)
            groups.setdefault(title, []).append(found)
    return tuple(Choices(title, tuple(items)) for title, items in groups.items())


def _outcomes(live: Scoring | None) -> Mapping[str, str]:
    card = readable(live) if live else None
    dimensions = card.dimensions if card else ()
    return {c.id: "met" if c.counts_as_met else c.outcome.value for d in dimensions for c in d.criteria}


def statement_of(exemption: Exemption) -> str:
    """The words of its criterion; "" for one that no framework in force knows any more."""
    return statements().get(exemption.criterion, "")
