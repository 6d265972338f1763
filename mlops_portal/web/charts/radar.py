"""The radar: the profile over the dimensions. Filled is confirmed, the dashed outline is possible."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin
from textwrap import wrap

from django.utils.safestring import SafeString

from mlops_portal.web.charts.levels import TOP_LEVEL, Level, clamp
from mlops_portal.web.charts.markup import drawing, element, label, number

#: The drawing's size and the radius of the highest level, in its own units.
WIDTH, HEIGHT, RADIUS = 360.0, 260.0, 92.0

#: Where the axes meet: a little below the middle, for the label at the top takes two lines.
MIDDLE = 132.0


def _place(index: int, count: int, level: float, top: int) -> tuple[float, float]:
    angle = 2 * pi * index / count - pi / 2
    distance = RADIUS * level / top
    return WIDTH / 2 + distance * cos(angle), MIDDLE + distance * sin(angle)


def _polygon(levels: Sequence[float], top: int, class_: str) -> SafeString:
    places = (_place(index, len(levels), level, top) for index, level in enumerate(levels))
    return element("polygon", points=" ".join(f"{number(x)},{number(y)}" for x, y in places), class_=class_)


def _lines(words: str, most: int = 13) -> list[str]:
    """The label broken between words into lines of at most ``most`` characters, a longer word alone on its line."""
    return wrap(words, most, break_long_words=False, break_on_hyphens=False) or [""]


def _axis(axis: Level, index: int, count: int, top: int) -> list[SafeString]:
    end_x, end_y = _place(index, count, top, top)
    at_x, at_y = _place(index, count, top + 0.5, top)
    anchor = "middle" if abs(at_x - WIDTH / 2) < 2 else ("start" if at_x > WIDTH / 2 else "end")
    more = f"–{axis.possible}" if axis.possible > axis.confirmed else ""
    lines = _lines(axis.label) if anchor != "middle" else [axis.label]
    first = at_y - 13 * (len(lines) - 1)
    return [
        element("line", x1=WIDTH / 2, y1=MIDDLE, x2=end_x, y2=end_y, class_="grid"),
        *(label(line, at_x, first + 13 * row, anchor=anchor) for row, line in enumerate(lines)),
        label(f"{axis.confirmed}{more}", at_x, at_y + 13, anchor=anchor, class_="chart-text is-value"),
    ]


def radar(axes: Sequence[Level], target: int | None = None, *, top: int = TOP_LEVEL) -> SafeString:
    """The radar of ``axes`` (three or more draw an area). Without axes: an empty frame that says so."""
    count = len(axes)
    rings = [_polygon([ring] * count, top, "grid") for ring in range(1, top + 1)] if count else []
    marks = [part for index, axis in enumerate(axes) for part in _axis(axis, index, count, top)]
    shapes: list[SafeString] = []
    if count:
        shapes = [
            _polygon([max(clamp(a.confirmed, top), clamp(a.possible, top)) for a in axes], top, "area is-possible"),
            _polygon([clamp(a.confirmed, top) for a in axes], top, "area is-confirmed"),
        ]
        if target is not None:
            shapes.append(_polygon([clamp(target, top)] * count, top, "target-line"))
    said = "; ".join(axis.words for axis in axes) or "Nothing has been scored yet"
    return drawing(
        "Profile over the dimensions", f"{said}.", *rings, *marks, *shapes, width=WIDTH, height=HEIGHT, kind="radar"
    )
