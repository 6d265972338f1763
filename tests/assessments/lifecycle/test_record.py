"""Evidence in the database: once per content, one standing record per topic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from assessments.collectors.look import Look
from assessments.evidence import Evidence, Sight, current
from assessments.lifecycle.record import record_looks
from assessments.models import CollectorRun, EvidenceRecord
from assessments.selectors.evidence import standing_evidence
from mlops_portal.projects.models import Project

START = datetime(2026, 1, 1, tzinfo=UTC)


def seen(hours: int, sight: Sight = Sight.OK, *, topic: str = "git.ci", **payload: object) -> Evidence:
    moment = START + timedelta(hours=hours)
    return Evidence(topic, "repository", sight, moment, moment, payload=payload)


def looked(*evidence: Evidence, sight: Sight = Sight.OK, message: str = "") -> Look:
    return Look("git", sight, 0.5, message, evidence)


@pytest.fixture
def flights(db: None) -> Project:
    return Project.objects.create(slug="flights", name="Flights")


def test_seeing_the_same_again_keeps_one_row_and_moves_its_time(flights: Project) -> None:
    record_looks(flights, [looked(seen(1, value=1))])
    record_looks(flights, [looked(seen(9, value=1))])
    record = EvidenceRecord.objects.get()
    assert record.first_seen_at == START + timedelta(hours=1)
    assert record.last_effective_at == record.last_seen_at == START + timedelta(hours=9)


def test_something_new_stands_and_what_was_seen_before_is_kept(flights: Project) -> None:
    record_looks(flights, [looked(seen(1, value=1))])
    record_looks(flights, [looked(seen(2, value=2))])
    assert [item.payload for item in standing_evidence(flights)] == [{"value": 2}]
    assert EvidenceRecord.objects.count() == 2


def test_going_back_to_an_earlier_state_makes_the_old_record_stand_again(flights: Project) -> None:
    for hour, value in ((1, "a"), (2, "b"), (3, "a")):
        record_looks(flights, [looked(seen(hour, value=value))])
    assert [item.payload for item in standing_evidence(flights)] == [{"value": "a"}]
    assert EvidenceRecord.objects.count() == 2


def test_an_unreachable_source_leaves_what_stood_and_is_shown_as_the_newest_look(flights: Project) -> None:
    record_looks(flights, [looked(seen(1, value=1))])
    fault = seen(2, Sight.UNREACHABLE)
    record_looks(flights, [looked(fault, sight=Sight.UNREACHABLE, message="connection refused")])
    assert [item.sight for item in standing_evidence(flights)] == [Sight.OK]
    run = CollectorRun.objects.get()
    assert (run.sight, run.message) == ("unreachable", "connection refused")
    assert run.last_good_at is not None
    assert run.last_good_at < run.started_at + timedelta(seconds=1)


def test_projects_do_not_see_each_others_evidence(flights: Project) -> None:
    other = Project.objects.create(slug="wine", name="Wine")
    record_looks(flights, [looked(seen(1, value=1))])
    record_looks(other, [looked(seen(1, value=1))])
    assert len(standing_evidence(flights)) == len(standing_evidence(other)) == 1


def test_text_no_database_can_hold_is_replaced_not_refused(flights: Project) -> None:
    hostile = Evidence("git.ci", "x", Sight.OK, START, START, payload={"na\x00me": ["\ud800", 1]}, message="\x00")
    record_looks(flights, [looked(hostile)])
    assert standing_evidence(flights)[0].payload == {"name": ["?", 1]}


def test_a_look_that_cannot_be_stored_leaves_nothing_behind(flights: Project) -> None:
    unstorable = Evidence("git.ci", "x", Sight.OK, START, START, payload={"value": object()})
    with pytest.raises(TypeError):
        record_looks(flights, [looked(seen(1, topic="git.tests")), looked(unstorable)])
    assert not EvidenceRecord.objects.exists()


class StoredEvidenceStandsAsThePureRuleSays(HypothesisTestCase):
    """Storing look by look gives what the pure rule gives over everything at once."""

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from(Sight), st.integers(0, 2)), min_size=1, max_size=6))
    def test_one_by_one_equals_all_at_once(self, looks: list[tuple[Sight, int]]) -> None:
        project = Project.objects.create(slug="flights", name="Flights")
        everything = [seen(hour, sight, value=value) for hour, (sight, value) in enumerate(looks)]
        for item in everything:
            record_looks(project, [looked(item)])
        stands = current(everything)["git.ci"]
        assert current(standing_evidence(project))["git.ci"] == stands
