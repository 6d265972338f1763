"""What the roadmap shows: planned steps with owner, day and effect; what the cheapest path asks for beyond them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from assessments.frameworks.framework import Framework
from assessments.models import RoadmapStep
from assessments.models.planning import StepState
from assessments.scoring.scorecard import CriterionResult, Interval, NextStep, Scorecard
from assessments.scoring.what_if import what_if
from assessments.selectors.exemptions import readable
from assessments.selectors.frameworks import framework_in_force, frameworks_in_force
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK, live_scoring, live_scorings
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import NotFound
from mlops_portal.projects.models import Project, Role


@dataclass(frozen=True, slots=True)
class StepLine:
    """A planned step: the criterion's words, what it would take, how it stands now, whether its day is over."""

    step: RoadmapStep
    statement: str
    remedy: str
    effort: str
    result: CriterionResult | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A step of the cheapest path that nobody has taken on."""

    next: NextStep
    statement: str


@dataclass(frozen=True, slots=True)
class RoadmapPage:
    """Everything the page shows. ``now`` is None before the first scoring, ``then`` the level once all is finished."""

    planned: tuple[StepLine, ...]
    settled: tuple[StepLine, ...]
    suggestions: tuple[Suggestion, ...]
    target: int | None
    now: Interval | None
    then: Interval | None
    leads_to: Interval | None


def live_card(project: Project, framework: str = DEFAULT_FRAMEWORK) -> Scorecard | None:
    """The live scorecard under one framework; None before the first scoring."""
    live = live_scoring(project, framework)
    return readable(live) if live else None


def criterion_now(project: Project, name: str) -> CriterionResult | None:
    """How a criterion stands in the first framework in force that has it and was scored; one query."""
    live = live_scorings(project)
    for framework in frameworks_in_force():
        card = readable(live[framework.id]) if name in framework.placed and framework.id in live else None
        if card is not None:
            return results(card).get(name)
    return None


def results(card: Scorecard | None) -> Mapping[str, CriterionResult]:
    """Every criterion's result by id."""
    return {c.id: c for d in card.dimensions for c in d.criteria} if card else {}


def finishing(card: Scorecard | None, framework: Framework, names: Iterable[str]) -> Interval | None:
    """The level once these criteria are met as well; those of other frameworks are left out."""
    return None if card is None else what_if(card, framework, [name for name in names if name in framework.placed])


def roadmap_page(project: Project) -> RoadmapPage:
    """The roadmap of a project under the default framework, in two queries."""
    framework, card = framework_in_force(DEFAULT_FRAMEWORK), live_card(project)
    found = results(card)
    rows = list(project.roadmap.select_related("owner", "planned_by"))
    lines = [_line(row, found) for row in rows]
    planned = tuple(line for line in lines if line.step.state == StepState.OPEN)
    settled = [line for line in lines if line.step.state != StepState.OPEN]
    names = {line.step.criterion for line in planned}
    path = card.path if card else None
    return RoadmapPage(
        planned=planned,
        settled=tuple(sorted(settled, key=lambda line: line.step.settled_at or line.step.planned_at, reverse=True)),
        suggestions=tuple(
            _suggestion(step, framework) for step in (path.steps if path else ()) if step.criterion not in names
        ),
        target=path.target if path else None,
        now=card.overall if card else None,
        then=finishing(card, framework, names),
        leads_to=finishing(card, framework, {*names, *(s.criterion for s in (path.steps if path else ()))}),
    )


def _line(step: RoadmapStep, found: Mapping[str, CriterionResult]) -> StepLine:
    having = (framework for framework in frameworks_in_force() if step.criterion in framework.placed)
    words = next((framework.criterion(step.criterion) for framework in having), None)
    return StepLine(
        step=step,
        statement=words.statement if words else step.criterion,
        remedy=words.remedy if words else "",
        effort=words.effort if words else "",
        result=found.get(step.criterion),
        overdue=is_overdue(step, clock.now().date()),
    )


def is_overdue(step: RoadmapStep, today: date) -> bool:
    """Whether its day is over and it is not settled."""
    return step.state == StepState.OPEN and step.due is not None and step.due < today


def _suggestion(step: NextStep, framework: Framework) -> Suggestion:
    placed = framework.placed.get(step.criterion)
    return Suggestion(step, placed.criterion.statement if placed else step.criterion)


def step_of(project: Project, number: int) -> RoadmapStep:
    """One step of a project that the caller has found to be visible. Raises NotFound."""
    found = project.roadmap.select_related("owner", "planned_by", "project").filter(pk=number).first()
    if found is None:
        raise NotFound("There is no such step.", do="Look at the roadmap of the project.")
    return found


def step_line(step: RoadmapStep) -> StepLine:
    """One step with its words, in one query."""
    return _line(step, results(live_card(step.project)))


def effect_of(step: RoadmapStep) -> tuple[Interval, Interval] | None:
    """The level now, and once this step alone is finished; None before the first scoring, or of another framework."""
    framework, card = framework_in_force(DEFAULT_FRAMEWORK), live_card(step.project)
    if card is None or step.criterion not in framework.placed:
        return None
    return card.overall, finishing(card, framework, [step.criterion]) or card.overall


def people(project: Project) -> list[User]:
    """Who may own a step: members who contribute, by name; one query."""
    working = project.memberships.exclude(role=Role.VIEWER).values("user")
    return list(User.objects.filter(pk__in=working, is_active=True).order_by("first_name", "username"))
