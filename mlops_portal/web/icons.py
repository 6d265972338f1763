"""The icons: small line drawings on a 16 × 16 grid, always beside a word and therefore hidden from screen readers."""

from __future__ import annotations

from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString

from mlops_portal.kernel.registry import Registry

#: Name → the path's ``d``, drawn with a stroke in the colour of the text. One per line in ``icons.txt``.
ICONS: Registry[str] = Registry("icon")

for _line in Path(__file__).with_name("icons.txt").read_text(encoding="ascii").splitlines():
    _name, _, _drawn = _line.partition(" ")
    ICONS.register(_name, _drawn)

_MARKUP = '<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="{}"/></svg>'


def icon(name: str) -> SafeString:
    """The icon called ``name``. Raises LookupError for a name that is not drawn."""
    return format_html(_MARKUP, ICONS.get(name))
