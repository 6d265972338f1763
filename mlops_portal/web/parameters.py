"""Reading what an address says after the question mark. Nonsense is refused, not guessed."""

from __future__ import annotations

from collections.abc import Container

from django.http import HttpRequest

from mlops_portal.kernel.errors import Invalid

#: No search text is longer than this.
MOST_CHARACTERS = 200


def text(request: HttpRequest, name: str) -> str:
    """A free text, without surrounding blanks and without NUL, which databases refuse."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:MOST_CHARACTERS]


def choice(request: HttpRequest, name: str, known: Container[str]) -> str:
    """One of ``known``, or "" when it is not given. Raises Invalid for anything else."""
    value = text(request, name)
    if value and value not in known:
        raise Invalid(f"“{value}” is no value of the filter “{name}”.", do="Choose one that the page offers.")
    return value


def level(request: HttpRequest, name: str, top: int) -> int | None:
    """A level from 0 to ``top``, or None when it is not given. Raises Invalid for anything else."""
    value = choice(request, name, {str(number) for number in range(top + 1)})
    return int(value) if value else None


def page(request: HttpRequest) -> int:
    """The number of the page, from 1 on; 1 when it is not given. Raises Invalid for anything but a number."""
    value = text(request, "page")
    if value and not (value.isascii() and value.isdecimal() and len(value) < 8):
        raise Invalid(f"“{value}” is no number of a page.", do="Start from the first page.")
    return max(1, int(value or 1))
