"""Setting a policy: by who governs, with a reason, within its bounds; a machine of random edits never breaks them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.lifecycle.policies import policies, set_policy, state_of
from assessments.models import Policy
from mlops_portal.accounts.actors import actor_from_user
from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel.actor import Actor, Face
from mlops_portal.kernel.errors import Invalid, NotAllowed, Stale

VALUES = {"risk_tier": "high", "reviewers": 2, "cadence_days": 90, "longest_waiver_days": 60, "reason": "It is asked."}


@pytest.fixture
def governor(dana: User) -> Actor:
    return actor_from_user(dana, face=Face.WEB)


def test_who_does_not_govern_sets_nothing(alice: User) -> None:
    with pytest.raises(NotAllowed):
        set_policy(actor=actor_from_user(alice, face=Face.WEB), **VALUES)  # type: ignore[arg-type]
    assert not Policy.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"risk_tier": "huge"}, "risk_tier"),
        ({"reason": " "}, "reason"),
        ({"reviewers": 0}, "reviewers"),
        ({"cadence_days": 731}, "cadence_days"),
        ({"longest_waiver_days": 181}, "longest_waiver_days"),
    ],
)
def test_what_cannot_be_names_its_field_and_changes_nothing(
    governor: Actor, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        set_policy(actor=governor, **{**VALUES, **wrong})  # type: ignore[arg-type]
    assert refused.value.field == field
    assert not Policy.objects.exists()
    assert not AuditEntry.objects.exists()


def test_an_editor_who_saw_another_policy_is_told(governor: Actor) -> None:
    seen = state_of(Policy(risk_tier="high"))
    set_policy(actor=governor, seen=seen, **VALUES)  # type: ignore[arg-type]
    with pytest.raises(Stale):
        set_policy(actor=governor, seen=seen, **VALUES)  # type: ignore[arg-type]


def test_every_tier_has_a_policy_though_nobody_set_one(governor: Actor) -> None:
    assert [policy.risk_tier for policy in policies() if policy.pk is None] == ["high", "medium", "low"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(["low", "high", "odd"]), st.integers(-3, 9), st.integers(0, 800)), max_size=6)
)
def test_no_sequence_of_edits_leaves_a_policy_out_of_bounds(governor: Actor, edits: list[tuple[str, int, int]]) -> None:
    for tier, reviewers, days in edits:
        values = {"risk_tier": tier, "reviewers": reviewers, "cadence_days": days, "longest_waiver_days": days}
        try:
            set_policy(actor=governor, reason="because", **values)  # type: ignore[arg-type]
        except Invalid:
            continue
    for policy in Policy.objects.all():
        assert 1 <= policy.reviewers <= 5
        assert 7 <= policy.cadence_days <= 730
        assert 1 <= policy.longest_waiver_days <= 180
