"""The sentence that says why a criterion stands where it stands, put together from what its checks say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assessments.checks.catalogue import Catalogue
from assessments.checks.human import Attestation
from assessments.checks.verdict import Outcome, Verdict
from assessments.scoring.plan import PlannedCriterion
from assessments.scoring.scorecard import CheckResult

Results = Mapping[str, CheckResult]

UNSETTLED = (Outcome.UNKNOWN, Outcome.STALE, Outcome.ERROR)


def listed(names: Iterable[str]) -> str:
    """Put names into a sentence: ``A``, ``A and B``, ``A, B and C``."""
    items = list(names)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def grouped(names: Iterable[str], results: Results) -> str:
    """The checks' reasons, one sentence for all checks that say the same: words first, the ids behind."""
    said = [(name, _said(results[name].verdict)) for name in names]
    if len(said) < 2:
        return "".join([f"{reason} ({name})" for name, reason in said])
    return " ".join([f"{reason} ({listed(members)})" for reason, members in _by_reason(said).items()])


def with_questions(names: Iterable[str], results: Results, catalogue: Catalogue) -> str:
    """The same with what was asked before it: for a place that does not show the questions."""
    said = _by_reason((name, _said(results[name].verdict)) for name in names)
    return " ".join([f"{asked(ids, catalogue)} {reason} ({listed(ids)})" for reason, ids in said.items()])


def asked(names: Iterable[str], catalogue: Catalogue) -> str:
    """The questions of these checks, in quotes."""
    return listed(f"“{catalogue[name].question}”" for name in names)


def _by_reason(said: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, reason in said:
        found.setdefault(reason, []).append(name)
    return found


def _said(verdict: Verdict) -> str:
    return verdict.reason or f"{verdict.outcome.value.replace('_', ' ').capitalize()}."


def declared_only(planned: PlannedCriterion, results: Results) -> tuple[str, ...]:
    """The deciding checks that are met by a declaration only, where more can be gained."""
    verdicts = [(name, results[name].verdict) for name in planned.deciding]
    return tuple([n for n, v in verdicts if v.outcome is Outcome.MET and v.strength < planned.aim])


def with_outcome(planned: PlannedCriterion, results: Results, *outcomes: Outcome) -> tuple[str, ...]:
    """The deciding checks with one of these outcomes."""
    return tuple([name for name in planned.deciding if results[name].verdict.outcome in outcomes])


def _met(planned: PlannedCriterion, results: Results) -> str:
    met = Outcome.MET  # nearly all criteria of a mature project: compared by identity, which costs least
    return grouped([name for name in planned.deciding if results[name].verdict.outcome is met], results)


def _not_met(planned: PlannedCriterion, results: Results) -> str:
    return grouped(with_outcome(planned, results, Outcome.NOT_MET), results)


def _partial(planned: PlannedCriterion, results: Results) -> str:
    named = [n for n in planned.criterion.partial_by if results[n].verdict.outcome is Outcome.MET]
    declared = declared_only(planned, results)
    parts = [
        grouped(with_outcome(planned, results, Outcome.PARTIAL, *UNSETTLED), results),
        f"Only declared so far, not seen at work ({listed((*declared, *named))})." if declared or named else "",
    ]
    return " ".join(filter(None, parts))


def _open(planned: PlannedCriterion, results: Results) -> str:
    if planned.criterion.met_by is None:
        return "No machine can see this: a person can attest it, with a link and an expiry."
    return grouped(with_outcome(planned, results, *UNSETTLED), results)


def _absent(planned: PlannedCriterion, results: Results) -> str:
    return grouped(with_outcome(planned, results, Outcome.NOT_APPLICABLE), results)


SENTENCES = {
    Outcome.MET: _met,
    Outcome.NOT_MET: _not_met,
    Outcome.PARTIAL: _partial,
    Outcome.NOT_APPLICABLE: _absent,
    Outcome.UNKNOWN: _open,
    Outcome.STALE: _open,
    Outcome.ERROR: _open,
}


def explain_outcome(planned: PlannedCriterion, results: Results, outcome: Outcome) -> str:
    """Why the criterion has this outcome, in what its checks say."""
    return SENTENCES[outcome](planned, results)


def attested_reason(attestation: Attestation) -> str:
    """Who attested a criterion, and until when it counts."""
    who, said = attestation.by or "A member", f": {attestation.text}" if attestation.text else "."
    days = f"on {attestation.at:%Y-%m-%d}, until {attestation.expires:%Y-%m-%d}"
    return f"{who} attested “{attestation.answer}” {days}{said}"
