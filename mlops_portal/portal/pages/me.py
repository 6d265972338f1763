"""One's own work: what waits for this person, what they asked for, began and took on; their tokens and account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.models import Assessment, RoadmapStep
from assessments.models.planning import StepState
from assessments.selectors.frameworks import frameworks_in_force
from assessments.transitions import ANSWERABLE
from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import is_governance, is_operator
from mlops_portal.api.tokens import live_tokens
from mlops_portal.kernel import clock
from mlops_portal.portal.needs import Need, due, needs
from mlops_portal.projects.selectors import visible_projects
from mlops_portal.reviews.models import Review
from mlops_portal.reviews.selectors import requested_by

#: So many of each are listed.
MOST = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a roadmap with the words of its criterion."""

    step: RoadmapStep
    statement: str
    late: bool


@dataclass(frozen=True, slots=True)
class View:
    """What the template walks through."""

    needs: tuple[Need, ...]
    drafts: list[Assessment]
    requests: list[Review]
    steps: tuple[Step, ...]
    tokens: int
    roles: tuple[str, ...]


def _drafts(person: User) -> QuerySet[Assessment]:
    """Assessments that can still be answered and that this person began or has a hand in."""
    mine = Assessment.objects.filter(Q(started_by=person) | Q(drafted__by=person), state__in=sorted(ANSWERABLE))
    seen = mine.filter(project__in=visible_projects(person)).select_related("project")
    return seen.distinct().defer("answers", "scorecard", "evidence", "summary", "agreements", "reasons")


def _statement(criterion: str) -> str:
    placed = (framework.placed.get(criterion) for framework in frameworks_in_force())
    return next((found.criterion.statement for found in placed if found), criterion)


def _steps(person: User, today: date) -> tuple[Step, ...]:
    rows = RoadmapStep.objects.filter(owner=person, state=StepState.OPEN, project__in=visible_projects(person))
    shown = rows.select_related("project")[:MOST]
    return tuple(Step(step, _statement(step.criterion), bool(step.due and step.due < today)) for step in shown)


def _roles(person: User) -> tuple[str, ...]:
    said = {"governance": is_governance(person), "operator": is_operator(person)}
    return tuple(word for word, holds in said.items() if holds)


@require_safe
@login_required
def me_page(request: HttpRequest) -> HttpResponse:
    """``GET /me/``: for whoever is signed in, about nobody else."""
    person = request.user
    assert isinstance(person, User)  # noqa: S101 – the decorator has seen to it; this tells the type checker
    view = View(
        needs=needs(person),
        drafts=list(_drafts(person)[:MOST]),
        requests=list(requested_by(person)[:MOST]),
        steps=_steps(person, clock.now().date()),
        tokens=live_tokens(person).count(),
        roles=_roles(person),
    )
    return render(request, "portal/me.html", {"view": view})


@require_safe
@login_required
def due_part(request: HttpRequest) -> HttpResponse:
    """``GET /me/due/``: the part of the portfolio's strip that takes longer to know, as lines of a list."""
    return render(request, "portal/needs_lines.html", {"needs": due(request.user)})
