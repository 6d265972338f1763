"""Exceptions: asked for by one, granted by another, ended by clock or revocation; a waiver never raises a level."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from assessments.lifecycle.exempt import renew_waiver, revoke_exemption, withdraw_exemption
from assessments.models import Exemption, Policy, Scoring
from assessments.selectors.gate import project_gate
from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel.errors import Conflict, Invalid, InvalidTransition, NotAllowed
from mlops_portal.projects.models import Project
from mlops_portal.reviews.actions import decide, expire_review
from mlops_portal.reviews.models import Review
from tests.assessments.lifecycle.granting import SYSTEM, asked, by, decided, in_days, left_out, review_of, scored

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)

#: What keeps a project without any evidence from level 1, in the default framework.
LEVEL_1 = ("MR-1.1", "AI-1.1", "AI-1.2", "AI-1.3", "AI-1.4")


@pytest.fixture
def project(flights: Project) -> Project:
    return scored(flights)


def live(project: Project) -> Scoring:
    return Scoring.objects.get(project=project, framework="mlops-levels", live=True)


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("sequence").values_list("verb", flat=True))


def blocking(project: Project) -> list[str]:
    dimensions = live(project).scorecard["dimensions"].values()
    return [c["id"] for d in dimensions for c in d["criteria"] if c["level"] == 1 and c["verdict"] != "met"]


def waive_level_1(alice: User, dana: User, project: Project, **values: Any) -> list[Exemption]:
    return [decided(dana, asked(alice, project, name, **values)) for name in blocking(project)]


def test_a_granted_waiver_opens_the_gate_and_leaves_every_level_as_it_is(
    project: Project, alice: User, dana: User
) -> None:
    before = live(project)
    assert project_gate(project, minimum=1).decision == "inconclusive"
    granted = waive_level_1(alice, dana, project)
    after = live(project)
    assert (after.confirmed, after.possible) == (before.confirmed, before.possible) == (0, 4)
    assert after.summary["dimensions"] == before.summary["dimensions"]
    found = project_gate(project, minimum=1)
    assert found.decision == "passes"
    assert {opening.criterion for opening in found.openings} == {item.criterion for item in granted}
    assert "waived to 1" in found.sentence
    assert project_gate(project, minimum=2).decision == "inconclusive"


def test_it_runs_out_by_the_clock_without_anybody_doing_anything(project: Project, alice: User, dana: User) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        scored(project)
        waive_level_1(alice, dana, project, expires=NOON + timedelta(days=30))
        traveller.move_to(NOON + timedelta(days=30, seconds=-1))
        assert project_gate(project, minimum=1).decision == "passes"
        traveller.move_to(NOON + timedelta(days=30))
        assert project_gate(project, minimum=1).decision == "inconclusive"


def test_what_the_waiver_changed_names_it_as_the_cause_when_it_starts_and_when_it_is_revoked(
    project: Project, alice: User, dana: User
) -> None:
    *_, last = waive_level_1(alice, dana, project)
    changes = {(change["kind"], change["cause"]) for change in live(project).changes}
    assert changes == {("waiver", "waiver started"), ("waived", "waiver started")}
    revoke_exemption(actor=by(dana), exemption=last, reason="The pilot was stopped.")
    changes = {(change["kind"], change["cause"]) for change in live(project).changes}
    assert changes == {("waiver", "waiver ended"), ("waived", "waiver ended")}


def test_who_asks_does_not_grant_not_even_governance(project: Project, dana: User, bob: User, alice: User) -> None:
    own = asked(dana, project)
    with pytest.raises(NotAllowed, match="asked for this"):
        decided(dana, own)
    with pytest.raises(NotAllowed):
        decided(bob, own)
    alice.is_superuser = True
    alice.save()
    hers = asked(alice, project, "AI-1.2")
    with pytest.raises(NotAllowed, match="asked for this"):
        decided(alice, hers)
    assert set(Exemption.objects.values_list("state", flat=True)) == {"requested"}


@pytest.mark.parametrize("state", ["granted", "revoked", "declined"])
def test_the_database_refuses_a_requester_who_decides(project: Project, alice: User, state: str) -> None:
    request = asked(alice, project)
    with pytest.raises(IntegrityError), transaction.atomic():
        Exemption.objects.filter(pk=request.pk).update(state=state, decided_by=alice)


def test_the_database_refuses_a_waiver_that_nobody_granted_or_that_does_not_end(project: Project, alice: User) -> None:
    rows = Exemption.objects.filter(pk=asked(alice, project).pk)
    for values in ({"state": "granted"}, {"expires": None}, {"expires": in_days(190)}, {"expires": in_days(-1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**values)


def test_owners_decide_where_little_harm_can_be_done_and_only_there(project: Project, alice: User, bob: User) -> None:
    with pytest.raises(NotAllowed):
        decided(alice, asked(bob, project))
    Project.objects.update(risk_tier="low")
    assert decided(alice, Exemption.objects.get()).decided_by == alice


def test_strangers_may_not_even_ask(project: Project, charlie: User) -> None:
    with pytest.raises(NotAllowed):
        asked(charlie, project)
    with pytest.raises(NotAllowed):
        left_out(charlie, project)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"criterion": "XX-9.9"}, "criterion"),
        ({"reason_code": "because"}, "reason_code"),
        ({"reason_code": "does-not-arise"}, "reason_code"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"expires": datetime(2020, 1, 1, tzinfo=UTC)}, "expires"),
        ({"starts": datetime(2020, 1, 1, tzinfo=UTC)}, "starts"),
        ({"expires": datetime(2099, 1, 1, tzinfo=UTC)}, "expires"),
    ],
)
def test_what_is_wrong_with_a_request_is_said_beside_its_field(
    project: Project, alice: User, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        asked(alice, project, **values)
    assert refused.value.field == field
    assert not Exemption.objects.exists()


def test_the_policy_of_the_risk_tier_limits_how_long_a_waiver_lasts(project: Project, alice: User) -> None:
    Policy.objects.create(risk_tier=project.risk_tier, longest_waiver_days=14)
    with pytest.raises(Invalid, match="14 days at most"):
        asked(alice, project, expires=in_days(15))
    assert asked(alice, project, expires=in_days(13)).state == "requested"


def test_a_criterion_has_one_open_request_and_one_waiver_at_a_time(project: Project, alice: User, dana: User) -> None:
    first = asked(alice, project)
    with pytest.raises(Conflict, match="being decided"):
        asked(alice, project)
    decided(dana, first)
    with pytest.raises(Conflict, match="Renew"):
        asked(alice, project)


def test_renewals_are_counted_and_waiting_until_it_has_run_out_does_not_reset_the_count(
    project: Project, alice: User, dana: User
) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        first = decided(dana, asked(alice, project, expires=NOON + timedelta(days=10)))
        with pytest.raises(Invalid, match="later day"):
            renew_waiver(actor=by(alice), exemption=first, text="Longer.", expires=NOON + timedelta(days=9))
        second = renew_waiver(actor=by(alice), exemption=first, text="Longer.", expires=NOON + timedelta(days=20))
        assert (second.renewals, second.renews, second.state) == (1, first, "requested")
        decided(dana, second)
        traveller.move_to(NOON + timedelta(days=21))
        third = asked(alice, project, expires=NOON + timedelta(days=30))
        assert (third.renewals, third.renews) == (2, second)


def test_only_what_was_granted_is_renewed(project: Project, alice: User, dana: User) -> None:
    request = asked(alice, project)
    for change in (None, lambda: decided(dana, request, "return")):
        if change:
            change()
        with pytest.raises(InvalidTransition):
            renew_waiver(actor=by(alice), exemption=request, text="Longer.", expires=in_days(40))


def test_revoking_ends_a_waiver_with_all_that_renews_it(project: Project, alice: User, dana: User) -> None:
    first = decided(dana, asked(alice, project))
    second = decided(dana, renew_waiver(actor=by(alice), exemption=first, text="Longer.", expires=in_days(60)))
    with pytest.raises(Invalid):
        revoke_exemption(actor=by(alice), exemption=second, reason=" ")
    revoke_exemption(actor=by(alice), exemption=second, reason="The tests are there.")
    assert set(Exemption.objects.values_list("state", "revoked_by")) == {("revoked", alice.pk)}
    assert live(project).scorecard["waived"] == live(project).scorecard["overall"]
    with pytest.raises(InvalidTransition):
        revoke_exemption(actor=by(alice), exemption=first, reason="Again.")


def test_bob_neither_owns_nor_governs_and_may_not_revoke(project: Project, alice: User, bob: User, dana: User) -> None:
    granted = decided(dana, asked(alice, project))
    with pytest.raises(NotAllowed):
        revoke_exemption(actor=by(bob), exemption=granted, reason="I do not like it.")


def test_a_request_is_withdrawn_by_who_asked_and_may_be_asked_anew(project: Project, alice: User, bob: User) -> None:
    request = asked(alice, project)
    with pytest.raises(NotAllowed):
        withdraw_exemption(actor=by(bob), exemption=request, reason="Not mine.")
    assert withdraw_exemption(actor=by(alice), exemption=request, reason="Mended.").state == "withdrawn"
    assert asked(alice, project).renewals == 0


def test_a_request_that_nobody_decides_in_time_is_withdrawn_by_the_clock(project: Project, alice: User) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        request = asked(alice, project, expires=NOON + timedelta(days=5))
        traveller.move_to(NOON + timedelta(days=5))
        expire_review(actor=SYSTEM, review=review_of(request))
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_a_decision_counts_only_for_the_request_that_was_shown(project: Project, alice: User, dana: User) -> None:
    request = asked(alice, project)
    Exemption.objects.filter(pk=request.pk).update(text="Something else entirely.")
    with pytest.raises(Exception, match="changed since"):
        decided(dana, request)


def test_a_declined_request_changes_no_score_and_keeps_the_reason(project: Project, alice: User, dana: User) -> None:
    before = live(project).digest
    assert decided(dana, asked(alice, project), "return").state == "declined"
    assert live(project).digest == before
    assert AuditEntry.objects.get(verb="waiver.declined").reason == "Looked at it."


def test_not_applicable_takes_another_person_and_removes_the_criterion(
    project: Project, alice: User, dana: User
) -> None:
    request = left_out(alice, project)
    with pytest.raises(Conflict):
        left_out(alice, project)
    decided(dana, request)
    criteria = [c for d in live(project).scorecard["dimensions"].values() for c in d["criteria"]]
    found = next(c for c in criteria if c["id"] == "MR-1.1")
    assert found["verdict"] == "not_applicable"
    causes = {change["cause"] for change in live(project).changes if change["id"] == "MR-1.1"}
    assert causes == {"attestation changed"}
    revoke_exemption(actor=by(dana), exemption=request, reason="They deploy now.")
    criteria = [c for d in live(project).scorecard["dimensions"].values() for c in d["criteria"]]
    assert next(c for c in criteria if c["id"] == "MR-1.1")["verdict"] == "unknown"


def test_the_reviewer_reads_what_it_is_for_until_when_and_what_it_changes(project: Project, alice: User) -> None:
    review: Review = review_of(asked(alice, project, link="https://wiki.example.org/risk"))
    facts = {fact["label"]: fact["text"] for fact in review.facts}
    assert "MR-1.1" in facts["Criterion"]
    assert facts["Because"] == "The risk is accepted"
    assert facts["See"] == "https://wiki.example.org/risk"
    assert "the level stays 0 (up to 4)" in facts["MLOps levels"]


def test_every_step_is_in_the_trail(project: Project, alice: User, dana: User) -> None:
    granted = decided(dana, asked(alice, project))
    revoke_exemption(actor=by(dana), exemption=granted, reason="Enough.")
    decided(dana, asked(alice, project, "AI-1.2"), "return")
    withdraw_exemption(actor=by(alice), exemption=asked(alice, project, "AI-1.4"), reason="Mended.")
    said = [verb for verb in verbs() if verb.startswith("waiver.")]
    assert said == ["waiver.requested", "waiver.granted", "waiver.revoked", "waiver.requested", "waiver.declined",
                    "waiver.requested", "waiver.withdrawn"]  # fmt: skip


def test_a_grant_that_cannot_be_scored_was_not_given(
    project: Project, alice: User, dana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError("no")

    request = asked(alice, project)
    monkeypatch.setattr("assessments.lifecycle.exemption_reviews.rescore", fail)
    review = review_of(request)
    with pytest.raises(RuntimeError), transaction.atomic():
        decide(actor=by(dana), review=review, answer="approve", reason="Yes.", digest=review.digest)
    request.refresh_from_db()
    assert (request.state, review_of(request).state) == ("requested", "open")
