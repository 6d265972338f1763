"""What CI may post, and what it is told when it may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.collectors.pushed import parse_pushed, topics
from assessments.evidence import Evidence, Sight, content_digest
from mlops_portal.kernel.errors import Invalid

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAYLOAD: dict[str, Any] = {
    "status": "success",
    "branch": "main",
    "default_branch": "main",
    "commit": "a" * 40,
    "finished_at": "2026-11-20T11:00:00Z",
    "url": "https://ci.example.org/runs/1",
    "provider": "github",
}
DOCUMENT: dict[str, Any] = {"topic": "pushed.ci", "payload": PAYLOAD}


def _parsed(**changes: Any) -> Evidence:
    return parse_pushed({**DOCUMENT, **changes}, now=NOW, project="flights")


def _refusal(**changes: Any) -> str:
    with pytest.raises(Invalid) as caught:
        _parsed(**changes)
    return str(caught.value)


def test_a_ci_run_becomes_evidence_true_when_it_finished() -> None:
    evidence = _parsed()
    assert (evidence.topic, evidence.subject, evidence.sight) == ("pushed.ci", "flights", Sight.OK)
    assert evidence.effective_at == datetime(2026, 11, 20, 11, tzinfo=UTC)
    assert evidence.collected_at == NOW
    assert evidence.link == "https://ci.example.org/runs/1"


def test_the_document_may_say_itself_when_it_was_true_and_where_to_look() -> None:
    evidence = _parsed(effective_at="2026-11-19", link="https://ci.example.org/pipeline")
    assert evidence.effective_at == datetime(2026, 11, 19, tzinfo=UTC)
    assert evidence.link == "https://ci.example.org/pipeline"


def test_the_same_post_twice_has_one_digest() -> None:
    assert content_digest(_parsed()) == content_digest(_parsed())


def test_an_unknown_topic_is_refused_with_the_known_ones() -> None:
    assert "Known: pushed.ci" in _refusal(topic="pushed.level")
    assert "Known: pushed.ci" in _refusal(topic="../../etc/passwd")
    assert "topic" in _refusal(topic=["pushed.ci"])


def test_there_is_a_schema_for_every_topic() -> None:
    assert topics() == ("pushed.ci",)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "great"}, "payload.status"),
        ({"commit": "abc"}, "payload.commit"),
        ({"url": "javascript:alert(1)"}, "payload.url"),
        ({"url": "https://bob:pw@ci.example.org/"}, "payload.url"),
        ({"finished_at": "soon"}, "payload.finished_at"),
        ({"finished_at": 7}, "payload.finished_at"),
        ({"branch": ""}, "payload.branch"),
        ({"level": 4}, "'level' was unexpected"),
    ],
)
def test_a_wrong_field_of_the_payload_is_named(changes: dict[str, Any], field: str) -> None:
    assert field in _refusal(payload={**PAYLOAD, **changes})


def test_a_missing_field_is_named() -> None:
    payload = {key: value for key, value in PAYLOAD.items() if key != "commit"}
    assert "'commit' is a required property" in _refusal(payload=payload)


@pytest.mark.parametrize("field", ["effective_at", "payload"])
def test_the_future_is_refused(field: str) -> None:
    later = (NOW + timedelta(hours=1)).isoformat()
    changes: dict[str, Any] = (
        {"effective_at": later} if field == "effective_at" else {"payload": {**PAYLOAD, "finished_at": later}}
    )
    assert "lies in the future" in _refusal(**changes)


def test_a_clock_that_is_a_little_fast_is_forgiven_but_believed_only_until_now() -> None:
    assert _parsed(effective_at=(NOW + timedelta(minutes=2)).isoformat()).effective_at == NOW


def test_too_much_is_refused_with_the_size() -> None:
    refusal = _refusal(payload={**PAYLOAD, "provider": "x" * 70_000})
    assert "at most 64000" in refusal


@pytest.mark.parametrize("document", [[], "text", None, {"topic": "pushed.ci"}, {"topic": "pushed.ci", "payload": []}])
def test_what_is_no_document_is_refused(document: Any) -> None:
    with pytest.raises(Invalid):
        parse_pushed(document, now=NOW, project="flights")


def test_unknown_fields_of_the_document_are_named() -> None:
    assert "Unknown field 'level'" in _refusal(level=4)


def test_a_link_must_be_one() -> None:
    assert "link:" in _refusal(link="javascript:alert(1)")
    assert "link:" in _refusal(link=7)


def test_numbers_that_are_no_json_are_refused() -> None:
    assert "not JSON" in _refusal(payload={**PAYLOAD, "provider": float("nan")})


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["topic", "payload", "link", "effective_at", "x"]), json_values))
def test_whatever_is_posted_is_evidence_or_a_refusal(document: dict[str, Any]) -> None:
    for posted in (document, {**DOCUMENT, **document}):
        try:
            assert parse_pushed(posted, now=NOW, project="flights").effective_at <= NOW
        except Invalid as refusal:
            assert str(refusal)  # noqa: PT017 – either outcome is right; anything else raises


def test_a_result_of_another_branch_is_refused_lest_it_hides_the_default_branch() -> None:
    assert "default branch only" in _refusal(payload={**PAYLOAD, "branch": "feature"})
