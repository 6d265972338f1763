"""Reasons in a person's words: what is stored of them, and how long they may be."""

from __future__ import annotations

from mlops_portal.kernel.errors import Invalid
from mlops_portal.kernel.redaction import storable

#: Characters that a reason may have.
LONGEST_TEXT = 10_000


def text_of(text: str, field: str) -> str:
    """A reason as it is stored. Raises Invalid when it says nothing, or too much."""
    text = storable(text).strip()
    if not text:
        raise Invalid("This needs words.", do="Write one or two sentences for those who read it later.", field=field)
    if len(text) > LONGEST_TEXT:
        raise Invalid(f"This is {len(text)} characters long.", do=f"Keep it below {LONGEST_TEXT}.", field=field)
    return text
