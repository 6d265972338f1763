"""A payload is read once for all checks, and never taken for another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessments.checks.payloads import once


def test_the_same_payload_is_read_once_and_an_equal_one_again() -> None:
    calls: list[str] = []

    @once
    def size(payload: Mapping[str, Any], name: str) -> int:
        calls.append(name)
        return len(payload)

    first, equal = {"a": 1}, {"a": 1}
    assert [size(first, "x"), size(first, "x"), size(equal, "x"), size(first, "y")] == [1, 1, 1, 1]
    assert calls == ["x", "x", "y"]


def test_a_payload_that_went_away_is_never_mistaken_for_a_new_one() -> None:
    @once
    def value(payload: Mapping[str, Any]) -> int:
        number: int = payload["a"]
        return number

    assert [value({"a": number}) for number in range(50)] == list(range(50))
