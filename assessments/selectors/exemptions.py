"""What was granted to a project and bears on its score: waivers, and criteria that are not applicable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from assessments.frameworks.criteria import Criterion
from assessments.frameworks.framework import Framework
from assessments.models import Exemption, Scoring
from assessments.models.exemption import ExemptionKind, ExemptionState
from assessments.scoring.gate import passing_over, waived_names
from assessments.scoring.published import from_json
from assessments.scoring.scorecard import Interval, NotApplicable, Scorecard, Waiver
from assessments.selectors.frameworks import frameworks_in_force
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import Invalid
from mlops_portal.projects.models import Project


def granted(project: Project) -> tuple[Exemption, ...]:
    """Everything granted and not revoked, in one query; the clock tells which of the waivers still last."""
    return tuple(Exemption.objects.filter(project=project, state=ExemptionState.GRANTED))


def waivers(exemptions: Iterable[Exemption]) -> tuple[Waiver, ...]:
    """The waivers among them in the shape the engine reads."""
    return tuple(
        Waiver(item.criterion, item.text, item.starts, item.expires)
        for item in exemptions
        if item.kind == ExemptionKind.WAIVER and item.expires is not None
    )


def not_applicable(exemptions: Iterable[Exemption]) -> tuple[NotApplicable, ...]:
    """What does not arise, in the shape the engine reads."""
    return tuple(
        NotApplicable(item.criterion, item.text) for item in exemptions if item.kind == ExemptionKind.NOT_APPLICABLE
    )


def known_criterion(name: str) -> Criterion:
    """The criterion called ``name`` in a framework in force. Raises Invalid."""
    for framework in frameworks_in_force():
        if name in framework.placed:
            return framework.criterion(name)
    raise Invalid(f"No framework in force has a criterion {name[:40]!r}.", do="Choose one of them.", field="criterion")


def is_running(exemption: Exemption, at: datetime) -> bool:
    """Whether it was granted, not revoked, and has not ended (it may start later)."""
    return exemption.state == ExemptionState.GRANTED and (exemption.expires is None or exemption.expires > at)


def running(project: Project, kind: str, criterion: str, at: datetime) -> QuerySet[Exemption]:
    """What was granted for a criterion and has not ended."""
    rows = Exemption.objects.filter(project=project, kind=kind, criterion=criterion, state=ExemptionState.GRANTED)
    return rows.filter(Q(expires__isnull=True) | Q(expires__gt=at))


def latest(project: Project, kind: str, criterion: str) -> Exemption | None:
    """The last thing granted for a criterion and not revoked, ended or not."""
    rows = Exemption.objects.filter(project=project, kind=kind, criterion=criterion, state=ExemptionState.GRANTED)
    return rows.order_by("-expires", "-pk").first()


def standing(exemption: Exemption, at: datetime) -> str:
    """Where it stands for a reader: a state, or by the clock "active", "upcoming", "ended"."""
    if exemption.state != ExemptionState.GRANTED:
        return exemption.state
    if exemption.starts > at:
        return "upcoming"
    return "active" if is_running(exemption, at) else "ended"


@dataclass(frozen=True, slots=True)
class Effect:
    """What an exception changes under one framework: the criterion's level, the overall interval now and then."""

    framework: str
    kind: str
    level: int | None
    now: Interval
    gate_now: Interval
    then: Interval

    @property
    def sentence(self) -> str:
        """For a person."""
        if self.level is None:
            return "The criterion is shown without gating: nothing changes."
        if self.kind == ExemptionKind.NOT_APPLICABLE:
            same = f"Without it the level stays {self.now}."
            return same if self.then == self.now else f"Without it the level goes from {self.now} to {self.then}."
        stays = f"the level stays {self.now}"
        if self.then.confirmed > self.gate_now.confirmed:
            return f"Opens the gate for level {self.then.confirmed}; {stays}."
        return f"By itself it opens no gate, for more stands in the way of level {self.then.confirmed + 1}; {stays}."


def effects(project: Project, criterion: str, kind: str) -> tuple[Effect, ...]:
    """What the exception would change, under each framework that has the criterion and was scored; one query."""
    live = {row.framework: row for row in Scoring.objects.filter(project=project, live=True)}
    having = [f for f in frameworks_in_force() if criterion in f.placed and f.id in live]
    found = ((framework, readable(live[framework.id])) for framework in having)
    return tuple(_effect(framework, card, criterion, kind) for framework, card in found if card is not None)


def _effect(framework: Framework, card: Scorecard, criterion: str, kind: str) -> Effect:
    waived = waived_names(card, clock.now())
    already = frozenset() if kind == ExemptionKind.NOT_APPLICABLE else waived
    return Effect(
        framework=framework.title,
        kind=kind,
        level=framework.level_of(criterion),
        now=card.overall,
        gate_now=passing_over(card, waived),
        then=passing_over(card, already | {criterion}),
    )


def readable(scoring: Scoring) -> Scorecard | None:
    """The stored scorecard; None for one of a release whose form this one cannot read."""
    try:
        return from_json(scoring.scorecard)
    except (KeyError, ValueError, TypeError):
        return None
