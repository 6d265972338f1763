"""Evidence → the verdict of every check: asked in isolation, judged for staleness, confirmed at run time."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from assessments.checks.base import Check, Facts, blind
from assessments.checks.verdict import OBSERVED, Outcome, Verdict, not_applicable
from assessments.evidence import SEEING, Evidence, content_digest
from assessments.frameworks.criteria import Profile
from assessments.scoring.plan import Plan, PlannedCheck
from assessments.scoring.scorecard import CheckResult

#: Answers that rest on evidence and run out with it. The other answers claim nothing in the project's favour.
RUNS_OUT = frozenset({Outcome.MET, Outcome.PARTIAL, Outcome.NOT_APPLICABLE})

Standing = Mapping[str, Evidence]


def evidence_key(item: Evidence) -> str:
    """``topic:digest``, with ``:sight`` after it where looking did not succeed."""
    key = f"{item.topic}:{content_digest(item)}"
    return key if item.sight in SEEING else f"{key}:{item.sight.value}"


def evidence_keys(standing: Standing) -> dict[str, str]:
    """The key of every topic's evidence."""
    return {topic: evidence_key(item) for topic, item in standing.items()}


def _failed(error: Exception) -> Verdict:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    return Verdict(Outcome.ERROR, reason=f"The check itself failed: {type(error).__name__} at {where}.")


def ask(check: Check, standing: Standing, now: datetime, window: timedelta) -> Verdict:
    """One check's answer, in isolation: a fault of its own becomes an ERROR for it alone."""
    try:
        verdict = blind(check, standing) or check.answer(Facts(standing, now, window))
    except Exception as error:  # noqa: BLE001 – one broken check must not take the other verdicts with it
        return _failed(error)
    if not isinstance(verdict, Verdict):
        return Verdict(Outcome.ERROR, reason="The check itself failed: it gave no verdict.")
    return verdict


def _ends(topics: Iterable[str], standing: Standing, now: datetime, validity: timedelta) -> dict[str, datetime]:
    """When each of these topics that can be seen may be believed no longer.

    Evidence dated after the moment of judgement (another machine's clock) is taken as of that moment.
    """
    ends: dict[str, datetime] = {}
    for topic in topics:
        item = standing.get(topic)
        if item is not None and item.sight in SEEING:
            at, until = item.effective_at, item.valid_until
            end = (at if at <= now else now) + validity
            ends[topic] = end if until is None or end <= until else until
    return ends


def _stale(verdict: Verdict, end: datetime) -> Verdict:
    reason = (
        f"Ran out on {end:%Y-%m-%d}; it said: {verdict.reason}" if verdict.reason else f"Ran out on {end:%Y-%m-%d}."
    )
    return Verdict(Outcome.STALE, reason=reason, seen=verdict.seen, link=verdict.link)


def _without_expired(
    planned: PlannedCheck,
    check: Check,
    standing: Standing,
    now: datetime,
    ends: Mapping[str, datetime],
    verdict: Verdict,
) -> tuple[Verdict, datetime | None]:
    """The answer still stands if it is given without what ran out as well; otherwise it rested on that and is stale."""
    expired = {topic for topic, end in ends.items() if end < now}
    first_end = min(ends[topic] for topic in expired)
    if expired.intersection(check.needs):
        return _stale(verdict, first_end), first_end
    fresh = {topic: item for topic, item in standing.items() if topic not in expired}
    again = ask(check, fresh, now, planned.entry.validity)
    if again.outcome not in RUNS_OUT:
        return _stale(verdict, first_end), first_end
    return again, min((end for topic, end in ends.items() if topic not in expired), default=None)


def answer(planned: PlannedCheck, standing: Standing, now: datetime) -> tuple[Verdict, datetime | None]:
    """One check's verdict and when it runs out (None: it does not)."""
    check = planned.check
    if check is None:
        return Verdict(Outcome.ERROR, reason=f"No function answers {planned.entry.id} in this version."), None
    verdict = ask(check, standing, now, planned.entry.validity)
    if verdict.outcome not in RUNS_OUT:
        return verdict, None
    ends = _ends(planned.own, standing, now, planned.entry.validity)
    first = min(ends.values(), default=None)
    if first is None or first >= now:
        return verdict, first
    return _without_expired(planned, check, standing, now, ends, verdict)


def _confirm(results: dict[str, CheckResult], plan: Plan) -> None:
    """Lift what is declared to full strength where the matching run-time check has seen it at work."""
    for name, by in plan.confirmations:
        mine, confirming = results[name], results[by]
        declared = mine.verdict.outcome is Outcome.MET and mine.verdict.strength < OBSERVED
        if declared and confirming.verdict.outcome is Outcome.MET and confirming.verdict.strength >= OBSERVED:
            results[name] = _lifted(mine, confirming)


def _lifted(mine: CheckResult, confirming: CheckResult) -> CheckResult:
    reason = f"{mine.verdict.reason} Seen at work by {confirming.id}.".strip()
    ends = [end for end in (mine.valid_until, confirming.valid_until) if end is not None]
    verdict = replace(mine.verdict, strength=OBSERVED, reason=reason)
    return replace(mine, verdict=verdict, valid_until=min(ends, default=None))


def answer_all(plan: Plan, standing: Standing, now: datetime, profile: Profile | None = None) -> dict[str, CheckResult]:
    """Every check's result, in the catalogue's order. A failing check or collector touches no other check's verdict."""
    keys = evidence_keys(standing)
    spared = frozenset(profile.checks) if profile else frozenset()
    results: dict[str, CheckResult] = {}
    for planned in plan.checks:
        name = planned.entry.id
        if profile and name in spared:
            results[name] = CheckResult(name, not_applicable(profile.reason))
            continue
        verdict, end = answer(planned, standing, now)
        read = tuple([keys[topic] for topic in planned.reads if topic in keys])
        results[name] = CheckResult(name, verdict, end, read)
    _confirm(results, plan)
    return results
