"""Cursor pages: rows that are added or removed meanwhile neither repeat nor hide others."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

PER_PAGE, MOST_PER_PAGE = 50, 200

PARAMETERS = (
    OpenApiParameter("cursor", str, description="From `next` or `previous` of another page."),
    OpenApiParameter(
        "page_size", {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE}, description=f"Usually {PER_PAGE}."
    ),
)


class Pages(CursorPagination):
    """One page of rows ordered by a unique key."""

    page_size, page_size_query_param, max_page_size = PER_PAGE, "page_size", MOST_PER_PAGE

    def __init__(self, key: str) -> None:
        self.key = key

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        """The one key."""
        return (self.key,)


def page(request: Request, rows: QuerySet[Any], key: str) -> tuple[list[Any], dict[str, str | None]]:
    """The rows of the page that the request asks for, by the unique ``key`` ("-id"), and its links.

    Raises NotFound for a cursor that is none of ours.
    """
    pages = Pages(key)
    try:
        found = pages.paginate_queryset(rows.order_by(key), request)
    except (ValidationError, ValueError, TypeError):
        raise NotFound("There is no such page; begin again without a cursor.") from None
    return list(found or ()), {"next": pages.get_next_link(), "previous": pages.get_previous_link()}
