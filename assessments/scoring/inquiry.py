"""Asks the checks about one project at one moment: each in isolation, and believed only while its evidence is valid."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from assessments.checks.base import Check, Facts, blind
from assessments.checks.verdict import Outcome, Verdict
from assessments.evidence import SEEING, Evidence
from assessments.scoring.plan import PlannedCheck

#: Answers that rest on evidence and run out with it. The other answers claim nothing in the project's favour.
RUNS_OUT = frozenset({Outcome.MET, Outcome.PARTIAL, Outcome.NOT_APPLICABLE})

Standing = Mapping[str, Evidence]


def _failed(error: Exception) -> Verdict:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    return Verdict(Outcome.ERROR, reason=f"The check itself failed: {type(error).__name__} at {where}.")


def _stale(verdict: Verdict, end: datetime) -> Verdict:
    said = f"; it said: {verdict.reason}" if verdict.reason else "."
    return Verdict(Outcome.STALE, reason=f"Ran out on {end:%Y-%m-%d}{said}", seen=verdict.seen, link=verdict.link)


class Inquiry:
    """The standing evidence of one project, the moment of judgement, and what all checks can share of both."""

    def __init__(self, standing: Standing, now: datetime) -> None:
        self.standing, self.now = standing, now
        self._visible = frozenset(topic for topic, item in standing.items() if item.sight in SEEING)
        # Evidence dated after the moment of judgement (another machine's clock) is taken as of that moment.
        self._since = {topic: min(standing[topic].effective_at, now) for topic in self._visible}
        self._until = {topic: until for topic in self._visible if (until := standing[topic].valid_until) is not None}
        self._facts: dict[timedelta, Facts] = {}

    def ask(self, check: Check, window: timedelta) -> Verdict:
        """One check's answer, in isolation: a fault of its own becomes an ERROR for it alone."""
        facts = self._facts.get(window)
        if facts is None:
            facts = self._facts[window] = Facts(self.standing, self.now, window)
        try:
            unseen = None if self._visible.issuperset(check.needs) else blind(check, self.standing)
            verdict = unseen or check.answer(facts)
        except Exception as error:  # noqa: BLE001 – one broken check must not take the other verdicts with it
            return _failed(error)
        if not isinstance(verdict, Verdict):
            return Verdict(Outcome.ERROR, reason="The check itself failed: it gave no verdict.")
        return verdict

    def answer(self, planned: PlannedCheck) -> tuple[Verdict, datetime | None]:
        """One check's verdict and when it runs out (None: it does not)."""
        check, validity = planned.check, planned.entry.validity
        if check is None:
            return Verdict(Outcome.ERROR, reason=f"No function answers {planned.entry.id} in this version."), None
        verdict = self.ask(check, validity)
        if verdict.outcome not in RUNS_OUT:
            return verdict, None
        first = self._first_end(planned.own, validity)
        if first is None or first >= self.now:
            return verdict, first
        return self._without_expired(check, validity, self._ends(planned.own, validity), verdict)

    def _first_end(self, topics: Iterable[str], validity: timedelta) -> datetime | None:
        """The earliest of ``_ends``, for which one sum will do: what is oldest runs out first."""
        since = [self._since[topic] for topic in topics if topic in self._since]
        if not since:
            return None
        until = [self._until[topic] for topic in topics if topic in self._until] if self._until else []
        return min(min(since) + validity, *until) if until else min(since) + validity

    def _ends(self, topics: Iterable[str], validity: timedelta) -> dict[str, datetime]:
        """When each of these topics that can be seen may be believed no longer."""
        visible = [topic for topic in topics if topic in self._visible]
        ends = {topic: self._since[topic] + validity for topic in visible}
        return {topic: min(end, self._until.get(topic, end)) for topic, end in ends.items()}

    def _without_expired(
        self, check: Check, validity: timedelta, ends: Mapping[str, datetime], verdict: Verdict
    ) -> tuple[Verdict, datetime | None]:
        """The answer stands if it is given without what ran out as well; otherwise it rested on that and is stale."""
        expired = {topic for topic, end in ends.items() if end < self.now}
        first_end = min(ends[topic] for topic in expired)
        if expired.intersection(check.needs):
            return _stale(verdict, first_end), first_end
        fresh = {topic: item for topic, item in self.standing.items() if topic not in expired}
        again = Inquiry(fresh, self.now).ask(check, validity)
        if again.outcome not in RUNS_OUT:
            return _stale(verdict, first_end), first_end
        return again, min((end for topic, end in ends.items() if topic not in expired), default=None)
