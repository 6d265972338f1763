"""Who looks at a page: the signed-in person, or nobody. Selectors take either."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def viewer(request: HttpRequest) -> Any | None:
    """The signed-in person, or None for a visitor."""
    return request.user if request.user.is_authenticated else None
