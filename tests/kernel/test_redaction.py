"""Secrets are taken out; everything else stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_portal.kernel.redaction import REDACTED, names_secret, redacted, redacted_text, storable


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://alice:secret@host/x", "https://[redacted]@host/x"),
        ("postgresql://u:p@db:5432/x?y=z", "postgresql://[redacted]@db:5432/x?y=z"),
        ("clone of https://ghp_0123456789abcdefghij@host/x failed", "clone of https://[redacted]@host/x failed"),
        ("Bearer mlp_0123456789abcdef", "Bearer [redacted]"),
        ("ssh://git@host/x", "ssh://git@host/x"),
        ("alice@example.org", "alice@example.org"),
        ("https://host/a:b@c", "https://host/a:b@c"),
    ],
)
def test_texts(text: str, kept: str) -> None:
    assert redacted_text(text) == kept


@pytest.mark.parametrize("name", ["name", "level", "repository", "key", "keys", "author", "digest", "reason", 7, None])
def test_usual_names_are_no_secrets(name: object) -> None:
    assert not names_secret(name)


def test_a_secret_is_replaced_as_a_whole_and_the_given_value_stays() -> None:
    given_value = {"a": [{"password": {"deep": 1}, "b": 2}], "token": ""}
    assert redacted(given_value) == {"a": [{"password": REDACTED, "b": 2}], "token": ""}
    assert given_value == {"a": [{"password": {"deep": 1}, "b": 2}], "token": ""}


@given(st.text())
def test_what_is_storable_can_be_encoded_and_has_no_nul(text: str) -> None:
    kept = storable(text)
    assert "\x00" not in kept
    assert kept.encode().decode() == kept


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text("abc: /", max_size=9), st.lists))
def test_values_without_secrets_stay_as_they_are(value: object) -> None:
    assert redacted(value) == value
