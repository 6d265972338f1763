"""What an address says is taken or refused with a reason, never guessed."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from mlops_portal.kernel.errors import Invalid
from mlops_portal.web import parameters


@pytest.mark.parametrize(("written", "level"), [("", None), ("0", 0), ("4", 4)])
def test_a_level_is_a_number_or_nothing(written: str, level: int | None) -> None:
    assert parameters.level(RequestFactory().get("/", {"level": written}), "level", 4) == level


@pytest.mark.parametrize("written", ["5", "-1", "two", "01", "1.0", "٣"])
def test_a_level_that_is_none_is_refused_by_name(written: str) -> None:
    with pytest.raises(Invalid, match="level"):
        parameters.level(RequestFactory().get("/", {"level": written}), "level", 4)


def test_a_choice_that_the_page_does_not_offer_is_refused() -> None:
    with pytest.raises(Invalid, match="gigantic"):
        parameters.choice(RequestFactory().get("/", {"tier": "gigantic"}), "tier", ["low", "high"])


@given(st.text())
def test_a_text_is_bounded_and_storable(written: str) -> None:
    text = parameters.text(RequestFactory().get("/", {"q": written}), "q")
    assert len(text) <= parameters.MOST_CHARACTERS
    assert "\x00" not in text
