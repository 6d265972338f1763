"""What the template tags put on a page: numbers beside bars, words beside icons, exact times in tooltips."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.template import Context, Template
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring.scorecard import Interval
from mlops_portal.kernel import clock
from mlops_portal.web.icons import ICONS, icon
from mlops_portal.web.templatetags.kit import web_link


def rendered(source: str, **context: Any) -> str:
    return Template("{% load kit %}" + source).render(Context(context))


def test_a_level_is_a_bar_and_its_numbers() -> None:
    html = rendered("{% level interval 3 %}", interval=Interval(1, 3))
    assert "<b>1</b>" in html
    assert "≤3" in html
    assert ", up to 3" in html
    assert "target-mark" in html


def test_a_certain_level_has_one_number() -> None:
    assert "≤" not in rendered("{% level interval %}", interval=Interval(2, 2))


def test_a_level_that_was_never_scored_says_so() -> None:
    assert "not scored" in rendered("{% level interval %}", interval=None)


def test_an_outcome_has_icon_and_word() -> None:
    html = rendered("{% outcome value %}", value="not_met")
    assert "<svg" in html
    assert "Not met" in html
    assert "is-bad" in html


def test_a_time_says_how_long_ago_and_exactly_when() -> None:
    moment = clock.now() - timedelta(hours=3)
    html = rendered("{% when moment %}", moment=moment)
    assert "3 hours ago" in html
    assert f'datetime="{moment.isoformat(timespec="seconds")}"' in html
    assert "UTC" in html


@pytest.mark.parametrize(("old", "said"), [(False, "checked 3 hours ago"), (True, "old: checked 3 hours ago")])
def test_freshness_warns_when_a_figure_is_old(old: bool, said: str) -> None:
    html = rendered("{% freshness moment old %}", moment=clock.now() - timedelta(hours=3), old=old)
    assert said in " ".join(Template("{{ html|striptags }}").render(Context({"html": html})).split())


def test_freshness_of_what_was_never_checked_says_never() -> None:
    assert "never checked" in rendered("{% freshness moment %}", moment=None)
    assert "never" in rendered("{% fresh moment %}", moment=None)


@given(st.text())
def test_only_web_addresses_become_links(address: str) -> None:
    assert web_link(address) in ("", address)
    assert not web_link(f"javascript:{address}")
    assert not web_link(f"data:text/html,{address}")


def test_web_addresses_are_links() -> None:
    assert web_link("https://git.example.org/x") == "https://git.example.org/x"


def test_every_icon_is_hidden_from_screen_readers() -> None:
    assert all('aria-hidden="true"' in icon(name) for name, _ in ICONS)


def test_an_icon_that_is_not_drawn_is_an_error() -> None:
    with pytest.raises(LookupError, match="unicorn"):
        icon("unicorn")


@override_settings(DEMO=True)
def test_demo_people_are_offered_in_a_demo() -> None:
    html = rendered("{% demo_people as people %}{% for p in people %}{{ p.name }} {% endfor %}")
    assert html.split()[::2] == ["Alice", "Bob", "Charlie", "Dana"]


@override_settings(DEMO=False)
def test_nobody_is_offered_outside_a_demo() -> None:
    assert rendered("{% demo_people as people %}{{ people|length }}") == "0"
