"""A review's life, whatever people do and in whatever order: a machine of states against a model of the rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mlops_portal.accounts.models import User
from mlops_portal.audit.models import AuditEntry
from mlops_portal.audit.verify import Verification
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import PortalError
from mlops_portal.projects.models import Membership, Project
from mlops_portal.reviews.actions import comment, decide, expire_review, open_review, supersede_review, withdraw_review
from mlops_portal.reviews.models import Review
from mlops_portal.reviews.selectors import waiting_for
from tests.reviews.conftest import as_actor
from tests.reviews.things import Things

ALICE, BOB, CHARLIE, DANA = "alice", "bob", "charlie", "dana"
PEOPLE = st.sampled_from([ALICE, BOB, CHARLIE, DANA])
SYSTEM = Actor.system("tests")


class Life(RuleBasedStateMachine):
    """Alice asks; Bob works in the project, Dana governs, Charlie has nothing to do with it."""

    things: Things

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.clock = time_machine.travel(datetime.fromisoformat("2026-11-24T08:00:00+00:00"), tick=False)
        self.now = self.clock.start()
        self.people = {name: User.objects.create_user(name) for name in (ALICE, BOB, CHARLIE, DANA)}
        self.people[DANA].groups.add(Group.objects.get_or_create(name="governance")[0])
        self.project = Project.objects.create(slug="flights", name="Flights")
        for name in (ALICE, BOB):
            Membership.objects.create(project=self.project, user=self.people[name], role="ml-engineer")
        self.state, self.said, self.changed, self.changes = "open", dict[str, str](), False, 1

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    @initialize(needed=st.integers(1, 2), hand=st.booleans())
    def asked(self, needed: int, hand: bool) -> None:
        self.needed, self.hands = needed, {BOB} if hand else set()
        self.things.told, self.things.digests = [], {"model": "as shown"}
        self.things.hands = {"model": {self.people[name].pk for name in self.hands}}
        asked: dict[str, Any] = {"kind": "thing", "subject_id": "model", "title": "The model", "digest": "as shown"}
        actor = as_actor(self.people[ALICE])
        self.review = open_review(actor=actor, project=self.project, needed=needed, **asked)
        self.ends = clock.now() + timedelta(days=30)

    def attempt(self, action: Any, **values: Any) -> bool:
        try:
            action(review=self.review, **values)
        except PortalError:
            return False
        self.changes += 1
        return True

    def may_decide(self, name: str) -> bool:
        asked = name in {BOB, DANA} - self.hands - self.said.keys()
        return asked and self.state == "open" and not self.changed and clock.now() < self.ends

    @rule(name=PEOPLE, answer=st.sampled_from(["approve", "return"]))
    def decides(self, name: str, answer: str) -> None:
        expected, actor = self.may_decide(name), as_actor(self.people[name])
        assert self.attempt(decide, actor=actor, answer=answer, reason="So.", digest="as shown") == expected
        if expected:
            self.said[name] = answer
            approvals = sum(1 for said in self.said.values() if said == "approve")
            self.state = "returned" if answer == "return" else "approved" if approvals >= self.needed else "open"

    @rule(name=PEOPLE)
    def takes_it_back(self, name: str) -> None:
        expected = self.state == "open" and name in {ALICE, DANA}
        assert self.attempt(withdraw_review, actor=as_actor(self.people[name]), reason="No.") == expected
        self.state = "withdrawn" if expected else self.state

    @rule()
    def supersedes(self) -> None:
        expected = self.state == "open"
        assert self.attempt(supersede_review, actor=SYSTEM, reason="A newer one.") == expected
        self.state = "superseded" if expected else self.state

    @rule()
    def runs_out(self) -> None:
        expected = self.state == "open" and clock.now() >= self.ends
        assert self.attempt(expire_review, actor=SYSTEM) == expected
        self.state = "expired" if expected else self.state

    @rule(days=st.sampled_from([1, 29, 30]))
    def time_passes(self, days: int) -> None:
        self.now.shift(timedelta(days=days))

    @precondition(lambda self: not self.changed)
    @rule()
    def the_thing_changes(self) -> None:
        self.changed = True
        self.things.digests["model"] = "as it is now"

    @rule(name=PEOPLE)
    def speaks(self, name: str) -> None:
        text = f"Remark {self.changes}"
        assert self.attempt(comment, actor=as_actor(self.people[name]), text=text) == (name != CHARLIE)

    @invariant()
    def the_row_says_what_the_rules_say(self) -> None:
        row = Review.objects.get(pk=self.review.pk)
        assert row.state == self.state
        assert (row.closed_at is None) == (self.state == "open")
        assert {said.reviewer.username: said.answer for said in row.decisions.all()} == self.said

    @invariant()
    def the_thing_was_told_of_each_end_once(self) -> None:
        ends = [what.split(":")[0] for _, what in self.things.told if what != "in part"]
        assert ends == ([self.state] if self.state not in ("open", "superseded") else [])

    @invariant()
    def queues_hold_it_for_those_who_may_decide_it(self) -> None:
        waits = {name for name, person in self.people.items() if waiting_for(person).exists()}
        unchanged, self.changed = self.changed, False  # a queue does not look at each subject; the page does
        assert waits == {name for name in self.people if self.may_decide(name)}
        self.changed = unchanged

    @invariant()
    def each_change_left_one_entry(self) -> None:
        assert AuditEntry.objects.count() == self.changes
        assert not list(Verification().findings())


def test_whatever_people_do_the_rules_hold(db: None, things: Things, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Life, "things", things, raising=False)
    run_state_machine_as_test(Life, settings=settings(max_examples=25, stateful_step_count=12))
