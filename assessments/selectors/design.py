"""What the page of a project's design reads: the accepted one, the one being written, and those before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from assessments.models import DesignReview
from assessments.models.planning import OPEN_DESIGN, DesignState
from mlops_portal.kernel.errors import NotFound
from mlops_portal.projects.models import Project
from mlops_portal.reviews.models import Decision, Review

#: The page lists at most so many of those that ended.
MOST_ENDED = 50
#: There is one in each of these groups of states at most.
CURRENT = (DesignState.ACCEPTED, *OPEN_DESIGN)


@dataclass(frozen=True, slots=True)
class DesignLine:
    """One design, its newest review, and the last decision in that (None where there is none)."""

    design: DesignReview
    review: Review | None
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class DesignPage:
    """``accepted`` counts, ``open`` is being written or decided, ``ended`` are those before, the newest first."""

    accepted: DesignLine | None
    open: DesignLine | None
    ended: tuple[DesignLine, ...]


def open_design(project: Project) -> DesignReview:
    """The design that is being written or decided. Raises NotFound."""
    found = _with_people(project).filter(state__in=OPEN_DESIGN).first()
    if found is None:
        raise NotFound("No design is being written.", do="Begin one on the page of the design review.")
    return found


def design_page(project: Project) -> DesignPage:
    """All designs of a project with their people and decisions, in five queries at most."""
    now = list(_with_people(project).filter(state__in=CURRENT))
    ended = list(_with_people(project).exclude(state__in=CURRENT)[:MOST_ENDED])
    reviews = _reviews([*now, *ended])
    lines = [_line(row, reviews.get(str(row.pk))) for row in (*now, *ended)]
    accepted = next((line for line in lines if line.design.state == DesignState.ACCEPTED), None)
    found = next((line for line in lines if line.design.state in OPEN_DESIGN), None)
    return DesignPage(accepted, found, tuple(lines[len(now) :]))


def _line(design: DesignReview, review: Review | None) -> DesignLine:
    decisions = list(review.decisions.all()) if review else []
    return DesignLine(design, review, decisions[-1] if decisions else None)


def _reviews(rows: list[DesignReview]) -> Mapping[str, Review]:
    """The newest review of each."""
    found = Review.objects.filter(kind="design-review", subject_id__in=[str(row.pk) for row in rows])
    return {r.subject_id: r for r in found.prefetch_related("decisions__reviewer").order_by("opened_at", "id")}


def _with_people(project: Project) -> QuerySet[DesignReview]:
    rows = DesignReview.objects.filter(project=project)
    return rows.select_related("project", "started_by", "submitted_by", "decided_by")
