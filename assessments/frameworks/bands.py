"""What has to hold of a framework whose rule is points, beyond its schema: bands without gaps, and reachable.

A band is written by its upper end alone (``up_to``), and each begins where the one before ends: so bands can neither
overlap nor leave a sum out, as long as the ends rise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from assessments.documents import Document
from assessments.frameworks.criteria import Library

#: What only gated levels can have.
GATED_ONLY = ("superseded_by", "declaration_suffices_up_to")


def check_points(document: Document, content: Mapping[str, Any], library: Library) -> None:
    """Note every mistake in the bands and points of the document."""
    for key in GATED_ONLY:
        if key in content:
            document.complain((key,), f"{key} belongs to gated levels.", "Remove it, or use rule: gated.")
    _check_bands(document, content["levels"])
    _check_worth(document, content["criteria"])
    _check_sections(document, content, library)


def _check_bands(document: Document, levels: list[Mapping[str, Any]]) -> None:
    below = -1.0
    for index, level in enumerate(levels[:-1]):
        up_to = level.get("up_to")
        if up_to is None:
            document.complain(("levels", index), "The band has no upper end.", "Add up_to: with its highest sum.")
        elif up_to <= below:
            what = f"The band ends at {up_to:g}, and the one before it at {below:g}."
            document.complain(("levels", index, "up_to"), what, "Let the ends rise from band to band.")
        below = max(below, up_to or 0)
    if "up_to" in levels[-1]:
        where = ("levels", len(levels) - 1, "up_to")
        document.complain(where, "The last band has no upper end: sums above it would belong nowhere.", "Remove it.")


def _check_worth(document: Document, criteria: Mapping[str, Any]) -> None:
    for name, worth in criteria.items():
        if isinstance(worth, int) and worth != 1:
            what = f"{name} is worth {worth} points; a criterion is worth one."
            document.complain(("criteria", name), what, "Write 1, or none for one that is only shown.")


def _check_sections(document: Document, content: Mapping[str, Any], library: Library) -> None:
    highest = max((level.get("up_to") or 0 for level in content["levels"]), default=0)
    known = ((library.criteria.get(name), worth) for name, worth in content["criteria"].items())
    sizes = Counter(criterion.dimension for criterion, worth in known if criterion is not None and worth == 1)
    for index, dimension in enumerate(content["dimensions"]):
        if sizes[dimension["id"]] <= highest:
            what = f"{dimension['id']} has {sizes[dimension['id']]} criteria, so no sum is above {highest:g}."
            document.complain(("dimensions", index), what, "Give it more criteria, or lower the bands.")
