"""A change reads as lines: what each value was and became."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_portal.audit.difference import LONGEST, Line, difference


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (None, None, []),
        ({"a": 1}, {"a": 2}, [Line("a", "1", "2")]),
        ({"risk_tier": "low"}, {}, [Line("risk tier", "low", "")]),
        (None, {"on": True, "off": False}, [Line("off", "", "no"), Line("on", "", "yes")]),
        ({"roles": ["owner", "viewer"]}, {"roles": []}, [Line("roles", "owner, viewer", "none")]),
        ({}, {"level": {"confirmed": 2}}, [Line("level · confirmed", "", "2")]),
        ("old", "new", [Line("value", "old", "new")]),
        ({"a": None}, {"a": 0}, [Line("a", "", "0")]),
    ],
)
def test_a_change_line_by_line(before: Any, after: Any, lines: list[Line]) -> None:
    assert list(difference(before, after)) == lines


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=600),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(value=JSON)
def test_what_did_not_change_never_reads_as_a_change(value: Any) -> None:
    assert all(line.same for line in difference(value, value))


@given(before=JSON, after=JSON)
def test_each_line_is_named_once(before: Any, after: Any) -> None:
    lines = difference({"v": before}, {"v": after})
    assert len({line.name for line in lines}) == len(lines)


def test_a_long_text_is_cut() -> None:
    (line,) = difference(None, {"text": "x" * 10_000})
    assert line.became == "x" * LONGEST + "…"
