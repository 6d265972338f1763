"""What waits for a person, from every part of the portal: decisions by others that are asked of them first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mlops_portal.reviews.models import Review
from mlops_portal.reviews.selectors import waiting_for

#: The strip on the portfolio names so many; the page of one's own work has them all.
MOST = 6


@dataclass(frozen=True, slots=True)
class Need:
    """One thing somebody has to do: in words, where, and until when ("" where nothing presses)."""

    sentence: str
    href: str
    icon: str
    due: str = ""


def _review(review: Review) -> Need:
    who = review.requester.display_name
    return Need(f"{who} asks for your decision: {review.title}", f"/reviews/{review.pk}/", "people")


def needs(person: Any) -> tuple[Need, ...]:
    """What waits for this person, what others wait for first; nothing for visitors."""
    if person is None:
        return ()
    return tuple(_review(review) for review in waiting_for(person))
