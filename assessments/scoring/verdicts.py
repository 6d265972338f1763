"""Evidence → the result of every check: its verdict, confirmed at run time, and the evidence it rests on."""

from __future__ import annotations

from datetime import datetime

from assessments.checks.verdict import OBSERVED, Outcome, Verdict, not_applicable
from assessments.evidence import SEEING, Evidence, content_digest
from assessments.frameworks.criteria import Profile
from assessments.scoring.inquiry import Inquiry, Standing
from assessments.scoring.plan import Questions
from assessments.scoring.scorecard import CheckResult

#: Looking a member up on its enumeration costs more than the comparison; these are compared thousands of times.
MET = Outcome.MET


def evidence_key(item: Evidence) -> str:
    """``topic:digest``, with ``:sight`` after it where looking did not succeed."""
    key = f"{item.topic}:{content_digest(item)}"
    return key if item.sight in SEEING else f"{key}:{item.sight.value}"


def evidence_keys(standing: Standing) -> dict[str, str]:
    """The key of every topic's evidence."""
    return {topic: evidence_key(item) for topic, item in standing.items()}


def _confirm(results: dict[str, CheckResult], questions: Questions) -> None:
    """Lift what is declared to full strength where the matching run-time check has seen it at work."""
    for name, by in questions.confirmations:
        mine, confirming = results[name], results[by]
        declared = mine.verdict.outcome is MET and mine.verdict.strength < OBSERVED
        if declared and confirming.verdict.outcome is MET and confirming.verdict.strength >= OBSERVED:
            results[name] = _lifted(mine, confirming)


def _lifted(mine: CheckResult, confirming: CheckResult) -> CheckResult:
    said = mine.verdict
    reason = f"{said.reason} Seen at work by {confirming.id}.".strip()
    ends = [end for end in (mine.valid_until, confirming.valid_until) if end is not None]
    verdict = Verdict(MET, OBSERVED, reason, said.seen, said.link)
    return CheckResult(mine.id, verdict, min(ends, default=None), mine.evidence)


def answer_all(
    questions: Questions, standing: Standing, now: datetime, profile: Profile | None = None
) -> dict[str, CheckResult]:
    """Every check's result, in the catalogue's order. A failing check or collector touches no other check's verdict."""
    inquiry, keys = Inquiry(standing, now), evidence_keys(standing)
    spared = frozenset(profile.checks) if profile else frozenset()
    results: dict[str, CheckResult] = {}
    for planned in questions.checks:
        name = planned.entry.id
        if profile and name in spared:
            results[name] = CheckResult(name, not_applicable(profile.reason))
            continue
        verdict, end = inquiry.answer(planned)
        read = tuple(filter(None, map(keys.get, planned.reads)))
        results[name] = CheckResult(name, verdict, end, read)
    _confirm(results, questions)
    return results
