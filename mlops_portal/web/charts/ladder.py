"""The ladder: one row per dimension, the levels as rungs; solid is confirmed, hatched is possible."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from mlops_portal.web.charts.levels import TOP_LEVEL, Level, clamp
from mlops_portal.web.charts.markup import drawing, element, hatching, label

#: All in the drawing's own units: where the bars begin, how wide one level is, how high a row and a bar are.
LEFT, RUNG, ROW, BAR, HEAD = 140.0, 56.0, 30.0, 16.0, 22.0


def _grid(rows: int, top: int) -> list[SafeString]:
    marks: list[SafeString] = []
    for level in range(top + 1):
        x = LEFT + level * RUNG
        marks.append(element("line", x1=x, x2=x, y1=HEAD, y2=HEAD + rows * ROW, class_="grid"))
        marks.append(label(level, x, HEAD - 8, anchor="middle", class_="chart-text is-axis"))
    return marks


def _bar(row: Level, index: int, top: int) -> list[SafeString]:
    confirmed = clamp(row.confirmed, top)
    possible = max(confirmed, clamp(row.possible, top))
    y = HEAD + index * ROW + (ROW - BAR) / 2
    solid = max(confirmed * RUNG, 4.0)
    parts = [
        label(row.label, LEFT - 10, y + BAR - 4, anchor="end"),
        element("rect", x=LEFT, y=y, width=solid, height=BAR, rx=2, class_=f"bar level-{confirmed}"),
    ]
    if possible > confirmed:
        box = (LEFT + solid, y, possible * RUNG - solid, BAR)
        parts += [
            element("rect", x=box[0], y=box[1], width=box[2], height=box[3], rx=2, class_="bar is-possible"),
            hatching(*box),
        ]
    return parts


def _target(target: int, rows: int, top: int) -> list[SafeString]:
    x = LEFT + clamp(target, top) * RUNG
    bottom = HEAD + rows * ROW
    return [
        element("line", x1=x, x2=x, y1=HEAD - 2, y2=bottom + 4, class_="target-line"),
        label(f"target {target}", x, bottom + 16, anchor="middle", class_="chart-text is-target"),
    ]


def ladder(rows: Sequence[Level], target: int | None = None, *, top: int = TOP_LEVEL) -> SafeString:
    """The ladder of ``rows``. Without rows: an empty frame that says so in its description."""
    marks = _grid(len(rows), top)
    for index, row in enumerate(rows):
        marks += _bar(row, index, top)
    if target is not None:
        marks += _target(target, len(rows), top)
    said = "; ".join(row.words for row in rows) or "Nothing has been scored yet"
    return drawing(
        "Level of each dimension",
        f"{said}.",
        *marks,
        width=LEFT + top * RUNG + 24,
        height=HEAD + len(rows) * ROW + (22 if target is not None else 6),
        kind="ladder",
    )
