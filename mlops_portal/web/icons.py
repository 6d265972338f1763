"""The icons: small line drawings on a 16 × 16 grid, always beside a word and therefore hidden from screen readers."""

from __future__ import annotations

from django.utils.safestring import SafeString

from mlops_portal.kernel.registry import Registry

#: Name → the path's ``d``. Drawn with a stroke of 1.5 in the colour of the text.
ICONS: Registry[str] = Registry("icon")

for _name, _path in {
    "portfolio": "M2 2.5h5v4.5H2zM9 2.5h5v4.5H9zM2 9h5v4.5H2zM9 9h5v4.5H9z",
    "jobs": "M2.5 4h11M2.5 8h11M2.5 12h6.5M11 12.5l1.2 1.2 2.3-2.6",
    "integrations": "M5.5 2v3M10.5 2v3M3.5 5h9v3a4.5 4.5 0 0 1-9 0zM8 12.5V15",
    "audit": "M8 1.5l5.5 2v4c0 3.5-2.3 5.9-5.5 7-3.200-1.100-5.500-3.500-5.500-7v-4zM5.500 8l1.800 1.800L10.800 6.300",
    "project": "M2 4.500a1 1 0 0 1 1-1h3.500l1.500 2H13a1 1 0 0 1 1 1v5.500a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1z",
    "scorecard": "M2.500 13.500v-3h2.500v3M6.800 13.500v-6h2.500v6M11 13.500v-10h2.500v10M1.500 13.500h13",
    "people": "M6 7.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM1.500 13.500c0-2.500 2-4 4.500-4s4.500 1.500 4.500 4M10.500 3a2.300 2.300 0 0 1 0 4.300M12.500 9.800c1.300.7 2 2 2 3.700",
    "check": "M3 8.500l3.200 3.200L13 4.500",
    "cross": "M4 4l8 8M12 4l-8 8",
    "half": "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 2v12M8 5l3-1.500M8 8h6M8 11l4.500-.5",
    "question": "M5.500 6a2.500 2.500 0 1 1 3.700 2.200C8.400 8.700 8 9.200 8 10M8 12.700v.1",
    "clock": "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.800V8l2.200 1.500",
    "minus": "M3.500 8h9",
    "alarm": "M8 2.200L14.500 13.500h-13zM8 6.500v3.300M8 11.700v.1",
    "eye": "M1.500 8S4 3.500 8 3.500 14.500 8 14.500 8 12 12.500 8 12.500 1.500 8 1.500 8zM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
    "blind": "M2 2l12 12M4.300 4.500C2.500 5.800 1.500 8 1.500 8S4 12.500 8 12.500c1.200 0 2.200-.4 3.100-.9M7 3.600c.3 0 .7-.1 1-.1 4 0 6.500 4.500 6.500 4.500s-.6 1.100-1.700 2.300",
    "wrench": "M10.500 2.300a3.500 3.500 0 0 0-3.200 5L2.300 12.300l1.400 1.400 5-5a3.500 3.500 0 0 0 4.800-4.200L11.300 6.700 9.300 4.700z",
    "refresh": "M13.500 8a5.500 5.500 0 1 1-1.600-3.900M13.500 1.800v3h-3",
    "arrow": "M3 8h10M9 4l4 4-4 4",
    "up": "M8 13V3M4 7l4-4 4 4",
    "external": "M6.500 3.500h-4v10h10v-4M9.500 2.500h4v4M13.200 2.800L7 9",
    "download": "M8 2v8M4.500 7L8 10.500 11.500 7M2.500 13.500h11",
    "lock": "M4 7h8v6.500H4zM5.500 7V5a2.500 2.500 0 0 1 5 0v2",
    "signin": "M9.500 2.500h4v11h-4M2.500 8H10M7 5l3 3-3 3",
    "signout": "M6.500 2.500h-4v11h4M6 8h7.500M10.500 5l3 3-3 3",
    "flag": "M3.500 14.500v-12M3.500 3h8.500l-2 3 2 3H3.500",
    "clash": "M9 1.500L3.500 9H8l-1 5.500L12.500 7H8z",
    "search": "M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM10.300 10.300l3.700 3.700",
    "info": "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 7.300v3.500M8 5.100v.1",
    "home": "M2.500 7.500L8 2.500l5.500 5M4 6.500v7h8v-7",
}.items():
    ICONS.register(_name, _path)


def icon(name: str) -> SafeString:
    """The icon called ``name``. Raises LookupError for a name that is not drawn."""
    return SafeString(
        f'<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="{ICONS.get(name)}"/></svg>'
    )
