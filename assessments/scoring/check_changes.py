"""Why a check's verdict changed, read off two scorecards: the evidence it rested on, time, and the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from assessments.checks.verdict import DECLARED, Outcome
from assessments.scoring.changes import Cause, Why
from assessments.scoring.scorecard import CheckResult, Scorecard

#: A topic's digest, and its sight where looking did not succeed.
Sighting = tuple[str, str]

BLIND = frozenset({Outcome.UNKNOWN, Outcome.ERROR})

#: Which cause explains a verdict where several topics changed: that of a lost or gained sight, or of what was seen.
SIGHT_FIRST = (Cause.VISIBILITY, Cause.NEW_EVIDENCE, Cause.ATTESTATION)
CONTENT_FIRST = (Cause.NEW_EVIDENCE, Cause.ATTESTATION, Cause.VISIBILITY)


def sightings(result: CheckResult) -> dict[str, Sighting]:
    """What a check read, by topic."""
    parts = (key.split(":") for key in result.evidence)
    return {part[0]: (part[1], part[2] if len(part) > 2 else "") for part in parts}


def check_label(result: CheckResult | None) -> str:
    """A verdict as people read it: "MET", "MET (declared)", "–" for a check there was not."""
    if result is None:
        return "–"
    verdict = result.verdict
    declared = verdict.outcome is Outcome.MET and verdict.strength == DECLARED
    return f"{verdict.outcome.name}{' (declared)' if declared else ''}"


def differs(before: CheckResult | None, after: CheckResult | None) -> bool:
    """Whether a check's verdict changed in outcome or strength."""
    if before is None or after is None:
        return before is not after
    mine, other = before.verdict, after.verdict
    return (mine.outcome, mine.strength) != (other.outcome, other.strength)


@dataclass(frozen=True)
class Pair:
    """Two scorecards of one project under one framework."""

    before: Scorecard
    after: Scorecard

    @cached_property
    def topics_before(self) -> dict[str, Sighting]:
        """Every topic that any check had read."""
        return _topics(self.before)

    @cached_property
    def topics_after(self) -> dict[str, Sighting]:
        """Every topic that any check reads now."""
        return _topics(self.after)

    @cached_property
    def visible_before(self) -> frozenset[str]:
        """The sources that something had been seen of."""
        return frozenset(topic.partition(".")[0] for topic, (_, sight) in self.topics_before.items() if not sight)

    @property
    def catalogue_changed(self) -> bool:
        """Whether the two were made with different catalogues."""
        return self.before.catalogue_version != self.after.catalogue_version

    @property
    def framework_changed(self) -> bool:
        """Whether the two were made with different versions of the framework."""
        return self.before.framework_version != self.after.framework_version

    def topic_cause(self, topic: str, before: Sighting | None, after: Sighting | None) -> Cause | None:
        """What happened to one topic between the two, or None."""
        source = topic.partition(".")[0]
        if before == after:
            return None
        if (before and before[1]) or (after and after[1]):
            return Cause.VISIBILITY
        if source == "human":
            return Cause.ATTESTATION
        if after is None or (before is None and source not in self.visible_before):
            return Cause.VISIBILITY
        return Cause.NEW_EVIDENCE

    def topic_causes(self, before: CheckResult, after: CheckResult) -> dict[str, Cause]:
        """What happened to each topic that a check reads, whether or not it read it before as well."""
        old, new = self.topics_before, self.topics_after
        topics = sorted({*sightings(before), *sightings(after)})
        causes = ((topic, self.topic_cause(topic, old.get(topic), new.get(topic))) for topic in topics)
        return {topic: cause for topic, cause in causes if cause is not None}

    def why_check(self, name: str) -> Why:
        """The one cause of a check's change."""
        before, after = self.before.checks.get(name), self.after.checks.get(name)
        if before is None or after is None:
            return Why(Cause.CHECK)
        return self._profile(before, after) or self._expiry(before, after) or self._evidence(before, after)

    def _profile(self, before: CheckResult, after: CheckResult) -> Why | None:
        """The profile people chose for the project leaves the check out, or no longer does."""
        if self.before.profile == self.after.profile:
            return None
        outcomes = (result.verdict.outcome for result in (before, after) if not result.evidence)
        return Why(Cause.ATTESTATION) if Outcome.NOT_APPLICABLE in outcomes else None

    def _expiry(self, before: CheckResult, after: CheckResult) -> Why | None:
        if after.verdict.outcome is not Outcome.STALE or before.verdict.outcome is Outcome.STALE:
            return None
        still_valid = before.valid_until is not None and before.valid_until >= self.after.as_of
        if self.catalogue_changed and still_valid and not self.topic_causes(before, after):
            return Why(Cause.CHECK)
        return Why(Cause.EXPIRED, tuple(sorted(sightings(before))))

    def _evidence(self, before: CheckResult, after: CheckResult) -> Why:
        causes = self.topic_causes(before, after)
        if not causes:
            return self._without_evidence(before)
        blind = before.verdict.outcome in BLIND or after.verdict.outcome in BLIND
        order = SIGHT_FIRST if blind else CONTENT_FIRST
        return _first(order, causes)

    def _without_evidence(self, before: CheckResult) -> Why:
        """The same was seen, and yet the verdict differs."""
        topics = tuple(sorted(sightings(before)))
        if self.catalogue_changed:
            return Why(Cause.CHECK)
        if before.verdict.outcome is Outcome.STALE:
            return Why(Cause.NEW_EVIDENCE, topics)  # the same content, seen again
        return Why(Cause.EXPIRED, topics) if self.before.as_of != self.after.as_of else Why(Cause.CHECK)


def _topics(scorecard: Scorecard) -> dict[str, Sighting]:
    return {topic: found for result in scorecard.checks.values() for topic, found in sightings(result).items()}


def _first(order: Iterable[Cause], causes: Mapping[str, Cause]) -> Why:
    cause = next(cause for cause in order if cause in causes.values())
    return Why(cause, tuple(topic for topic, found in causes.items() if found is cause))
