"""The badge: "MLOps 2 (≤3)" as a small SVG, grey when the assessment is older than its evidence may be."""

from __future__ import annotations

from assessments.scoring.scorecard import Interval

LABEL = "MLOps"
#: Fill by confirmed level 0–4: one hue from light to dark (order survives colour blindness); grey for old.
COLOURS = ("#5b6472", "#4a6fa5", "#2f6fb3", "#1f5fa8", "#0b4a8f")
GREY = "#6b7280"
#: Width of a character of the badge's 11 px face, in px; wide enough for any of the usual faces.
CHARACTER = 7

TEMPLATE = """<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img">
<title>{label}: {value}</title>
<rect width="{width}" height="20" rx="3" fill="#30363d"/>
<path d="M{left} 0h{arm}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{arm}z" fill="{colour}"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
<text x="{label_x}" y="14">{label}</text><text x="{value_x}" y="14">{value}</text></g></svg>
"""


def badge_value(interval: Interval | None, *, fresh: bool) -> str:
    """What the badge says: "2", "2 (≤3)", with "old" behind it when not fresh, "not assessed" without a level."""
    if interval is None:
        return "not assessed"
    value = str(interval.confirmed) if interval.certain else f"{interval.confirmed} (≤{interval.possible})"
    return value if fresh else f"{value} · old"


def badge(interval: Interval | None, *, fresh: bool) -> str:
    """The badge as SVG text, 20 px high, without any outside reference."""
    value = badge_value(interval, fresh=fresh)
    left, right = len(LABEL) * CHARACTER + 14, len(value) * CHARACTER + 14
    colour = COLOURS[interval.confirmed] if interval is not None and fresh else GREY
    return TEMPLATE.format(
        width=left + right, left=left, arm=right - 3, colour=colour, label=LABEL, value=value,
        label_x=left // 2, value_x=left + right // 2,
    )  # fmt: skip
