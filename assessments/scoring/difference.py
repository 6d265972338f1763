"""What changed between two scorecards of a project, each change with exactly one cause. Works on stored ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assessments.checks.verdict import DECLARED, Outcome
from assessments.scoring.changes import Cause, Change, Kind, Why, change
from assessments.scoring.check_changes import Pair, check_label, differs
from assessments.scoring.scorecard import CriterionResult, DimensionResult, Interval, Scorecard
from assessments.scoring.stored import from_json

Criteria = Mapping[str, CriterionResult]
Stored = Scorecard | Mapping[str, Any]


def _scorecard(given: Stored) -> Scorecard:
    return given if isinstance(given, Scorecard) else from_json(given)


def _criteria(scorecard: Scorecard) -> dict[str, CriterionResult]:
    return {criterion.id: criterion for dimension in scorecard.dimensions for criterion in dimension.criteria}


def _union(before: Iterable[str], after: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*after, *before)))


def criterion_label(result: CriterionResult | None) -> str:
    """A criterion's standing as people read it: "NOT_MET", "UNKNOWN through MR-2.1", "MET (attested or declared)"."""
    if result is None:
        return "–"
    declared = result.outcome is Outcome.MET and result.strength == DECLARED
    through = f" (met through {result.superseded_by})" if result.superseded_by else ""
    return f"{result.outcome.name}{' (declared)' if declared else ''}{through}"


def _with_level(result: CriterionResult | None) -> str:
    level = result.level if result else None
    return (
        f"{criterion_label(result)} at level {level}" if level is not None else f"{criterion_label(result)}, not gating"
    )


def _own(result: CriterionResult | None) -> tuple[Outcome, float] | None:
    return (result.outcome, result.strength) if result else None


def _reached(result: DimensionResult | None) -> tuple[object, ...] | None:
    return (result.interval, result.points) if result else None


def _standing(result: CriterionResult | None) -> tuple[object, ...] | None:
    return (result.outcome, result.strength, result.level, result.superseded_by) if result else None


class _Difference:
    """Two scorecards, and the causes found so far."""

    def __init__(self, before: Scorecard, after: Scorecard) -> None:
        self.pair = Pair(before, after)
        self.before, self.after = before, after
        self.old, self.new = _criteria(before), _criteria(after)
        names = _union(before.checks, after.checks)
        changed = (name for name in names if differs(before.checks.get(name), after.checks.get(name)))
        self.checks = {name: self.pair.why_check(name) for name in changed}
        self.criteria: dict[str, Why] = {}
        for name in _union(self.old, self.new):
            if _standing(self.old.get(name)) != _standing(self.new.get(name)):
                self.criteria[name] = self.why_criterion(name)

    def all(self) -> Iterator[Change]:
        """Every change: checks, criteria, waivers, dimensions, and the overall level."""
        yield from self.check_changes()
        yield from self.criterion_changes()
        waivers = tuple(self.waiver_changes())
        yield from waivers
        dimensions = dict(self.dimension_changes())
        yield from dimensions.values()
        yield from self.overall_changes(dimensions, waivers)

    def check_changes(self) -> Iterator[Change]:
        for name, why in self.checks.items():
            before, after = self.before.checks.get(name), self.after.checks.get(name)
            reasons = (before.verdict.reason if before else "", after.verdict.reason if after else "")
            yield change(Kind.CHECK, name, check_label(before), check_label(after), why, reasons)

    def criterion_changes(self) -> Iterator[Change]:
        for name, why in self.criteria.items():
            before, after = self.old.get(name), self.new.get(name)
            moved = before is not None and after is not None and before.level != after.level
            label = _with_level if moved else criterion_label
            reasons = (before.reason if before else "", after.reason if after else "")
            yield change(Kind.CRITERION, name, label(before), label(after), why, reasons)

    def why_criterion(self, name: str) -> Why:
        before, after = self.old.get(name), self.new.get(name)
        if before is None or after is None or before.level != after.level:
            return Why(Cause.FRAMEWORK)
        if _own(before) == _own(after):
            return self._why_superseded(before, after)
        return self._why_stated(before, after) or self._why_checks(before, after) or self._why_else(before)

    def _why_superseded(self, before: CriterionResult, after: CriterionResult) -> Why:
        """Only what supersedes it changed: the cause is that of the superseding criterion."""
        for other in filter(None, (after.superseded_by, before.superseded_by)):
            if _standing(self.old.get(other)) != _standing(self.new.get(other)):
                return self.why_criterion(other).via(other)
        return Why(Cause.FRAMEWORK)

    def _why_stated(self, before: CriterionResult, after: CriterionResult) -> Why | None:
        """People's statement on the criterion changed or ran out, and that decided it."""
        ended = before.stated_until is not None and before.stated_until < self.after.as_of
        if before.stated == after.stated and not (ended and after.outcome is Outcome.STALE):
            return None
        if self._checks_decided(before, after):
            return None
        return Why(Cause.EXPIRED if ended and after.stated in ("", before.stated) else Cause.ATTESTATION)

    def _checks_decided(self, before: CriterionResult, after: CriterionResult) -> bool:
        by_statement = after.stated and after.outcome in (Outcome.MET, Outcome.NOT_APPLICABLE)
        if by_statement and after.strength < 1:
            return False
        names = _union(before.checks, after.checks)
        outcomes = {self.after.checks[name].verdict.outcome for name in names if name in self.checks}
        return after.outcome in outcomes

    def _why_checks(self, before: CriterionResult, after: CriterionResult) -> Why | None:
        """The changed check that agrees with the criterion's new outcome, else the first that changed."""
        names = _union((*before.checks, *before.supporting), (*after.checks, *after.supporting))
        changed = [name for name in names if name in self.checks]
        telling = [n for n in changed if n in self.after.checks and self._outcome(n) is after.outcome]
        chosen = next(iter((*telling, *changed)), None)
        return self.checks[chosen].via(chosen) if chosen else None

    def _outcome(self, name: str) -> Outcome:
        return self.after.checks[name].verdict.outcome

    def _why_else(self, before: CriterionResult) -> Why:
        """No check and no statement changed: the rules did, or time went by."""
        if self.pair.framework_changed:
            return Why(Cause.FRAMEWORK)
        if self.pair.catalogue_changed:
            return Why(Cause.CHECK)
        lost = self._lost(before)
        if lost:
            return Why(Cause.VISIBILITY, lost)
        return Why(Cause.EXPIRED) if self.before.as_of != self.after.as_of else Why(Cause.FRAMEWORK)

    def _lost(self, before: CriterionResult) -> tuple[str, ...]:
        topics: dict[str, None] = {}
        for name in before.checks:
            if name in self.before.checks and name in self.after.checks:
                causes = self.pair.topic_causes(self.before.checks[name], self.after.checks[name])
                topics.update(dict.fromkeys(t for t, cause in causes.items() if cause is Cause.VISIBILITY))
        return tuple(topics)

    def waiver_changes(self) -> Iterator[Change]:
        for name in _union(self.old, self.new):
            before = self.old[name].waived_until if name in self.old else None
            after = self.new[name].waived_until if name in self.new else None
            if (before is None) != (after is None):
                cause = Cause.WAIVER_ENDED if after is None else Cause.WAIVER_STARTED
                labels = [f"waived until {end:%Y-%m-%d}" if end else "not waived" for end in (before, after)]
                yield change(Kind.WAIVER, name, labels[0], labels[1], Why(cause))

    def dimension_changes(self) -> Iterator[tuple[str, Change]]:
        old = {dimension.key: dimension for dimension in self.before.dimensions}
        new = {dimension.key: dimension for dimension in self.after.dimensions}
        for key in _union(old, new):
            before, after = old.get(key), new.get(key)
            if _reached(before) != _reached(after):
                labels = [str(dimension) if dimension else "–" for dimension in (before, after)]
                yield key, change(Kind.DIMENSION, key, labels[0], labels[1], self.why_dimension(before, after))

    def why_dimension(self, before: DimensionResult | None, after: DimensionResult | None) -> Why:
        """The cause of the changed criterion nearest to where the level moved."""
        if before is None or after is None:
            return Why(Cause.FRAMEWORK)
        moved = min(_lower_end(before.interval, after.interval)) + 1
        names = _union((c.id for c in before.criteria), (c.id for c in after.criteria))
        changed = [name for name in names if name in self.criteria and self._gating(name)]
        if not changed:
            return next((why.via(name) for name, why in self.criteria.items()), Why(Cause.FRAMEWORK))
        nearest = min(changed, key=lambda name: (abs(self._level(name) - moved), not self._turned(name)))
        return self.criteria[nearest].via(nearest)

    def _gating(self, name: str) -> bool:
        return any(c.level is not None for c in (self.old.get(name), self.new.get(name)) if c is not None)

    def _level(self, name: str) -> int:
        levels = (c.level for c in (self.new.get(name), self.old.get(name)) if c is not None)
        return next((level for level in levels if level is not None), 0)

    def _turned(self, name: str) -> bool:
        """Whether the criterion itself went from passing to not passing, or back."""
        before, after = self.old.get(name), self.new.get(name)
        return before is None or after is None or before.counts_as_met != after.counts_as_met

    def overall_changes(self, dimensions: Mapping[str, Change], waivers: tuple[Change, ...]) -> Iterator[Change]:
        why = self.why_overall(dimensions)
        if self.before.overall != self.after.overall:
            yield change(Kind.OVERALL, "Overall", str(self.before.overall), str(self.after.overall), why)
        plain = (self.before.waived, self.after.waived) == (self.before.overall, self.after.overall)
        if self.before.waived != self.after.waived and not plain:
            why = Why(waivers[0].cause, through=waivers[0].id) if waivers else why
            yield change(Kind.WAIVED, "With waivers", str(self.before.waived), str(self.after.waived), why)

    def why_overall(self, dimensions: Mapping[str, Change]) -> Why:
        """The cause of the changed dimension that was, or is, the lowest."""
        lows = {d.key: d.interval for scorecard in (self.before, self.after) for d in scorecard.dimensions}
        ranked = sorted(dimensions.items(), key=lambda item: (lows[item[0]].confirmed, lows[item[0]].possible))
        if not ranked:
            return Why(Cause.FRAMEWORK)
        key, found = ranked[0]
        return Why(found.cause, found.topics, key)


def _lower_end(before: Interval, after: Interval) -> tuple[int, int]:
    """Both values of the end of the interval that moved; the confirmed one goes before."""
    if before.confirmed != after.confirmed:
        return before.confirmed, after.confirmed
    return before.possible, after.possible


def difference(before: Stored, after: Stored) -> tuple[Change, ...]:
    """Every changed check, criterion, waiver and level between two scorecards, each with its one cause.

    Both may be given as published JSON. Nothing is returned when no verdict, waiver or level changed. Raises ValueError
    when they are of different frameworks.
    """
    old, new = _scorecard(before), _scorecard(after)
    if old.framework != new.framework:
        raise ValueError(f"A scorecard of {old.framework!r} cannot be compared with one of {new.framework!r}.")
    return tuple(_Difference(old, new).all())
