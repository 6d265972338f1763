"""The life of an assessment, as people lead it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from assessments.lifecycle.assess import (
    publish_assessment,
    start_assessment,
    submit_assessment,
    take_up,
    withdraw_assessment,
)
from assessments.lifecycle.rescore import rescore
from assessments.models import Answer, Assessment, EvidenceRecord
from assessments.selectors.scorecards import live_scoring
from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.kernel.errors import Conflict, Invalid, InvalidTransition, NotAllowed, Stale
from mlops_portal.projects.models import Project
from mlops_portal.reviews.actions import decide
from mlops_portal.reviews.models import Review
from tests.assessments.lifecycle.people import (
    SYSTEM,
    accept,
    attest,
    by,
    give_back,
    level,
    review_of,
    say,
    submitted,
    verdict,
)


def test_what_a_second_person_accepts_becomes_evidence_and_moves_the_live_level(
    flights: Project, alice: User, dana: User
) -> None:
    rescore(actor=SYSTEM, project=flights)
    draft = start_assessment(actor=by(alice), project=flights)
    say(alice, draft, "HUM-03")
    live = live_scoring(flights, "mlops-levels")
    assert live is not None
    assert verdict(live.scorecard, "P-3.1") == "unknown"
    waiting = submit_assessment(actor=by(alice), assessment=draft)
    assert verdict(waiting.scorecard, "P-3.1") == "met"
    live.refresh_from_db()
    assert verdict(live.scorecard, "P-3.1") == "unknown"
    accepted = accept(dana, waiting)
    assert (accepted.state, accepted.decided_by) == ("accepted", dana)
    live = live_scoring(flights, "mlops-levels")
    assert live is not None
    assert verdict(live.scorecard, "P-3.1") == "met"
    assert EvidenceRecord.objects.get(topic="human.form").standing


def test_nobody_accepts_what_they_submitted(flights: Project, alice: User) -> None:
    waiting = submitted(alice, flights)
    with pytest.raises(NotAllowed, match="asked for this review"):
        accept(alice, waiting)
    with pytest.raises(NotAllowed, match="submitted this"):
        take_up(actor=by(alice), assessment=waiting)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.filter(pk=waiting.pk).update(decided_by=alice)


def test_a_superuser_is_no_second_person_either(flights: Project, alice: User) -> None:
    alice.is_superuser = True
    alice.save()
    with pytest.raises(NotAllowed):
        accept(alice, submitted(alice, flights))


def test_whoever_gave_an_answer_does_not_decide_about_it(flights: Project, alice: User, bob: User, dana: User) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    say(bob, draft)
    waiting = submit_assessment(actor=by(alice), assessment=draft)
    with pytest.raises(NotAllowed):
        accept(bob, waiting)
    assert accept(dana, waiting).state == "accepted"
