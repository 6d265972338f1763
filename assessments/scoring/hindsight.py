"""What was seen before access was withdrawn. It proves nothing, but a contradiction does not vanish with the access.

Were it otherwise, cutting the portal off from MLflow would make an attestation stand that MLflow contradicts: losing
sight would raise a level.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from assessments.checks.verdict import Outcome
from assessments.evidence import SEEING, Evidence, last_seen
from assessments.scoring.inquiry import Inquiry
from assessments.scoring.plan import Questions
from assessments.scoring.scorecard import CheckResult

#: Long enough that no answer runs out by age.
FOREVER = timedelta(days=36500)


@dataclass(frozen=True, slots=True, eq=False)
class Hindsight:
    """``remembered`` is the standing evidence with what was last seen in place of what can be seen no longer."""

    questions: Questions
    now: datetime
    lost: frozenset[str]
    remembered: Mapping[str, Evidence]

    def results(self, checks: Iterable[str], current: Mapping[str, CheckResult]) -> Mapping[str, CheckResult] | None:
        """The results of these checks as they were last seen; None when nothing they read was lost."""
        blind = [name for name in checks if self.lost.intersection(self.questions.by_id[name].reads)]
        if not blind:
            return None
        return {**current, **{name: self._result(name) for name in blind}}

    def _result(self, name: str) -> CheckResult:
        verdict, end = Inquiry(self.remembered, self.now).answer(self.questions.by_id[name])
        return CheckResult(name, verdict, end)

    def ever_met(self, name: str, current: Mapping[str, CheckResult]) -> bool:
        """Whether a question that opens others was answered with yes the last time it was answered at all."""
        outcome, planned = current[name].verdict.outcome, self.questions.by_id[name]
        settled = outcome is not Outcome.STALE and not self.lost.intersection(planned.reads)
        if settled or planned.check is None:
            return outcome is Outcome.MET
        verdict = Inquiry(self.remembered, self.now).ask(planned.check, FOREVER)
        return verdict.outcome in (Outcome.MET, Outcome.STALE)


def look_back(
    questions: Questions, evidence: Iterable[Evidence], standing: Mapping[str, Evidence], now: datetime
) -> Hindsight:
    """The hindsight on a project; ``evidence`` is all there is of it, ``standing`` what stands of that."""
    blind = [topic for topic, item in standing.items() if item.sight not in SEEING]
    if not blind:
        return Hindsight(questions, now, frozenset(), standing)
    seen = last_seen(evidence)
    lost = {topic: seen[topic] for topic in blind if topic in seen}
    return Hindsight(questions, now, frozenset(lost), {**standing, **lost})
