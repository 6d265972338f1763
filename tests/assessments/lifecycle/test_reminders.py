"""Owners are told once, by e-mail, of what is due; answers of projects without sources run out by the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from assessments.lifecycle.assess import start_assessment, submit_assessment
from assessments.lifecycle.reminders import FOLLOW, REMIND
from assessments.models import Reminder
from assessments.selectors.due import due_on
from assessments.selectors.scorecards import live_scoring
from mlops_portal.accounts.models import User
from mlops_portal.jobs.actions import request_job
from mlops_portal.jobs.models import Job
from mlops_portal.kernel import clock
from mlops_portal.projects.models import Project
from tests.assessments.lifecycle.people import SYSTEM, accept, attest, by, in_days, submitted, verdict

RunJobs = Callable[[], list[Job]]


@pytest.fixture
def remind(run_jobs: RunJobs) -> Callable[[], Job]:
    def run() -> Job:
        request_job(actor=SYSTEM, kind=REMIND)
        return run_jobs()[-1]

    return run


@pytest.fixture
def due(flights: Project) -> Project:
    """A project whose first assessment is due in ten days."""
    created = clock.now() - timedelta(days=170)
    Project.objects.filter(pk=flights.pk).update(created_at=created)
    flights.refresh_from_db()
    return flights


def test_owners_are_told_once_of_an_assessment_that_comes_due(due: Project, remind: Callable[[], Job]) -> None:
    assert remind().state == "succeeded"
    remind()
    (sent,) = mail.outbox
    assert sent.to == ["alice@example.org"]
    assert f"Flights: an assessment is due on {in_days(10):%Y-%m-%d}." in sent.body
    assert Reminder.objects.get().due_on == due_on(due)


def test_what_is_far_away_or_waits_for_a_reviewer_is_no_reason_for_mail(
    due: Project, alice: User, remind: Callable[[], Job]
) -> None:
    submitted(alice, due)
    Project.objects.create(slug="wine", name="Wine")
    remind()
    assert mail.outbox == []


def test_the_day_moves_with_the_last_accepted_one_and_the_project_s_own_cadence(
    due: Project, alice: User, dana: User
) -> None:
    accept(dana, submitted(alice, due))
    assert due_on(due) == in_days(180)
    due.cadence_days = 30
    assert due_on(due) == in_days(30)


def test_an_attestation_that_ends_soon_is_told_with_its_day(
    flights: Project, alice: User, dana: User, remind: Callable[[], Job]
) -> None:
    draft = start_assessment(actor=by(alice), project=flights)
    attest(alice, draft, "MR-2.1")
    draft.drafted.update(expires=in_days(5))
    accept(dana, submit_assessment(actor=by(alice), assessment=draft))
    remind()
    assert f"the answer to MR-2.1 ends on {in_days(5):%Y-%m-%d}." in mail.outbox[0].body


def test_what_could_not_be_sent_is_told_by_the_next_attempt(
    due: Project, remind: Callable[[], Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(message: Any) -> None:
        raise SMTPException("greylisted")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", refuse)
        assert remind().state == "failed"
    assert not Reminder.objects.exists()
    remind()
    assert len(mail.outbox) == 1


def test_where_no_mail_goes_out_nothing_is_noted_as_told(
    due: Project, remind: Callable[[], Job], settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    remind()
    assert not Reminder.objects.exists()


def test_an_owner_without_address_is_told_when_there_is_one(
    due: Project, alice: User, remind: Callable[[], Job]
) -> None:
    User.objects.update(email="")
    remind()
    User.objects.filter(pk=alice.pk).update(email="alice@example.org")
    remind()
    assert len(mail.outbox) == 1


def test_the_level_of_a_project_without_sources_falls_when_its_answers_run_out(
    flights: Project, alice: User, dana: User, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(dana, submitted(alice, flights))
    later = clock.now() + timedelta(days=200)
    with monkeypatch.context() as then:
        then.setattr(clock, "now", lambda: later)
        request_job(actor=SYSTEM, kind=FOLLOW)
        assert run_jobs()[-1].state == "succeeded"
    live = live_scoring(flights, "mlops-levels")
    assert live is not None
    assert verdict(live.scorecard, "P-3.1") == "stale"


def test_an_address_that_was_only_claimed_is_told_nothing_of_a_project(
    due: Project, alice: User, remind: Callable[[], Job]
) -> None:
    claimed = EmailAddress.objects.create(user=alice, email=alice.email, verified=False, primary=True)
    remind()
    assert mail.outbox == []
    EmailAddress.objects.filter(pk=claimed.pk).update(verified=True)
    remind()
    assert [sent.to for sent in mail.outbox] == [["alice@example.org"]]
