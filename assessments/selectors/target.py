"""What the page of a project's target reads: what each level asks for, what it would cost, who set it before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from assessments.frameworks.framework import Framework, Level
from assessments.models import Scoring
from assessments.scoring.scorecard import CriterionResult, Effort, Interval, Scorecard
from assessments.selectors.exemptions import readable
from assessments.selectors.frameworks import framework_in_force
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK, interval_of, live_scoring
from mlops_portal.audit.models import AuditEntry
from mlops_portal.projects.models import Project

#: The page tells of at most so many former targets.
MOST_FORMER = 10


@dataclass(frozen=True, slots=True)
class LevelCost:
    """One level: how many of its criteria are open, and how many of those are of each effort.

    ``total`` is 0 before the first scoring. ``so_far`` counts what is open up to and with this level.
    """

    level: Level
    total: int
    efforts: Mapping[Effort, int]
    so_far: int

    @property
    def open(self) -> int:
        """The criteria of this level that are not met."""
        return sum(self.efforts.values())

    @property
    def counts(self) -> tuple[int, ...]:
        """How many are S, M and L."""
        return tuple(self.efforts.get(effort, 0) for effort in Effort)


@dataclass(frozen=True, slots=True)
class TargetPage:
    """``now`` is None before the first scoring; ``former`` are the entries of the trail, the newest first."""

    now: Interval | None
    levels: tuple[LevelCost, ...]
    former: tuple[AuditEntry, ...]


def target_page(project: Project) -> TargetPage:
    """The levels of the default framework, what each would cost this project, and former targets; two queries."""
    framework, live = framework_in_force(DEFAULT_FRAMEWORK), live_scoring(project, DEFAULT_FRAMEWORK)
    return TargetPage(interval_of(live), _costs(framework, _card(live)), _former(project))


def _card(live: Scoring | None) -> Scorecard | None:
    return readable(live) if live else None


def _costs(framework: Framework, card: Scorecard | None) -> tuple[LevelCost, ...]:
    """On the cheapest path a step costs what the path says: letting us see something is little work."""
    by_path = {step.criterion: step.effort for step in card.path.steps} if card else {}
    costs, so_far = [], 0
    for level in framework.levels:
        found = [result for result in _results(card) if result.level == level.number]
        efforts = Counter(_effort(framework, by_path, r) for r in found if not r.counts_as_met)
        so_far += efforts.total()
        costs.append(LevelCost(level, len(found), efforts, so_far))
    return tuple(costs)


def _results(card: Scorecard | None) -> list[CriterionResult]:
    return [result for dimension in card.dimensions for result in dimension.criteria] if card else []


def _effort(framework: Framework, by_path: Mapping[str, Effort], result: CriterionResult) -> Effort:
    if result.id in by_path:
        return by_path[result.id]
    known = framework.placed.get(result.id)
    return Effort(known.criterion.effort) if known else Effort.MEDIUM


def _former(project: Project) -> tuple[AuditEntry, ...]:
    entries = AuditEntry.objects.filter(subject_kind="projects.project", subject_id=str(project.pk))
    return tuple(entries.filter(verb="project.target-set").order_by("-sequence")[:MOST_FORMER])
