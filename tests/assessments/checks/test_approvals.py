"""What the log of promotions answers."""

from __future__ import annotations

from typing import Any

import pytest

from assessments.checks.verdict import Outcome
from tests.assessments.checks.evidence import ago, asked, outcome

MET, PARTIAL, NOT_MET = Outcome.MET, Outcome.PARTIAL, Outcome.NOT_MET
UNKNOWN, NOT_APPLICABLE = Outcome.UNKNOWN, Outcome.NOT_APPLICABLE


def promotion(**changes: Any) -> dict[str, Any]:
    """An exemplary promotion: asked for by Alice, decided by Bob, applied by a service within an hour."""
    whole = {
        "id": "p1",
        "model": "delay",
        "version": 2,
        "alias": "champion",
        "kind": "promotion",
        "outside": False,
        "requested_at": ago(5, hours=1),
        "requested_by": "alice",
        "decided_at": ago(5),
        "decided_by": "bob",
        "decision": "approved",
        "decided_roles": ["ml-engineer"],
        "via": "web",
        "actor_mapped": None,
        "signature_verified": None,
        "applied_at": ago(5),
        "applied_by": "portal",
        "applied_by_kind": "service",
        "trained_by": "alice",
        "manual_steps": 0,
        "validation": None,
        "deployment_run": "",
    }
    return {**whole, **changes}


def log(*promotions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"approvals.promotions": {"since": ago(365), "promotions": list(promotions), **changes}}


@pytest.mark.parametrize("check", ["APR-01", "APR-02", "APR-03", "APR-04", "APR-05", "MLF-11"])
def test_without_a_log_of_promotions_nothing_is_known(check: str) -> None:
    verdict = asked(check, {})
    assert (verdict.outcome, verdict.reason) == (UNKNOWN, "Not connected yet: promotions and approvals in the portal.")


@pytest.mark.parametrize("check", ["APR-01", "APR-02", "APR-04", "APR-05"])
def test_without_a_promotion_in_the_window_nothing_is_known(check: str) -> None:
    assert outcome(check, log()) is UNKNOWN
    assert outcome(check, log(promotion(applied_at=ago(91)))) is UNKNOWN


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, MET),
        ({"decided_by": "alice"}, NOT_MET),
        ({"decision": "", "decided_by": ""}, NOT_MET),
        ({"outside": True}, NOT_MET),
    ],
)
def test_every_promotion_needs_a_second_person(changes: dict[str, Any], wanted: Outcome) -> None:
    assert outcome("APR-01", log(promotion(**changes))) is wanted


def test_one_promotion_outside_the_portal_spoils_all() -> None:
    assert outcome("APR-01", log(promotion(), promotion(id="p2", outside=True))) is NOT_MET
    assert outcome("APR-01", log(promotion(), promotion(id="p2", decided_by="alice"))) is PARTIAL


@pytest.mark.parametrize(
    ("roles", "wanted"),
    [(["software-engineer"], MET), (["data-scientist"], NOT_MET), ([], NOT_MET), (None, UNKNOWN)],
)
def test_an_engineer_decides(roles: list[str] | None, wanted: Outcome) -> None:
    assert outcome("APR-02", log(promotion(decided_roles=roles))) is wanted


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"via": "web"}, NOT_APPLICABLE),
        ({"via": "slack", "actor_mapped": True, "signature_verified": True}, MET),
        ({"via": "slack", "actor_mapped": False, "signature_verified": True}, NOT_MET),
        ({"via": "slack", "actor_mapped": True, "signature_verified": False}, NOT_MET),
    ],
)
def test_decisions_in_slack_need_a_known_person_and_a_signature(changes: dict[str, Any], wanted: Outcome) -> None:
    assert outcome("APR-03", log(promotion(**changes))) is wanted


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, MET),
        ({"decided_by": "alice"}, NOT_MET),
        ({"applied_by": "alice", "applied_by_kind": "person"}, NOT_MET),
        ({"trained_by": None}, UNKNOWN),
    ],
)
def test_somebody_else_than_the_one_who_trained_releases(changes: dict[str, Any], wanted: Outcome) -> None:
    assert outcome("APR-04", log(promotion(**changes))) is wanted


def test_a_single_person_cannot_be_two() -> None:
    assert outcome("APR-04", log(promotion(), single_person=True)) is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("hours", "manual", "wanted"),
    [
        ([1, 2], 0, UNKNOWN),
        ([1, 2, 200], 0, MET),
        ([1, 30, 200], 0, NOT_MET),
        ([1, 2, 3], 1, PARTIAL),
        ([24, 24, 24], 0, MET),
    ],
)
def test_the_median_promotion_takes_a_day_at_most(hours: list[int], manual: int, wanted: Outcome) -> None:
    moves = [
        promotion(id=str(n), requested_at=ago(5, hours=taken), manual_steps=manual) for n, taken in enumerate(hours)
    ]
    assert outcome("APR-05", log(*moves)) is wanted
