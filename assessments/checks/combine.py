"""Joining several answers into one: over models, and over shares of runs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assessments.checks.verdict import Outcome, Seen, Verdict, met, not_applicable, not_met, partial, unknown

_FAILING = (Outcome.NOT_MET, Outcome.PARTIAL)


def all_of(verdicts: Sequence[Verdict]) -> Verdict:
    """Give the verdict that holds when the question is asked of several things and must be true of each.

    True of all that it applies to: met. False of one: partial when it is at least in part true of another, else not
    met. Otherwise, when one cannot be told, unknown. Raises ValueError without any verdict.
    """
    if not verdicts:
        raise ValueError("There is nothing to combine.")
    if len(verdicts) == 1:
        return verdicts[0]
    applicable = [verdict for verdict in verdicts if verdict.outcome is not Outcome.NOT_APPLICABLE]
    failing = [verdict for verdict in applicable if verdict.outcome in _FAILING]
    unclear = [verdict for verdict in applicable if verdict.outcome is Outcome.UNKNOWN]
    seen = [item for verdict in verdicts for item in verdict.seen]
    if not applicable:
        return not_applicable(verdicts[0].reason, seen)
    if failing:
        good = any(verdict.outcome in (Outcome.MET, Outcome.PARTIAL) for verdict in applicable)
        return (partial if good else not_met)(_reasons(failing), seen)
    if unclear:
        return unknown(_reasons(unclear), seen)
    return met(_reasons(applicable), seen, strength=min(verdict.strength for verdict in applicable))


def _reasons(verdicts: Iterable[Verdict]) -> str:
    reasons = list(dict.fromkeys(verdict.reason for verdict in verdicts))
    more = f" (and {len(reasons) - 3} more)" if len(reasons) > 3 else ""
    return " ".join(reasons[:3]) + more


def by_share(good: int, total: int, enough: float, what: str, seen: Iterable[Seen] = ()) -> Verdict:
    """Give met when ``good`` of ``total`` are at least the share ``enough``, partial for some, not met for none."""
    reason = f"{good} of {total} {what} ({good / total:.0%}; {enough:.0%} asked for)."
    if good >= enough * total:
        return met(reason, seen)
    return partial(reason, seen) if good else not_met(reason, seen)
