"""Actor, clock, digest, errors and registry keep what they promise."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor, ActorKind, Face
from mlops_portal.kernel.digest import canonical, digest
from mlops_portal.kernel.errors import Conflict, Invalid, PortalError, Unavailable
from mlops_portal.kernel.registry import Registry

JSON = st.dictionaries(st.text(), st.integers() | st.text() | st.lists(st.booleans(), max_size=3), max_size=6)


def test_an_actor_keeps_its_principal_to_itself() -> None:
    actor = Actor(ActorKind.PERSON, "1", "Alice", Face.WEB, gesture="g", principal="the user")
    assert "the user" not in repr(actor)
    assert actor == Actor(ActorKind.PERSON, "1", "Alice", Face.WEB, gesture="g")


def test_a_system_actor_has_a_name() -> None:
    with pytest.raises(ValueError, match="needs a name"):
        Actor.system("")


def test_times_are_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert clock.parse("2026-11-23T12:00:00+02:00") == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert clock.parse("2026-11-23") == datetime(2026, 11, 23, tzinfo=UTC)


@given(JSON, st.randoms(use_true_random=False))
def test_the_order_in_which_something_was_built_does_not_matter(
    value: dict[str, object], chance: random.Random
) -> None:
    names = list(value)
    chance.shuffle(names)
    assert digest({name: value[name] for name in names}) == digest(value)


@given(JSON, JSON)
def test_other_content_has_another_digest(one: dict[str, object], other: dict[str, object]) -> None:
    assert (canonical(one) == canonical(other)) == (digest(one) == digest(other))


def test_what_has_no_canonical_form_is_refused() -> None:
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="not JSON compliant"):
            digest(value)
    with pytest.raises(TypeError, match="set has no canonical form"):
        digest({1, 2})


def test_a_time_is_the_text_it_is_written_as() -> None:
    moment = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=2)))
    assert canonical(moment) == b'"2026-11-23T12:00:00+02:00"'


def test_a_refusal_reads_as_what_and_what_to_do() -> None:
    assert str(Conflict("Somebody is faster.", do="Look again.")) == "Somebody is faster. Look again."
    assert str(PortalError("No.")) == "No."
    assert Invalid("Wrong.", field="slug").field == "slug"
    assert not Unavailable("Down.").permanent


def test_a_registry_is_silent_about_nothing() -> None:
    fruit: Registry[str] = Registry("fruit")
    assert fruit.register("apple", "Apple") == fruit.register("apple", "Apple") == fruit.get("apple")
    with pytest.raises(ValueError, match="'apple' is registered twice"):
        fruit.register("apple", "Another")
    with pytest.raises(LookupError, match="No fruit is called 'pear'; known: apple"):
        fruit.get("pear")
    assert (len(fruit), "apple" in fruit, list(fruit)) == (1, True, [("apple", "Apple")])
