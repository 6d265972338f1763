"""Building well-formed SVG from hostile text: every value is escaped, what XML cannot carry is dropped."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from django.utils.safestring import SafeString

#: Characters that XML 1.0 does not allow at all (section 2.2), among them lone surrogates.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(value: object) -> SafeString:
    """``value`` as escaped character data."""
    return SafeString(escape(_FORBIDDEN.sub("", str(value))))


def number(value: float) -> str:
    """A coordinate with at most two decimals: ``12``, ``3.5``; never an exponent, so that every reader parses it."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def _attribute(name: str, value: object) -> str:
    written = number(float(value)) if isinstance(value, int | float) else _FORBIDDEN.sub("", str(value))
    return f" {name.rstrip('_').replace('_', '-')}={quoteattr(written)}"


def element(name: str, *children: SafeString, **attributes: object) -> SafeString:
    """One element. ``class_`` becomes ``class``, ``text_anchor`` becomes ``text-anchor``; None leaves one out."""
    written = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    if not children:
        return SafeString(f"<{name}{written}/>")
    return SafeString(f"<{name}{written}>{''.join(children)}</{name}>")


def label(content: object, x: float, y: float, *, anchor: str = "start", class_: str = "chart-text") -> SafeString:
    """A line of text, as text: it can be selected, searched and read aloud."""
    return element("text", text(content), x=x, y=y, text_anchor=anchor, class_=class_)


def drawing(title: str, description: str, *children: SafeString, width: float, height: float, kind: str) -> SafeString:
    """The whole chart; ``kind`` names its class. The title and the description are what a screen reader says."""
    return element(
        "svg",
        element("title", text(title)),
        element("desc", text(description)),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        aria_label=f"{title}. {description}",
        class_=f"chart chart-{kind}",
    )


def hatching(x: float, y: float, width: float, height: float, *, step: float = 5.0) -> SafeString:
    """Diagonal lines clipped to a box: "possible, not confirmed" without colour, and without ids that could clash."""
    strokes = []
    offset = step / 2
    while offset < width + height:
        start_x, start_y = x + min(offset, width), y + max(0.0, offset - width)
        end_x, end_y = x + max(0.0, offset - height), y + min(offset, height)
        strokes.append(f"M{number(start_x)} {number(start_y)}L{number(end_x)} {number(end_y)}")
        offset += step
    return element("path", d="".join(strokes), class_="hatch")
