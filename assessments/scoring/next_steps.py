"""What to do next: the cheapest path to the next confirmed level, each step with its reason, its cure and its owner."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import TopologicalSorter

from assessments.checks.base import SOURCE_NAMES
from assessments.checks.verdict import Outcome
from assessments.evidence import SEEING, Evidence
from assessments.scoring.blind_spots import source_of, unsettled_checks
from assessments.scoring.judging import Judgement
from assessments.scoring.plan import Plan, PlannedCriterion
from assessments.scoring.reasons import UNSETTLED, asked, grouped, listed, with_outcome
from assessments.scoring.rules import State, interval
from assessments.scoring.scorecard import CheckResult, Cure, Effort, NextStep, Path

Results = Mapping[str, CheckResult]

#: What a step counts for when paths are compared: about the days of S, M and L; letting us see costs little.
COSTS = {Effort.SMALL: 1, Effort.MEDIUM: 5, Effort.LARGE: 20}

#: So many questions are counted in a sentence, not quoted.
MANY = 3

#: Failing first.
RANK = {
    Outcome.NOT_MET: 0,
    Outcome.PARTIAL: 1,
    Outcome.STALE: 2,
    Outcome.ERROR: 3,
    Outcome.UNKNOWN: 4,
    Outcome.MET: 5,
    Outcome.NOT_APPLICABLE: 6,
}


def cure_of(planned: PlannedCriterion, plan: Plan, results: Results, outcome: Outcome) -> Cure:
    """Change the project, or let us see what is there: the latter where an answer is only lacking sight."""
    if outcome is Outcome.NOT_MET or with_outcome(planned, results, Outcome.PARTIAL):
        return Cure.DO_IT
    if outcome in UNSETTLED or unsettled_checks(planned, plan, results):
        return Cure.LET_US_SEE
    return Cure.DO_IT


def effort_of(planned: PlannedCriterion, cure: Cure) -> Effort:
    """Letting us see is small work, whatever the criterion itself takes."""
    return Effort.SMALL if cure is Cure.LET_US_SEE else Effort(planned.criterion.effort)


def _see(planned: PlannedCriterion, plan: Plan, results: Results, standing: Mapping[str, Evidence]) -> str:
    by_source: dict[str, list[str]] = {}
    for name in unsettled_checks(planned, plan, results):
        by_source.setdefault(source_of(plan.by_id[name], standing), []).append(name)
    parts = [_see_source(source, names, plan, results, standing) for source, names in by_source.items()]
    return " ".join([*parts, f"If it is not done yet: {planned.criterion.remedy}"])


def _see_source(source: str, names: list[str], plan: Plan, results: Results, standing: Mapping[str, Evidence]) -> str:
    if source == "human":
        return f"Answer in the portal or in mlops.yaml: {asked(names, plan.catalogue)} ({listed(names)})."
    if _looked(source, standing) and all(results[name].verdict.outcome is Outcome.UNKNOWN for name in names):
        return grouped(names, results)
    answered = f"{_questions(names, plan)} can be answered ({listed(names)})"
    return f"Let us see {SOURCE_NAMES.get(source, source)}, so that {answered}."


def _questions(names: list[str], plan: Plan) -> str:
    return asked(names, plan.catalogue) if len(names) < MANY else f"{len(names)} questions"


def _looked(source: str, standing: Mapping[str, Evidence]) -> bool:
    """Whether the source was seen: then "let us see it" is no advice, and the checks' own reasons are."""
    sights = [item.sight for topic, item in standing.items() if topic.partition(".")[0] == source]
    return bool(sights) and all(sight in SEEING for sight in sights)


def _do(planned: PlannedCriterion, plan: Plan, results: Results) -> str:
    """The remedy of the one check that fails, or that of the whole criterion."""
    failing = with_outcome(planned, results, Outcome.NOT_MET, Outcome.PARTIAL)
    return plan.catalogue[failing[0]].remedy if len(failing) == 1 else planned.criterion.remedy


class _Steps:
    """Builds the steps of one project's path."""

    def __init__(
        self,
        plan: Plan,
        results: Results,
        standing: Mapping[str, Evidence],
        judgements: Mapping[str, Judgement],
        target: int,
    ) -> None:
        self.plan, self.results, self.standing, self.judgements = plan, results, standing, judgements
        self.target = target

    def cure(self, name: str) -> Cure:
        return cure_of(self.plan.criteria[name], self.plan, self.results, self.judgements[name].outcome)

    def effort(self, name: str) -> Effort:
        """Beyond the target nothing is taken to be there and only unseen: no detour over what a project may not use."""
        planned = self.plan.criteria[name]
        beyond = planned.level is None or planned.level > self.target
        return Effort(planned.criterion.effort) if beyond else effort_of(planned, self.cure(name))

    def cost(self, name: str) -> int:
        return COSTS[self.effort(name)]

    def order(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Prerequisites first; among what can be done at once the failing, the lower and the smaller first."""
        sorter = TopologicalSorter({n: set(self.plan.criteria[n].criterion.after) & set(names) for n in names})
        sorter.prepare()
        ordered: list[str] = []
        ready: list[str] = []
        while sorter.is_active():
            ready = sorted([*ready, *sorter.get_ready()], key=self.urgency)
            ordered.append(ready.pop(0))
            sorter.done(ordered[-1])
        return tuple(ordered)

    def urgency(self, name: str) -> tuple[int, int, int, int]:
        level = self.plan.criteria[name].level or 0
        return RANK[self.judgements[name].outcome], level, self.cost(name), self.plan.rule.ids.index(name)

    def step(self, name: str, taken: tuple[str, ...]) -> NextStep:
        planned, judgement, cure = self.plan.criteria[name], self.judgements[name], self.cure(name)
        criterion = planned.criterion
        see = cure is Cure.LET_US_SEE
        failing = with_outcome(planned, self.results, Outcome.NOT_MET, Outcome.PARTIAL)
        return NextStep(
            criterion=name,
            dimension=criterion.dimension,
            level=self.plan.level_of(name) or self.target,
            outcome=judgement.outcome,
            cure=cure,
            effort=self.effort(name),
            owner=criterion.owner,
            reason=judgement.reason,
            remedy=_see(planned, self.plan, self.results, self.standing)
            if see
            else _do(planned, self.plan, self.results),
            checks=unsettled_checks(planned, self.plan, self.results) if see else failing,
            after=tuple(other for other in criterion.after if other in taken),
        )


def find_path(
    plan: Plan,
    results: Results,
    standing: Mapping[str, Evidence],
    judgements: Mapping[str, Judgement],
    state: State,
) -> Path:
    """The cheapest path to the next confirmed overall level; without a target when none that can be seen is higher."""
    rule = plan.rule
    target = rule.overall(rule.confirmed(state)) + 1
    if target > plan.framework.top_level:
        return Path(None, (), interval(rule, state))
    steps = _Steps(plan, results, standing, judgements, target)
    todo = rule.ids_of(rule.bits_of(rule.ids) & ~(state.met | state.absent))
    after = {name: plan.criteria[name].criterion.after for name in todo}
    chosen = rule.path(state, target, {name: steps.cost(name) for name in todo}, after)
    if chosen is None:
        return Path(None, (), interval(rule, state))
    names = steps.order(chosen)
    return Path(target, tuple(steps.step(name, names) for name in names), interval(rule, rule.finished(state, chosen)))
