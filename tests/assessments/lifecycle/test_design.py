"""The design of a project: written by some, accepted by another, never changed unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from assessments.lifecycle.design import LONGEST_TEXT, save_design, start_design, submit_design, withdraw_design
from assessments.lifecycle.design_reviews import FIELDS, digest_of
from assessments.models import DesignReview
from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.audit.verify import Verification
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Conflict, Invalid, InvalidTransition, NotAllowed, PortalError, Stale
from mlops_portal.projects.models import Project
from mlops_portal.reviews.actions import decide, expire_review, withdraw_review
from mlops_portal.reviews.models import Review
from mlops_portal.reviews.selectors import waiting_for
from tests.assessments.lifecycle.designing import ANSWERS, begun, decided, review_of, submitted
from tests.assessments.lifecycle.granting import by


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("sequence").values_list("verb", flat=True))


def texts(design: DesignReview) -> dict[str, str]:
    return {name: getattr(design, name) for name in FIELDS}


def test_a_design_is_written_submitted_and_accepted_by_another(flights: Project, alice: User, bob: User) -> None:
    design = decided(bob, submitted(alice, flights))
    assert (design.state, design.submitted_by, design.decided_by) == ("accepted", alice, bob)
    assert texts(design) == ANSWERS
    assert design.digest == digest_of(design)
    assert [verb for verb in verbs() if verb.startswith("design.")] == [
        "design.started",
        "design.changed",
        "design.submitted",
        "design.accepted",
    ]
    assert list(Verification().findings()) == []


def test_the_reviewer_reads_all_of_it(flights: Project, alice: User) -> None:
    facts = {fact["label"]: fact["text"] for fact in review_of(submitted(alice, flights)).facts}
    assert facts == {
        "The problem": "Passengers miss their connections.",
        "The metric that matters": "Missed connections per 1,000 passengers.",
        "The baseline without ML": "Rebooking by a rule: 48 per 1,000.",
        "Is ML needed?": "Yes",
        "Why": "The rule stops at 48.",
    }


def test_only_one_is_open_at_a_time(flights: Project, alice: User, bob: User) -> None:
    begun(alice, flights)
    with pytest.raises(Conflict, match="being written already"):
        start_design(actor=by(bob), project=flights)
    assert DesignReview.objects.count() == 1


def test_the_next_one_begins_with_what_was_accepted_and_supersedes_it(flights: Project, alice: User, bob: User) -> None:
    first = decided(bob, submitted(alice, flights))
    second = start_design(actor=by(bob), project=flights)
    assert texts(second) == texts(first)
    save_design(actor=by(bob), design=second, version=1, needed="no", needed_reason="The rule does it now.")
    second = decided(alice, submit_design(actor=by(bob), design=second))
    first.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "accepted")
    entry = AuditEntry.objects.get(verb="design.superseded")
    assert entry.after["by"] == second.pk


def test_saving_what_is_there_already_writes_nothing(flights: Project, alice: User) -> None:
    draft = begun(alice, flights)
    before = len(verbs())
    same = save_design(actor=by(alice), design=draft, version=draft.version, **ANSWERS)
    assert (same.version, len(verbs())) == (draft.version, before)


def test_who_saves_over_somebody_elses_words_is_told_whose(flights: Project, alice: User, bob: User) -> None:
    draft = begun(alice, flights)
    save_design(actor=by(bob), design=draft, version=draft.version, metric="Minutes of delay.")
    with pytest.raises(Stale, match="Bob Brandt changed this on"):
        save_design(actor=by(alice), design=draft, version=draft.version, metric="Costs.")
    with pytest.raises(Stale, match="Bob Brandt"):
        submit_design(actor=by(alice), design=draft, version=draft.version)
    draft.refresh_from_db()
    assert (draft.metric, draft.state) == ("Minutes of delay.", "draft")


@pytest.mark.parametrize(
    ("values", "field"),
    [({"problem": "x" * (LONGEST_TEXT + 1)}, "problem"), ({"needed": "perhaps"}, "needed")],
)
def test_what_is_wrong_names_its_field(flights: Project, alice: User, values: dict[str, str], field: str) -> None:
    draft = start_design(actor=by(alice), project=flights)
    with pytest.raises(Invalid) as refused:
        save_design(actor=by(alice), design=draft, version=1, **values)
    assert refused.value.field == field


@pytest.mark.parametrize("name", FIELDS)
def test_every_answer_is_needed_before_it_is_submitted(flights: Project, alice: User, name: str) -> None:
    draft = begun(alice, flights, **{name: " "})
    with pytest.raises(Invalid) as refused:
        submit_design(actor=by(alice), design=draft)
    assert refused.value.field == name
    assert not Review.objects.exists()


def test_what_is_submitted_cannot_be_changed_or_submitted_again(flights: Project, alice: User) -> None:
    waiting = submitted(alice, flights)
    with pytest.raises(InvalidTransition):
        save_design(actor=by(alice), design=waiting, version=waiting.version, metric="Costs.")
    with pytest.raises(InvalidTransition):
        submit_design(actor=by(alice), design=waiting)


def test_nobody_decides_on_what_they_submitted_or_wrote_on(
    flights: Project, alice: User, bob: User, dana: User
) -> None:
    draft = begun(bob, flights)
    waiting = submit_design(actor=by(alice), design=draft)
    assert [list(waiting_for(person)) for person in (alice, bob)] == [[], []]
    for person in (alice, bob):
        with pytest.raises(NotAllowed):
            decided(person, waiting)
    assert decided(dana, waiting).state == "accepted"


def test_the_database_refuses_a_decision_of_the_submitter(flights: Project, alice: User) -> None:
    waiting = submitted(alice, flights)
    with pytest.raises(IntegrityError), transaction.atomic():
        DesignReview.objects.filter(pk=waiting.pk).update(state="accepted", decided_by=alice)


def test_a_decision_about_other_words_is_refused(flights: Project, alice: User, bob: User) -> None:
    waiting = submitted(alice, flights)
    DesignReview.objects.filter(pk=waiting.pk).update(baseline="Nothing at all.")
    with pytest.raises(Stale):
        decided(bob, waiting)


def test_what_was_returned_is_mended_by_whoever_returned_it_and_decided_by_another(
    flights: Project, alice: User, bob: User
) -> None:
    back = decided(bob, submitted(alice, flights), "return")
    assert (back.state, back.decided_by) == ("returned", bob)
    back = save_design(actor=by(bob), design=back, version=back.version, baseline="A table: 51 per 1,000.")
    again = submit_design(actor=by(bob), design=back)
    assert again.decided_by is None
    with pytest.raises(NotAllowed):
        decided(alice, again)


def test_when_nobody_decides_it_can_be_written_on_again(flights: Project, alice: User, time_machine: Any) -> None:
    waiting = submitted(alice, flights)
    withdraw_review(actor=by(alice), review=review_of(waiting), reason="One more figure.")
    waiting.refresh_from_db()
    assert waiting.state == "returned"
    waiting = submit_design(actor=by(alice), design=waiting)
    review = review_of(waiting)
    assert review.expires_at is not None
    time_machine.move_to(review.expires_at)
    expire_review(actor=Actor.system("test"), review=review)
    waiting.refresh_from_db()
    assert waiting.state == "returned"
    assert AuditEntry.objects.filter(verb="design.returned").latest("sequence").reason == "Nobody decided in time."


@pytest.mark.parametrize("make", [begun, submitted])
def test_withdrawing_takes_a_reason_closes_the_review_and_frees_the_place(
    flights: Project, alice: User, bob: User, make: Callable[..., DesignReview]
) -> None:
    open_one = make(alice, flights)
    with pytest.raises(Invalid):
        withdraw_design(actor=by(bob), design=open_one, reason=" ")
    gone = withdraw_design(actor=by(bob), design=open_one, reason="The project is put off.")
    assert gone.state == "withdrawn"
    assert not Review.objects.filter(state="open").exists()
    with pytest.raises(InvalidTransition):
        withdraw_design(actor=by(bob), design=gone, reason="Once more.")
    assert start_design(actor=by(bob), project=flights).problem == ""


def test_colleagues_and_machines_write_no_design(flights: Project, alice: User, charlie: User, dana: User) -> None:
    for actor in (by(charlie), Actor.system("test")):
        with pytest.raises(NotAllowed):
            start_design(actor=actor, project=flights)
    draft = begun(dana, flights)
    with pytest.raises(NotAllowed):
        save_design(actor=by(charlie), design=draft, version=draft.version, metric="Costs.")
    waiting = submit_design(actor=by(alice), design=draft)
    with pytest.raises(NotAllowed):
        withdraw_design(actor=by(charlie), design=waiting, reason="No.")


class _Over(Exception):
    """Ends an example, so that nothing of it stays."""


PEOPLE = st.sampled_from(("alice", "bob", "dana", "charlie"))


class Life(RuleBasedStateMachine):
    """People do with the designs of one project what they like; there is always at most one open and one accepted."""

    def __init__(self) -> None:
        super().__init__()
        self._transaction = transaction.atomic()
        self._transaction.__enter__()
        self.project = Project.objects.get(slug="flights")

    def teardown(self) -> None:
        try:
            assert list(Verification().findings()) == []
        finally:
            self._transaction.__exit__(_Over, _Over(), None)

    def _try(self, who: str, action: Callable[[Actor, DesignReview], object]) -> None:
        """Whatever is refused leaves everything as it was."""
        newest = DesignReview.objects.order_by("-pk").first()
        before = list(DesignReview.objects.order_by("pk").values())
        try:
            with transaction.atomic():
                action(by(User.objects.get(username=who)), newest or DesignReview(project=self.project, pk=0))
                assert who != "charlie"
        except (PortalError, DesignReview.DoesNotExist, Review.DoesNotExist):
            assert list(DesignReview.objects.order_by("pk").values()) == before

    @rule(who=PEOPLE)
    def start(self, who: str) -> None:
        self._try(who, lambda actor, _: start_design(actor=actor, project=self.project))

    @rule(who=PEOPLE, needed=st.sampled_from(["yes", "no", "not-yet"]))
    def write(self, who: str, needed: str) -> None:
        values = ANSWERS | {"needed": needed}
        self._try(who, lambda actor, it: save_design(actor=actor, design=it, version=it.version, **values))

    @rule(who=PEOPLE)
    def submit(self, who: str) -> None:
        self._try(who, lambda actor, it: submit_design(actor=actor, design=it))

    @rule(who=PEOPLE, answer=st.sampled_from(["approve", "return"]))
    def decide(self, who: str, answer: str) -> None:
        def act(actor: Actor, it: DesignReview) -> None:
            review = review_of(it)
            decide(actor=actor, review=review, answer=answer, reason="Read.", digest=review.digest)

        self._try(who, act)

    @rule(who=PEOPLE)
    def withdraw(self, who: str) -> None:
        self._try(who, lambda actor, it: withdraw_design(actor=actor, design=it, reason="Put off."))

    @rule(who=PEOPLE)
    def take_the_request_back(self, who: str) -> None:
        self._try(who, lambda actor, it: withdraw_review(actor=actor, review=review_of(it), reason="Not yet."))

    @invariant()
    def an_open_review_belongs_to_what_is_submitted(self) -> None:
        waiting = {str(pk) for pk in DesignReview.objects.filter(state="submitted").values_list("pk", flat=True)}
        assert set(Review.objects.filter(state="open").values_list("subject_id", flat=True)) == waiting

    @invariant()
    def what_is_accepted_was_complete_and_decided_by_another(self) -> None:
        for design in DesignReview.objects.filter(state__in=["accepted", "superseded"]):
            assert all(texts(design).values())
            assert design.digest == digest_of(design)
            assert design.decided_by_id not in (None, design.submitted_by_id)

    @invariant()
    def one_at_most_is_accepted(self) -> None:
        assert DesignReview.objects.filter(state="accepted").count() <= 1


@pytest.mark.django_db
def test_whatever_people_do_four_eyes_decide(flights: Project, dana: User, charlie: User) -> None:
    run_state_machine_as_test(Life, settings=settings(max_examples=25, stateful_step_count=20))
