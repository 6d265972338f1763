"""The badge in a README."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from assessments.reports.badge import GREY, badge, badge_value
from assessments.scoring.scorecard import Interval

intervals = st.integers(0, 4).flatmap(lambda low: st.builds(Interval, st.just(low), st.integers(low, 4)))


@given(st.none() | intervals, st.booleans())
def test_every_badge_is_a_well_formed_picture_with_its_words_as_text(interval: Interval | None, fresh: bool) -> None:
    root = ET.fromstring(badge(interval, fresh=fresh))
    words = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert words == ["MLOps", badge_value(interval, fresh=fresh)]


def test_a_level_is_shown_with_what_it_could_be() -> None:
    assert badge_value(Interval(2, 3), fresh=True) == "2 (≤3)"
    assert badge_value(Interval(2, 2), fresh=True) == "2"


def test_an_old_level_is_grey_and_says_so() -> None:
    assert GREY in badge(Interval(3, 3), fresh=False)
    assert GREY not in badge(Interval(3, 3), fresh=True)
    assert badge_value(Interval(3, 3), fresh=False) == "3 · old"
