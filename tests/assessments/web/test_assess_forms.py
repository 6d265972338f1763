"""The form of an assessment's answers: only what a person changed is saved, and nothing that was typed is bent."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.models import Answer
from assessments.web.forms import Agreed, Typed, agreed, agreements, stored, typed, typed_agreements
from mlops_portal.kernel.errors import Invalid

TEXTS = st.text(max_size=40).map(lambda text: text.replace("\x00", "").replace("\r", "").strip())
ANSWERS = st.builds(
    Answer,
    item=st.just("HUM-01"),
    answer=st.sampled_from(["yes", "no", "not-sure"]),
    text=TEXTS,
    link=st.sampled_from(["", "https://git.example.org/proof"]),
    expires=st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    version=st.integers(1, 999),
)


def sent(shown: Typed, **changed: str) -> dict[str, str]:
    """The form as a browser sends it back: line ends as browsers write them."""
    names = ("answer", "text", "link", "expires", "version")
    values = {name: str(getattr(shown, name)).replace("\n", "\r\n") for name in names} | {"digest": shown.was}
    return {f"HUM-01-{name}": value for name, value in (values | changed).items()}


@given(st.none() | ANSWERS)
def test_a_form_that_is_sent_back_as_it_was_shown_changes_nothing(answer: Answer | None) -> None:
    said = typed(sent(stored("HUM-01", answer)), "HUM-01")
    assert said is not None
    assert not said.touched
    assert said.seen_version == (answer.version if answer else 0)


@given(st.none() | ANSWERS, TEXTS)
def test_other_words_are_a_change(answer: Answer | None, text: str) -> None:
    shown = stored("HUM-01", answer)
    said = typed(sent(shown, text=text), "HUM-01")
    assert said is not None
    assert said.touched == (text != shown.text)


def test_an_item_that_the_form_did_not_have_is_not_taken_for_an_empty_one() -> None:
    assert typed({"HUM-02-version": "0"}, "HUM-01") is None


def test_the_end_that_is_proposed_for_a_new_answer_is_no_answer() -> None:
    said = typed(sent(stored("HUM-01", None, "2027-05-01")), "HUM-01")
    assert said is not None
    assert said.blank
    assert not said.touched


def test_keeping_mine_replaces_the_answer_that_was_shown_beside_it_and_no_later_one() -> None:
    form = sent(stored("HUM-01", None), answer="yes") | {"HUM-01-theirs-version": "7"}
    undecided, mine = typed(form, "HUM-01"), typed(form | {"HUM-01-resolve": "mine"}, "HUM-01")
    assert undecided is not None
    assert mine is not None
    assert (undecided.seen_version, mine.seen_version) == (0, 7)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "31.12.2026"])
def test_what_is_no_date_is_said_to_be_none(text: str) -> None:
    with pytest.raises(Invalid) as error:
        Typed("HUM-01", expires=text).ends()
    assert error.value.field == "expires"


@pytest.mark.parametrize("text", ["", "-1", "1e9", "²", "9" * 40])
def test_a_version_that_is_no_number_is_none_that_was_seen(text: str) -> None:
    said = typed({"HUM-01-version": text}, "HUM-01")
    assert said is not None
    assert said.version == 0


@given(
    st.lists(st.sampled_from(["carrier", "season", "airport"]), unique=True),
    st.none() | st.integers(1, 3650),
    st.none() | st.integers(1, 9999),
)
def test_agreements_read_back_as_they_were_kept(slices: list[str], days: int | None, share: int | None) -> None:
    kept: dict[str, object] = {"slices": slices} if slices else {}
    kept |= {"staleness_days": days} if days else {}
    kept |= {"availability": share / 10_000} if share else {}
    assert agreements(agreed(kept)) == kept


def test_an_agreement_that_is_no_number_is_named() -> None:
    with pytest.raises(Invalid) as error:
        agreements(Agreed(acknowledge_minutes="soon"))
    assert error.value.field == "acknowledge_minutes"


def test_a_share_may_be_written_with_its_sign_and_a_comma() -> None:
    assert agreements(typed_agreements({"availability": " 99,5 % "})) == {"availability": 0.995}
