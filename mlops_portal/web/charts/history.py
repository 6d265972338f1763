"""The history line: the confirmed level as steps over time, the band up to what was possible, the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from mlops_portal.web.charts.levels import TOP_LEVEL, clamp
from mlops_portal.web.charts.markup import drawing, element, label, number

#: The drawing's size, its margins, and how high one level is, in its own units.
WIDTH, LEFT, RIGHT, HEAD, RUNG = 640.0, 26.0, 16.0, 18.0, 30.0
MARK_TEXT = "chart-text is-axis"


@dataclass(frozen=True, slots=True)
class Point:
    """The interval from ``at`` on, until the next point."""

    at: datetime
    confirmed: int
    possible: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at ``at``, in one or two words: "accepted 2"."""

    at: datetime
    label: str


def _y(level: int, top: int) -> float:
    return HEAD + (top - clamp(level, top)) * RUNG


def _places(points: Sequence[Point], until: datetime) -> list[float]:
    """The x of every point, then of ``until``; a span of nothing is drawn at the left edge."""
    first = points[0].at
    span = max((until - first).total_seconds(), 1.0)
    room = WIDTH - LEFT - RIGHT
    moments = [*(point.at for point in points), until]
    return [LEFT + room * min(1.0, max(0.0, (moment - first).total_seconds() / span)) for moment in moments]


def _steps(levels: Sequence[int], places: Sequence[float], top: int) -> list[tuple[float, float]]:
    """The corners of a step line: each level holds from its place to the next one."""
    corners: list[tuple[float, float]] = []
    for index, level in enumerate(levels):
        corners += [(places[index], _y(level, top)), (places[index + 1], _y(level, top))]
    return corners


def _written(corners: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in corners)


def _frame(top: int) -> list[SafeString]:
    marks: list[SafeString] = []
    for level in range(top + 1):
        y = _y(level, top)
        marks.append(element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="grid"))
        marks.append(label(level, LEFT - 10, y + 4, anchor="middle", class_="chart-text is-axis"))
    return marks


def _lines(points: Sequence[Point], places: Sequence[float], top: int) -> list[SafeString]:
    confirmed = _steps([point.confirmed for point in points], places, top)
    possible = _steps([max(point.confirmed, point.possible) for point in points], places, top)
    dots = [
        element(
            "circle",
            cx=places[index],
            cy=_y(point.confirmed, top),
            r=3.5,
            class_=f"dot level-{clamp(point.confirmed, top)}",
        )
        for index, point in enumerate(points)
    ]
    return [
        element("polygon", points=_written([*possible, *reversed(confirmed)]), class_="area is-possible"),
        element("polyline", points=_written(confirmed), class_="line"),
        *dots,
    ]


def _dates(points: Sequence[Point], until: datetime, bottom: float) -> list[SafeString]:
    return [
        label(f"{points[0].at:%-d %b %Y}", LEFT, bottom, class_="chart-text is-axis"),
        label(f"{until:%-d %b %Y}", WIDTH - RIGHT, bottom, anchor="end", class_="chart-text is-axis"),
    ]


def _marks(happened: Sequence[Mark], ordered: Sequence[Point], until: datetime, top: int) -> list[SafeString]:
    """A thin line with a flag for each; what happened before the first point stands at the left edge."""
    drawn: list[SafeString] = []
    for mark in happened:
        x = _places([Point(ordered[0].at, 0, 0), Point(mark.at, 0, 0)], until)[1]
        right = x > WIDTH * 0.8
        drawn.append(element("line", x1=x, x2=x, y1=HEAD - 6, y2=HEAD + top * RUNG, class_="mark-line"))
        words = label(
            mark.label, x - 4 if right else x + 4, HEAD - 2, anchor="end" if right else "start", class_=MARK_TEXT
        )
        drawn.append(words)
    return drawn


def history(
    points: Sequence[Point],
    until: datetime,
    target: int | None = None,
    *,
    marks: Sequence[Mark] = (),
    top: int = TOP_LEVEL,
) -> SafeString:
    """The history up to ``until`` (aware), in whatever order the points come. Without points: a frame that says so."""
    ordered = sorted(points, key=lambda point: point.at)
    bottom = HEAD + top * RUNG + 20
    drawn = _frame(top)
    if target is not None:
        y = _y(target, top)
        drawn.append(element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="target-line"))
        drawn.append(label(f"target {target}", WIDTH - RIGHT, y - 5, anchor="end", class_="chart-text is-target"))
    said = "Nothing has been scored yet"
    if ordered:
        until = max(until, ordered[-1].at)
        drawn += _lines(ordered, _places(ordered, until), top) + _dates(ordered, until, bottom)
        drawn += _marks(marks, ordered, until, top)
        said = f"From level {ordered[0].confirmed} to {ordered[-1].confirmed} in {len(ordered)} scorings"
    return drawing("Level over time", f"{said}.", *drawn, width=WIDTH, height=bottom + 8, kind="history")
