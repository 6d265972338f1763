"""Questions answered from the log of promotions (APR-01 … APR-05).

Topic ``approvals.promotions``, one record per move of a production alias, in any order::

    {"since": ISO time from which the log is complete,
     "single_person": whether the project has only one member,
     "promotions": [{
        "id", "model", "version": int, "alias",
        "kind": "promotion" | "rollback" | "drill",
        "outside": whether it was made outside the portal and only noticed,
        "requested_at", "requested_by": ISO time and person, "" when nobody asked,
        "decided_at", "decided_by", "decision": "approved" | "rejected" | "",
        "decided_roles": [roles of the one who decided, at that time] or None without a role map,
        "via": the face of the decision: "web" | "api" | "slack" | "policy" | "",
        "actor_mapped", "signature_verified": True, False or None where the face has no such thing,
        "applied_at": ISO time, "applied_by", "applied_by_kind": "service" | "person" | "unknown",
        "trained_by": person or None when not known,
        "manual_steps": how many steps were done outside the portal,
        "validation": {"status", "set_at": ISO time, "by_kind": "service" | "person" | "unknown"} or None,
        "deployment_run": id of the orchestrator's or CI's run, or ""}]}

Persons are portal user names, the same one wherever the same person acts. A rejected request is no promotion.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from statistics import median
from typing import Any

from assessments.checks.base import Facts, check
from assessments.checks.combine import by_share
from assessments.checks.verdict import Seen, Verdict, met, not_applicable, not_met, partial, unknown
from mlops_portal.kernel.clock import parse

TOPIC = "approvals.promotions"

#: Roles that may release a model.
RELEASE_ROLES = frozenset({"software-engineer", "ml-engineer"})

#: How many of the last promotions a median is taken of, the fewest to judge by, and how long one may take.
LAST, FEWEST, SOON = 10, 3, timedelta(days=1)

Item = Mapping[str, Any]


def promotions_in_window(facts: Facts, *, kinds: frozenset[str] | set[str] = frozenset({"promotion"})) -> list[Item]:
    """Return the applied promotions (or rollbacks, drills) inside the check's window, newest first."""
    items = (item for item in facts[TOPIC].get("promotions", ()) if item["kind"] in kinds and item["applied_at"])
    recent = [item for item in items if facts.recent(parse(item["applied_at"]))]
    return sorted(recent, key=lambda item: (parse(item["applied_at"]), item["id"]), reverse=True)


def _none(facts: Facts) -> Verdict:
    return unknown(f"No model was promoted in the last {facts.window.days} days.")


def _seen(item: Item, what: str) -> Seen:
    return Seen(f"{item['model']} version {item['version']} on {item['applied_at'][:10]}: {what}", where=item["id"])


@check("APR-01", needs=(TOPIC,))
def does_every_promotion_have_a_second_person(facts: Facts) -> Verdict:
    """Whether every production promotion has a decision record, the approver other than the requester."""
    moves = promotions_in_window(facts, kinds={"promotion", "rollback"})
    if not moves:
        return _none(facts)
    outside = [_seen(item, "made outside the portal") for item in moves if item["outside"]]
    if outside:
        return not_met(f"{len(outside)} of {len(moves)} promotions were made outside the portal.", outside)
    alone = [_seen(item, _alone(item)) for item in moves if _alone(item)]
    return by_share(len(moves) - len(alone), len(moves), 1.0, "promotions were approved by a second person", alone)


def _alone(item: Item) -> str:
    if item["decision"] != "approved" or not item["decided_by"]:
        return "no approval is recorded"
    return "approved by the one who asked" if item["decided_by"] == item["requested_by"] else ""


@check("APR-02", needs=(TOPIC,))
def do_engineers_release(facts: Facts) -> Verdict:
    """Whether the approver holds a release role (software or ML engineering) at the time of the decision."""
    decided = [item for item in promotions_in_window(facts) if item["decision"] == "approved"]
    if not decided:
        return _none(facts)
    if any(item["decided_roles"] is None for item in decided):
        return unknown("There is no role map: give the project's members their roles.")
    wrong = [
        _seen(item, f"decided as {', '.join(item['decided_roles']) or 'nobody'}")
        for item in decided
        if not RELEASE_ROLES & set(item["decided_roles"])
    ]
    return by_share(len(decided) - len(wrong), len(decided), 1.0, "promotions were decided by an engineer", wrong)


@check("APR-03", needs=(TOPIC,))
def are_slack_decisions_attributable(facts: Facts) -> Verdict:
    """Whether each actor in Slack is a mapped portal user, and the request's signature was verified."""
    decided = [item for item in promotions_in_window(facts) if item["via"] == "slack"]
    if not decided:
        return not_applicable("No promotion was decided in Slack in the window.")
    wrong = [_seen(item, _doubt(item)) for item in decided if _doubt(item)]
    return by_share(len(decided) - len(wrong), len(decided), 1.0, "decisions in Slack are attributable", wrong)


def _doubt(item: Item) -> str:
    if not item["actor_mapped"]:
        return "the Slack user is no known portal user, so the decision does not count"
    return "" if item["signature_verified"] else "the request's signature was not verified"


@check("APR-04", needs=(TOPIC,))
def can_others_release(facts: Facts) -> Verdict:
    """Whether the person who released the last model is another than the one who trained it."""
    if facts[TOPIC].get("single_person"):
        return not_applicable("The project has a single member.")
    moves = promotions_in_window(facts)
    if not moves:
        return _none(facts)
    last = moves[0]
    released_by = last["applied_by"] if last["applied_by_kind"] == "person" else last["decided_by"]
    if not last["trained_by"] or not released_by:
        return unknown("Who trained or who released the last model is not known.", [_seen(last, "people not known")])
    seen = [_seen(last, f"trained by {last['trained_by']}, released by {released_by}")]
    if released_by == last["trained_by"]:
        return not_met("The last model was released by the person who trained it.", seen)
    return met("The last model was released by somebody other than the one who trained it.", seen)


def _seconds(item: Item) -> float:
    return (parse(item["applied_at"]) - parse(item["requested_at"])).total_seconds()


@check("APR-05", needs=(TOPIC,))
def are_promotions_quick(facts: Facts) -> Verdict:
    """Whether promotions go from request to live within a day (median of the last ten), with no step elsewhere."""
    timed = [item for item in promotions_in_window(facts) if item["requested_at"]][:LAST]
    if len(timed) < FEWEST:
        return unknown(f"Only {len(timed)} promotions in {facts.window.days} days; {FEWEST} are needed.")
    typical = timedelta(seconds=median(map(_seconds, timed)))
    manual = [_seen(item, f"{item['manual_steps']} manual steps") for item in timed if item["manual_steps"]]
    taken = f"{typical.total_seconds() / 3600:.1f} hours from request to live (median of {len(timed)})"
    if typical > SOON:
        return not_met(f"Promotions take {taken}.", manual)
    if manual:
        return partial(f"Promotions take {taken}, but {len(manual)} had manual steps outside the portal.", manual)
    return met(f"Promotions take {taken}, without manual steps.", [_seen(item, "in time") for item in timed])
