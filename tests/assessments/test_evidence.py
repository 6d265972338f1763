"""Which evidence stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assessments.evidence import SEEING, Evidence, Sight, content_digest, current

START = datetime(2026, 1, 1, tzinfo=UTC)


def seen(hours: int, sight: Sight = Sight.OK, *, topic: str = "git.ci", **payload: object) -> Evidence:
    moment = START + timedelta(hours=hours)
    return Evidence(topic, "repository", sight, moment, moment, payload=payload)


evidence_lists = st.lists(
    st.builds(
        lambda hours, sight, topic, value: seen(hours, sight, topic=topic, value=value),
        st.integers(0, 6),
        st.sampled_from(Sight),
        st.sampled_from(["git.ci", "git.tests"]),
        st.integers(0, 2),
    ),
    max_size=8,
)


@given(evidence_lists, st.randoms())
def test_the_order_of_arrival_does_not_decide_what_stands(items: list[Evidence], random: object) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert current(items) == current(shuffled)


@given(evidence_lists, st.sampled_from([Sight.UNREACHABLE, Sight.ERROR]))
def test_a_passing_fault_never_hides_what_was_seen(items: list[Evidence], fault: Sight) -> None:
    before = {topic: item for topic, item in current(items).items() if item.sight in SEEING}
    after = current([*items, *(seen(99, fault, topic=topic) for topic in before)])
    assert {topic: after[topic] for topic in before} == before


@given(evidence_lists)
def test_withdrawn_access_ends_every_claim(items: list[Evidence]) -> None:
    standing = current([*items, seen(99, Sight.UNAUTHORISED)])
    assert standing["git.ci"].sight is Sight.UNAUTHORISED


def test_seeing_again_after_a_fault_counts() -> None:
    items = [seen(1, value=1), seen(2, Sight.UNREACHABLE), seen(3, Sight.EMPTY)]
    assert current(items)["git.ci"].sight is Sight.EMPTY


def test_the_digest_tells_content_apart_but_not_the_time_of_looking() -> None:
    assert content_digest(seen(1, value=1)) == content_digest(seen(5, value=1))
    assert content_digest(seen(1, value=1)) != content_digest(seen(1, value=2))
