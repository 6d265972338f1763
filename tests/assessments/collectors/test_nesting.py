"""Deep YAML is recognised before a parser loses itself in it."""

from __future__ import annotations

import time

import pytest

from assessments.collectors.nesting import first_deeper


@pytest.mark.parametrize("text", ["[" * 1_000_000, "- " * 50_000, "[[1]," * 200_000, "[{" * 50_000, "? " * 50_000])
def test_a_bottomless_document_is_recognised_at_once(text: str) -> None:
    started = time.monotonic()
    assert first_deeper(text, 30) == 1
    assert time.monotonic() - started < 5


def test_the_line_is_the_one_that_goes_too_deep() -> None:
    assert first_deeper("a:\n  b:\n    c: 1\n", 2) == 3
    assert first_deeper("a:\n  b:\n    c: 1\n", 3) == 0


@pytest.mark.parametrize("text", ["a: [", "\x00", "", "@"])
def test_what_is_no_yaml_is_left_to_others(text: str) -> None:
    assert first_deeper(text, 3) == 0
