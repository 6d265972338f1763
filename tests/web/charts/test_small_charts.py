"""Sparklines, marks on the history, and bars drawn once for a whole list: well-formed and inside their frames."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring.scorecard import Interval
from mlops_portal.web.charts import Mark, Point, history, sparkline

SVG = "{http://www.w3.org/2000/svg}"
moments = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
points = st.lists(st.builds(Point, moments, st.integers(-10, 20), st.integers(-10, 20)), min_size=1, max_size=9)
marks = st.lists(st.builds(Mark, moments, st.text(max_size=20)), max_size=9)


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=60))
def test_a_sparkline_stays_inside_its_frame_and_says_where_it_goes(values: list[int]) -> None:
    root = ET.fromstring(sparkline("At target", values))
    _, _, width, height = map(float, root.get("viewBox", "").split())
    line = root.find(f"{SVG}polyline")
    assert line is not None
    corners = [tuple(map(float, corner.split(","))) for corner in line.get("points", "").split()]
    assert len(corners) == len(values)
    assert all(0 <= x <= width and 0 <= y <= height for x, y in corners)
    assert root.findtext(f"{SVG}desc") == f"From {values[0]} to {values[-1]}."


def test_a_sparkline_rises_when_the_numbers_do() -> None:
    line = ET.fromstring(sparkline("At target", [1, 2, 3])).find(f"{SVG}polyline")
    assert line is not None
    heights = [float(corner.split(",")[1]) for corner in line.get("points", "").split()]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] > heights[-1]


def test_one_value_draws_no_line() -> None:
    assert sparkline("At target", [3]) == ""


@given(points, marks, moments)
def test_every_mark_stands_inside_the_history(drawn: list[Point], happened: list[Mark], until: datetime) -> None:
    root = ET.fromstring(history(drawn, until, 3, marks=happened))
    lines = [line for line in root.iter(f"{SVG}line") if line.get("class") == "mark-line"]
    assert len(lines) == len(happened)
    assert all(26 <= float(line.get("x1", "nan")) <= 624 for line in lines)


def test_a_list_draws_each_bar_once() -> None:
    template = Template(
        "{% load kit %}{% for level in levels %}{% listed_level level 3 %}{% endfor %}"
        "{% listed_level nothing %}{% level_bars %}"
    )
    html = template.render(Context({"levels": [Interval(1, 2), Interval(1, 2), Interval(0, 4)], "nothing": None}))
    symbols = re.findall(r'<symbol id="([^"]+)"', html)
    assert symbols == ["bar-1-2-3-4", "bar-0-4-3-4"]
    assert re.findall(r'href="#([^"]+)"', html) == ["bar-1-2-3-4", "bar-1-2-3-4", "bar-0-4-3-4"]
    assert html.count(", up to 2") == 2
    assert "not scored" in html


def test_two_pages_share_no_bars() -> None:
    template = Template("{% load kit %}{% listed_level level %}{% level_bars %}")
    template.render(Context({"level": Interval(1, 2)}))
    assert "bar-1-2" not in template.render(Context({"level": Interval(0, 4)}))
