"""A level as an interval, and the small bar that shows it in a table's cell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.safestring import SafeString

from mlops_portal.web.charts.markup import element, hatching

#: The highest level of the frameworks we ship.
TOP_LEVEL = 4


@dataclass(frozen=True, slots=True)
class Level:
    """One labelled interval: ``confirmed`` by evidence, ``possible`` if all that is unknown turned out met."""

    label: str
    confirmed: int
    possible: int

    @property
    def words(self) -> str:
        """Read aloud: "Model release 2, up to 3"; the second half only when they differ."""
        more = f", up to {self.possible}" if self.possible > self.confirmed else ""
        return f"{self.label} {self.confirmed}{more}"


def clamp(value: int, top: int = TOP_LEVEL) -> int:
    """``value`` inside 0…top: a chart never draws outside its frame, whatever it is given."""
    return max(0, min(top, value))


def _step(level: int, confirmed: int, possible: int, *, x: float, width: float, height: float) -> SafeString:
    box = {"x": x, "y": 1.0, "width": width, "height": height, "rx": 1.5}
    if level <= confirmed:
        return element("rect", class_=f"step level-{confirmed}", **box)
    if level <= possible:
        return element("rect", class_="step is-possible", **box) + hatching(x, 1, width, height, step=3.5)
    return element("rect", class_="step is-open", **box)


#: The drawing's height, and the width and the gap of one step, in its own units.
HEIGHT, STEP, GAP = 17, 10.0, 2.0


def bar_width(top: int) -> float:
    """How wide the bar of so many levels is."""
    return top * (STEP + GAP) + 1


@lru_cache(maxsize=512)  # a list shows the same few bars again and again
def bar_marks(confirmed: int, possible: int, target: int | None, top: int) -> tuple[SafeString, ...]:
    """What a bar is drawn of: a step for each level, a notch under the target."""
    confirmed, possible = clamp(confirmed, top), max(clamp(confirmed, top), clamp(possible, top))
    steps = [
        _step(level, confirmed, possible, x=1 + (level - 1) * (STEP + GAP), width=STEP, height=9.0)
        for level in range(1, top + 1)
    ]
    if target is not None and clamp(target, top):
        middle = 1 + (clamp(target, top) - 1) * (STEP + GAP) + STEP
        steps.append(element("path", d=f"M{middle - 3:g} 16L{middle:g} 11.5L{middle + 3:g} 16Z", class_="target-mark"))
    return tuple(steps)


def level_bar(confirmed: int, possible: int, target: int | None = None, *, top: int = TOP_LEVEL) -> SafeString:
    """Four steps: solid when confirmed, hatched when possible, hollow beyond; a notch under the target.

    Decoration only (hidden from screen readers): the numbers stand beside it as text.
    """
    total = bar_width(top)
    return element(
        "svg",
        *bar_marks(confirmed, possible, target, top),
        viewBox=f"0 0 {total:g} {HEIGHT}",
        width=total,
        height=HEIGHT,
        aria_hidden="true",
        class_="chart level-bar",
    )


def bar_symbol(key: str, confirmed: int, possible: int, target: int | None, top: int) -> SafeString:
    """The same as a symbol to be drawn again and again under the id ``key``, for long lists."""
    view = f"0 0 {bar_width(top):g} {HEIGHT}"
    return element("symbol", *bar_marks(confirmed, possible, target, top), id=key, viewBox=view)


def bar_use(key: str, top: int) -> SafeString:
    """One drawing of the symbol ``key``."""
    use = element("use", href=f"#{key}")
    return element("svg", use, width=bar_width(top), height=HEIGHT, aria_hidden="true", class_="chart level-bar")
