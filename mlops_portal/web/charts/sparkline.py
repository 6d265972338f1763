"""The sparkline: a small line of counts over time, beside the figure whose last value it ends with."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from mlops_portal.web.charts.markup import drawing, element, number

#: The drawing's size and the room above and below the line, in its own units.
WIDTH, HEIGHT, EDGE = 88.0, 22.0, 3.0


def _places(values: Sequence[int]) -> list[tuple[float, float]]:
    low, high = min(values), max(values)
    span = max(high - low, 1)
    step = (WIDTH - 2 * EDGE) / max(len(values) - 1, 1)
    # A line that never moved runs through the middle: at the bottom it would look like none.
    rise = [(value - low) / span if high > low else 0.5 for value in values]
    return [(EDGE + index * step, HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE)) for index, share in enumerate(rise)]


def sparkline(title: str, values: Sequence[int]) -> SafeString:
    """The line of ``values``, the oldest first; nothing for fewer than two."""
    if len(values) < 2:
        return SafeString("")
    places = _places(values)
    points = " ".join(f"{number(x)},{number(y)}" for x, y in places)
    marks = (
        element("polyline", points=points, class_="line"),
        element("circle", cx=places[-1][0], cy=places[-1][1], r=2.5, class_="dot level-3"),
    )
    said = f"From {values[0]} to {values[-1]}."
    return drawing(title, said, *marks, width=WIDTH, height=HEIGHT, kind="sparkline")
