"""Charts are well-formed whatever they are given, stay inside their frame, and say in words what they draw."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_portal.web.charts import Level, Point, history, ladder, level_bar, radar
from mlops_portal.web.charts.levels import clamp
from mlops_portal.web.charts.markup import element, hatching, number, text

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
anything = st.text(st.characters(), max_size=40)
numbers = st.integers(-10, 20)
levels = st.lists(st.builds(Level, anything, numbers, numbers), max_size=9)
targets = st.none() | numbers
moments = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
points = st.lists(st.builds(Point, moments, numbers, numbers), max_size=20)
SVG = "{http://www.w3.org/2000/svg}"


def parsed(markup: str) -> ET.Element:
    return ET.fromstring(markup)


@given(levels, targets)
def test_ladder_and_radar_are_well_formed_and_described(rows: list[Level], target: int | None) -> None:
    for chart in (ladder(rows, target), radar(rows, target)):
        root = parsed(chart)
        assert root.get("role") == "img"
        assert root.findtext(f"{SVG}title")
        assert root.findtext(f"{SVG}desc")


@given(points, moments, targets)
def test_history_is_well_formed_in_whatever_order_the_points_come(
    given_points: list[Point], until: datetime, target: int | None
) -> None:
    root = parsed(history(given_points, until, target))
    places = [float(circle.get("cx", "nan")) for circle in root.iter(f"{SVG}circle")]
    assert len(places) == len(given_points)
    assert places == sorted(places)
    assert all(26 <= place <= 624 for place in places)


@given(numbers, numbers, targets)
def test_level_bar_has_four_steps_whatever_the_numbers(confirmed: int, possible: int, target: int | None) -> None:
    root = parsed(level_bar(confirmed, possible, target))
    steps = [rect.get("class", "") for rect in root.iter("rect")]
    assert len(steps) == 4
    assert sum("level-" in step for step in steps) == clamp(confirmed)


@given(levels)
def test_no_chart_carries_a_style_that_the_content_policy_forbids(rows: list[Level]) -> None:
    assert not any(node.get("style") for chart in (ladder(rows), radar(rows)) for node in parsed(chart).iter())


def test_level_bar_tells_confirmed_possible_and_open_apart() -> None:
    classes = [rect.get("class") for rect in parsed(level_bar(1, 3)).iter("rect")]
    assert classes == ["step level-1", "step is-possible", "step is-possible", "step is-open"]


def test_level_bar_is_hidden_from_screen_readers_for_its_numbers_stand_beside_it() -> None:
    assert parsed(level_bar(1, 3)).get("aria-hidden") == "true"


def test_ladder_says_every_level_in_words() -> None:
    description = parsed(ladder([Level("People", 1, 3), Level("Model release", 2, 2)], 3)).findtext(f"{SVG}desc")
    assert description == "People 1, up to 3; Model release 2."


def test_ladder_hatches_only_what_is_possible_but_not_confirmed() -> None:
    hatched = list(parsed(ladder([Level("a", 1, 3), Level("b", 2, 2)])).iter(f"{SVG}path"))
    assert len(hatched) == 1


def test_ladder_names_the_target() -> None:
    assert "target 3" in ladder([Level("a", 1, 3)], 3)
    assert "target" not in ladder([Level("a", 1, 3)])


def test_radar_breaks_a_long_label_into_lines() -> None:
    axes = [*(Level(name, 1, 1) for name in "abc"), Level("Application integration", 3, 4)]
    drawn = [node.text for node in parsed(radar(axes)).iter(f"{SVG}text")]
    assert {"Application", "integration", "3–4"} <= set(drawn)


def test_history_draws_from_first_point_until_now_and_says_so() -> None:
    past = [Point(NOW - timedelta(days=10), 0, 4), Point(NOW - timedelta(days=5), 2, 3)]
    root = parsed(history(past, NOW, 3))
    assert root.findtext(f"{SVG}desc") == "From level 0 to 2 in 2 scorings."
    assert {"13 Nov 2026", "23 Nov 2026", "target 3"} <= {node.text for node in root.iter(f"{SVG}text")}


@pytest.mark.parametrize("chart", [ladder([]), radar([]), history([], NOW)])
def test_an_empty_chart_says_that_nothing_was_scored(chart: str) -> None:
    assert "Nothing has been scored yet" in (parsed(chart).findtext(f"{SVG}desc") or "")


def test_markup_in_a_label_stays_text() -> None:
    chart = ladder([Level("<script>alert(1)</script>\"'&", 1, 2)])
    assert "<script" not in chart
    assert parsed(chart).findtext(f".//{SVG}text[@text-anchor='end']") == "<script>alert(1)</script>\"'&"


@given(anything)
def test_text_and_attributes_survive_any_character(value: str) -> None:
    node = parsed(element("g", element("text", text(value)), class_=value))
    assert node.find("text") is not None


@given(st.floats(-1e6, 1e6))
def test_numbers_are_written_without_exponent_and_close_to_their_value(value: float) -> None:
    assert re.fullmatch(r"-?\d+(\.\d{1,2})?", number(value))
    assert abs(float(number(value)) - value) <= 0.0051


@given(st.floats(0, 500), st.floats(0, 500), st.floats(1, 200), st.floats(1, 50))
def test_hatching_never_leaves_its_box(x: float, y: float, width: float, height: float) -> None:
    drawn = parsed(hatching(x, y, width, height)).get("d", "")
    for at_x, at_y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", drawn):
        assert x - 0.01 <= float(at_x) <= x + width + 0.01
        assert y - 0.01 <= float(at_y) <= y + height + 0.01
