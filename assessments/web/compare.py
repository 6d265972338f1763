"""Two assessments of a project, or one and the live scoring, side by side: what changed, and the one cause of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assessments.checks.catalogue import load_catalogue
from assessments.frameworks.framework import Framework
from assessments.models import Assessment
from assessments.scoring.changes import Change
from assessments.scoring.difference import difference
from assessments.scoring.scorecard import CriterionResult, DimensionResult, Interval, Scorecard
from assessments.scoring.stored import from_json
from assessments.selectors.assessments import assessment_for
from assessments.selectors.scorecards import live_scoring
from assessments.web.changes import ChangeLine, change_line
from assessments.web.chosen import said_in_address
from assessments.web.frozen import framework_of, readable
from mlops_portal.kernel.errors import Invalid, NotFound
from mlops_portal.web.visitors import viewer

#: In an address: what machines keep scoring, in place of a second assessment.
LIVE = "live"

#: No id has more digits, and Python refuses to read a number of thousands.
LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: what it is called, when it was scored, its page, its state, its scorecard."""

    title: str
    at: datetime
    href: str
    state: str
    card: Scorecard


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """One changed criterion, and the changed checks that decide or support it."""

    line: ChangeLine
    checks: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class DimensionChanges:
    """One dimension: its level on both sides, and what changed in it."""

    title: str
    before: Interval | None
    after: Interval | None
    cause: str
    criteria: tuple[CriterionChange, ...]

    @property
    def moved(self) -> bool:
        """Whether its level differs."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that the page shows. ``causes`` counts the changed criteria by cause, the most frequent first."""

    before: Side
    after: Side
    levels: tuple[ChangeLine, ...]
    dimensions: tuple[DimensionChanges, ...]
    elsewhere: tuple[ChangeLine, ...]
    causes: tuple[tuple[str, int], ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (self.levels or self.elsewhere or any(d.criteria or d.moved for d in self.dimensions))


@dataclass(frozen=True, slots=True)
class _Parts:
    """The changes by kind, with the texts for them."""

    framework: Framework
    changes: tuple[Change, ...]
    before: Scorecard
    after: Scorecard

    def line(self, change: Change) -> ChangeLine:
        return change_line(change.as_json(), self.framework, load_catalogue())

    def of(self, *kinds: str) -> dict[str, ChangeLine]:
        return {change.id: self.line(change) for change in self.changes if change.kind.value in kinds}

    def dimensions(self) -> tuple[DimensionChanges, ...]:
        """Every dimension of either side, in the order of the newer one."""
        old, new = ({found.key: found for found in card.dimensions} for card in (self.before, self.after))
        return tuple(self.dimension(key, old.get(key), new.get(key)) for key in dict.fromkeys((*new, *old)))

    def dimension(self, key: str, old: DimensionResult | None, new: DimensionResult | None) -> DimensionChanges:
        moved = self.of("dimension").get(key)
        members = {found.id: found for side in (old, new) if side for found in side.criteria}
        return DimensionChanges(
            title=next((d.title for d in self.framework.dimensions if d.key == key), key),
            before=old.interval if old else None,
            after=new.interval if new else None,
            cause=moved.cause if moved else "",
            criteria=self.criteria(members),
        )

    def criteria(self, members: Mapping[str, CriterionResult]) -> tuple[CriterionChange, ...]:
        criteria, checks = self.of("criterion"), self.of("check")
        return tuple(
            CriterionChange(criteria[name], _of_checks((*found.checks, *found.supporting), checks))
            for name, found in members.items()
            if name in criteria
        )


def _of_checks(names: Iterable[str], changed: Mapping[str, ChangeLine]) -> tuple[ChangeLine, ...]:
    return tuple(changed[name] for name in dict.fromkeys(names) if name in changed)


def compared(before: Side, after: Side, framework: Framework) -> Comparison:
    """What changed from ``before`` to ``after``. Raises Invalid for two that are of different frameworks."""
    try:
        changes = difference(before.card, after.card)
    except ValueError as error:
        do = "Compare two that were made under the same framework."
        raise Invalid("These two were made under different frameworks.", do=do) from error
    parts = _Parts(framework, changes, before.card, after.card)
    dimensions = parts.dimensions()
    told = {line.id for found in dimensions for criterion in found.criteria for line in criterion.checks}
    levels = tuple(parts.of("overall", "waived", "waiver").values())
    elsewhere = tuple(line for name, line in parts.of("check").items() if name not in told)
    causes = Counter(change.cause.value for change in changes if change.kind.value == "criterion")
    return Comparison(before, after, levels, dimensions, elsewhere, tuple(causes.most_common()))


def _side(assessment: Assessment) -> Side:
    at = assessment.submitted_at or assessment.started_at
    href = reverse("assessment", kwargs={"assessment_id": assessment.pk})
    return Side(f"Assessment {assessment.pk}, {at:%-d %B %Y}", at, href, str(assessment.state), readable(assessment))


def _live(assessment: Assessment) -> Side:
    scoring = live_scoring(assessment.project, assessment.framework)
    if scoring is None:
        raise NotFound("The project has no live level under this framework yet.", do="Collect its evidence first.")
    href = reverse("scorecard", kwargs={"slug": assessment.project.slug}) + f"?framework={assessment.framework}"
    try:
        card = from_json(scoring.scorecard)
    except (KeyError, ValueError, TypeError) as error:
        raise NotFound(
            "The live scorecard was stored by an older release.", do="Collect its evidence again."
        ) from error
    return Side("Live, by machines", scoring.checked_at, href, LIVE, card)


def _other(person: Any, assessment: Assessment, other: str) -> Side:
    if other == LIVE:
        return _live(assessment)
    if not other.isdecimal() or len(other) > LONGEST_ID:
        raise NotFound("There is nothing to compare with at this address.", do=f"Give a number, or “{LIVE}”.")
    found = assessment_for(person, int(other))
    if found.project_id != assessment.project_id:
        raise Invalid("These two assessments are of different projects.", do="Compare two of one project.")
    return _side(found)


@require_safe
def compare(request: HttpRequest, assessment_id: int, other: str) -> HttpResponse:
    """``GET /assessments/<id>/compare/<other>/``: whoever may see both; ``other`` is an id, or "live"."""
    person = viewer(request)
    assessment = assessment_for(person, assessment_id)
    sides = sorted(
        (_side(assessment), _other(person, assessment, other)), key=lambda side: (side.state == LIVE, side.at)
    )
    framework = framework_of(assessment.framework)
    context = {
        "project": assessment.project,
        "assessment": assessment,
        "under": said_in_address(assessment.framework),
        "framework": framework,
        "compared": compared(sides[0], sides[1], framework),
        "sides": sides,
    }
    return render(request, "assessments/assessment_compare.html", context)
