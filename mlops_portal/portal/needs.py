"""What waits for a person, from every part of the portal: first what others wait for, then what is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.urls import NoReverseMatch, reverse

from assessments.selectors import needs as of_assessments
from mlops_portal.kernel import clock
from mlops_portal.reviews.models import Review
from mlops_portal.reviews.selectors import waiting_for

#: For so many seconds the portfolio shows what was due when it was last asked: it takes several queries to know, and
#: due days move once a day. While nothing is kept the portfolio asks for it after it was loaded (``/me/due/``).
KEPT = 300


@dataclass(frozen=True, slots=True)
class Need:
    """One thing somebody has to do: in words, where ("" nowhere), and until when ("" where nothing presses)."""

    sentence: str
    href: str
    icon: str
    due: str = ""


def _review(review: Review) -> Need:
    who = review.requester.display_name
    return Need(f"{who} asks for your decision: {review.title}", reverse("review", args=[review.pk]), "people")


def _href(need: of_assessments.Need) -> str:
    try:
        return reverse(need.url_name, args=need.args)
    except NoReverseMatch:
        return ""


def _of_assessments(person: Any) -> tuple[Need, ...]:
    found = of_assessments.needs_you(person)
    return tuple(Need(n.sentence, _href(n), "clock" if n.due else "refresh", f"{n.due or ''}") for n in found)


def _key(person: Any) -> str:
    return f"needs-{person.pk}-{clock.now():%Y-%m-%d}"


def _reviews(person: Any) -> Iterator[Need]:
    yield from map(_review, waiting_for(person))


def due(person: Any) -> tuple[Need, ...]:
    """What was returned to this person and what is due in their projects, as of now."""
    found = _of_assessments(person)
    cache.set(_key(person), found, KEPT)
    return found


def needs(person: Any) -> tuple[Need, ...]:
    """What waits for this person as of now."""
    return (*_reviews(person), *due(person))


def needs_soon(person: Any) -> tuple[tuple[Need, ...], bool]:
    """The same in few queries, and whether it is all: what is due may be a few minutes old, or not known yet."""
    if person is None:
        return (), True
    found: tuple[Need, ...] | None = cache.get(_key(person))
    return (*_reviews(person), *(found or ())), found is not None
