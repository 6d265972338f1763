"""A kind of review for tests: things that are kept in memory, and note what happened to them."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

from mlops_portal.accounts.actors import actor_from_user
from mlops_portal.accounts.models import User
from mlops_portal.kernel.actor import Actor, Face
from mlops_portal.projects.models import Project
from mlops_portal.reviews.actions import open_review
from mlops_portal.reviews.kinds import ReviewKind
from mlops_portal.reviews.models import Decision, Review


class Things(ReviewKind):
    """Things by id: their digests now, who had a hand in them, and what the reviews told about them."""

    key = "thing"
    title = "Thing"
    permission = "projects.collect"
    consequence = "The thing is let in at once."

    def __init__(self) -> None:
        self.digests: dict[str, str] = {}
        self.hands: dict[str, set[int]] = {}
        self.told: list[tuple[str, str]] = []
        self.fails = False

    def digest(self, review: Review) -> str:
        """What the thing is now."""
        return self.digests.get(review.subject_id, "")

    def path(self, review: Review) -> str:
        """Where the thing is shown."""
        return f"/things/{review.subject_id}/"

    def barred(self, review: Review) -> Set[int]:
        """Who had a hand in it."""
        return self.hands.get(review.subject_id, set())

    def parts(self, review: Review) -> Sequence[tuple[str, str]]:
        """A thing has a lid and a box."""
        return (("lid", "The lid closes"), ("box", "The box is solid"))

    def approved(self, actor: Actor, review: Review) -> None:
        """Note it."""
        self._tell("approved", review)

    def returned(self, actor: Actor, review: Review, decision: Decision) -> None:
        """Note it, with the reason."""
        self._tell(f"returned: {decision.reason}", review)

    def closed(self, actor: Actor, review: Review) -> None:
        """Note how."""
        self._tell(review.state, review)

    def decided_in_part(self, actor: Actor, review: Review) -> None:
        """Note it."""
        self._tell("in part", review)

    def may_see(self, user: User, review: Review) -> bool:
        """Who had a hand in it may see it."""
        return user.pk in self.barred(review)

    def ask(self, person: User, thing: str = "model", *, project: Project, **values: Any) -> Review:
        """Ask, as a person on the web, for a review of a thing."""
        self.digests.setdefault(thing, "as shown")
        values = {"title": f"The {thing}", "digest": self.digests[thing], "project": project, **values}
        return open_review(actor=actor_from_user(person, face=Face.WEB), kind=self.key, subject_id=thing, **values)

    def _tell(self, what: str, review: Review) -> None:
        if self.fails:
            raise OSError("the thing is stuck")
        self.told.append((review.subject_id, what))
