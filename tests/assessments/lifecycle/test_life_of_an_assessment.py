"""The whole life of assessments as a machine of states: four people do what they like, and the rules hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from assessments.lifecycle.answering import answer_item, clear_answer
from assessments.lifecycle.assess import (
    publish_assessment,
    start_assessment,
    submit_assessment,
    take_up,
    withdraw_assessment,
)
from assessments.models import Answer, Assessment
from assessments.selectors.assessments import preview
from assessments.selectors.scorecards import live_scoring
from assessments.transitions import ANSWERABLE, OPEN, TRANSITIONS, UNDECIDED, State
from mlops_portal.accounts.models import User
from mlops_portal.audit.verify import Verification
from mlops_portal.kernel.errors import Conflict, Invalid, InvalidTransition, NotAllowed, PortalError, Stale
from mlops_portal.projects.models import Project
from mlops_portal.reviews.actions import decide, withdraw_review
from mlops_portal.reviews.models import Review
from tests.assessments.lifecycle.people import PROOF, by, ci_runs_no_tests, in_days

PEOPLE = ("alice", "bob", "dana", "charlie")
WORK = ("alice", "bob", "dana")
ITEMS = ("HUM-01", "HUM-03", "HUM-07", "MR-2.1", "AI-1.3")
person = st.sampled_from(PEOPLE)


class _Over(Exception):
    """Ends an example, so that nothing of it stays."""


class Life(RuleBasedStateMachine):
    """What people do with one project's assessments, and what must be true after each of it."""

    def __init__(self) -> None:
        super().__init__()
        self._transaction = transaction.atomic()
        self._transaction.__enter__()
        self.project = Project.objects.get(slug="flights")
        self.states: dict[int, State] = {}
        self.frozen: dict[int, tuple[Any, Any, str]] = {}
        self.may_move_the_level = False
        self.level: Any = None

    def teardown(self) -> None:
        """The trail verifies; then everything is undone."""
        try:
            assert list(Verification().findings()) == []
        finally:
            self._transaction.__exit__(_Over, _Over(), None)

    @initialize()
    def machines_look(self) -> None:
        ci_runs_no_tests(self.project)
        self.level = self._live()

    def _live(self) -> Any:
        live = live_scoring(self.project, "mlops-levels")
        assert live is not None
        return live.scorecard["dimensions"], live.scorecard["overall"]

    def _newest(self) -> Assessment | None:
        return Assessment.objects.order_by("-pk").first()

    def _review(self) -> Review | None:
        return Review.objects.filter(state="open").first()

    @contextmanager
    def _refused(self, *errors: type[PortalError]) -> Iterator[None]:
        """Refusals of these kinds leave everything as it was; others fail the test."""
        before = list(Assessment.objects.order_by("pk").values())
        try:
            with transaction.atomic():
                yield
        except errors:
            assert list(Assessment.objects.order_by("pk").values()) == before

    def _do(self, who: str, action: Callable[[Any, Assessment], object]) -> None:
        newest = self._newest()
        if newest is None:
            return
        with self._refused(NotAllowed, InvalidTransition, Invalid, Stale, Conflict):
            action(by(User.objects.get(username=who)), newest)
            assert who in WORK

    @rule(who=person)
    def start(self, who: str) -> None:
        was_open = Assessment.objects.filter(state__in=OPEN).exists()
        with self._refused(NotAllowed, Conflict):
            start_assessment(actor=by(User.objects.get(username=who)), project=self.project)
            assert who in WORK
            assert not was_open

    @rule(who=person, item=st.sampled_from(ITEMS), answer=st.sampled_from(["yes", "no", "not-sure", "registry"]))
    def answer(self, who: str, item: str, answer: str) -> None:
        values: dict[str, Any] = {
            "item": item,
            "answer": answer,
            "link": PROOF,
            "expires": in_days(60),
            "text": f"says {who}",
        }
        self._do(who, lambda actor, it: answer_item(actor=actor, assessment=it, **values))

    @rule(who=person, item=st.sampled_from(ITEMS))
    def take_back(self, who: str, item: str) -> None:
        self._do(who, lambda actor, it: clear_answer(actor=actor, assessment=it, item=item))

    @rule(who=person)
    def submit(self, who: str) -> None:
        self._do(who, lambda actor, it: submit_assessment(actor=actor, assessment=it))

    @rule(who=person)
    def take_up(self, who: str) -> None:
        self._do(who, lambda actor, it: take_up(actor=actor, assessment=it))

    @rule(who=person)
    def withdraw(self, who: str) -> None:
        self._do(who, lambda actor, it: withdraw_assessment(actor=actor, assessment=it, reason="Another try."))

    @rule(who=person)
    def publish(self, who: str) -> None:
        self._do(who, lambda actor, it: publish_assessment(actor=actor, assessment=it))

    @rule(who=person)
    def take_the_request_back(self, who: str) -> None:
        review = self._review()
        if review is not None:
            with self._refused(NotAllowed):
                withdraw_review(actor=by(User.objects.get(username=who)), review=review, reason="Not yet.")

    @rule(
        item=st.sampled_from(ITEMS),
        helps=st.sampled_from(WORK),
        decides=st.sampled_from(["dana", "bob"]),
        answer=st.sampled_from(["approve", "approve", "return"]),
    )
    def go_all_the_way(self, item: str, helps: str, decides: str, answer: str) -> None:
        """As it is meant to be: Alice leads it to a review, another decides. What stands in the way is refused."""
        self.start("alice")
        self.only_ways_of_the_table_are_taken()
        self.answer(helps, item, "yes")
        self.submit("alice")
        self.only_ways_of_the_table_are_taken()
        self.what_is_frozen_never_changes()
        self.judge(decides, answer, fresh=True)

    @rule(who=person, answer=st.sampled_from(["approve", "return"]), fresh=st.sampled_from([True, True, False]))
    def judge(self, who: str, answer: str, fresh: bool) -> None:
        review = self._review()
        if review is None:
            return
        assessment = Assessment.objects.get(pk=review.subject_id)
        hands = {assessment.submitted_by_id, *assessment.drafted.values_list("by_id", flat=True)}
        user = User.objects.get(username=who)
        digest = review.digest if fresh else "0" * 64
        with self._refused(NotAllowed, Stale):
            decide(actor=by(user), review=review, answer=answer, reason="Looked at.", digest=digest)
            assert fresh
            assert user.pk not in hands
            assert who in WORK
            self.may_move_the_level = answer == "approve"

    @invariant()
    def only_ways_of_the_table_are_taken(self) -> None:
        now = {row.pk: State(row.state) for row in Assessment.objects.only("state")}
        for pk, state in now.items():
            before = self.states.get(pk)
            assert before is not None or state is State.DRAFT
            assert before is None or state is before or state in TRANSITIONS[before]
        self.states = now

    @invariant()
    def one_is_open_and_one_accepted(self) -> None:
        states = [State(state) for state in Assessment.objects.values_list("state", flat=True)]
        assert sum(state in OPEN for state in states) <= 1
        assert states.count(State.ACCEPTED) <= 1

    @invariant()
    def what_is_frozen_never_changes(self) -> None:
        for row in Assessment.objects.exclude(state__in=ANSWERABLE).exclude(digest=""):
            kept = (row.answers, row.scorecard, row.digest)
            assert self.frozen.setdefault(row.pk, kept) == kept
            if row.state != State.WITHDRAWN:  # once returned, its answers may have been mended before it was withdrawn
                assert {a["id"] for a in row.answers["answers"]} == set(row.drafted.values_list("item", flat=True))
                assert preview(row).overall.confirmed == row.confirmed
        for pk in Assessment.objects.filter(state__in=ANSWERABLE).values_list("pk", flat=True):
            self.frozen.pop(pk, None)

    @invariant()
    def nobody_decided_on_their_own(self) -> None:
        for row in Assessment.objects.filter(state__in=[State.ACCEPTED, State.SUPERSEDED]):
            assert row.decided_by_id is not None
            assert row.decided_by_id != row.submitted_by_id
            assert not Answer.objects.filter(assessment=row, by=row.decided_by_id).exists()

    @invariant()
    def an_open_review_belongs_to_what_waits(self) -> None:
        waiting = {str(pk) for pk in Assessment.objects.filter(state__in=UNDECIDED).values_list("pk", flat=True)}
        assert set(Review.objects.filter(state="open").values_list("subject_id", flat=True)) == waiting

    @invariant()
    def only_acceptance_moves_the_live_level(self) -> None:
        if self.level is None:
            return
        now = self._live()
        assert now == self.level or self.may_move_the_level
        self.level, self.may_move_the_level = now, False


def test_whatever_people_do_the_rules_of_assessments_hold(
    flights: Project, alice: User, bob: User, charlie: User, dana: User
) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    bounded = settings(max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(Life, settings=bounded)
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("now", list(State))
def test_the_table_of_states_ends_and_never_answers_what_was_decided(now: State) -> None:
    assert State.DRAFT not in TRANSITIONS[now]
    if now in (State.ACCEPTED, State.SUPERSEDED, State.WITHDRAWN):
        assert not TRANSITIONS[now] & OPEN
