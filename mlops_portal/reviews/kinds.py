"""What can be reviewed: features above this package register a kind in ``AppConfig.ready()``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence, Set
from datetime import timedelta
from typing import TYPE_CHECKING

from mlops_portal.kernel.registry import Registry

if TYPE_CHECKING:
    from mlops_portal.accounts.models import User
    from mlops_portal.kernel.actor import Actor
    from mlops_portal.reviews.models import Decision, Review


class ReviewKind(ABC):
    """One kind of subject.

    ``approved``, ``returned``, ``closed`` and ``decided_in_part`` run in the transaction of the decision: when they
    raise, nothing was decided. As in every action they lock and change their rows first, and record last.
    """

    key: str
    title: str
    #: The permission a reviewer needs; it is asked of the review's project.
    permission: str
    #: What happens when it is approved, as a sentence for the confirm page.
    consequence: str
    #: How long a request waits for a decision.
    waits: timedelta = timedelta(days=30)

    @abstractmethod
    def digest(self, review: Review) -> str:
        """What the subject is now; a decision about anything else is refused. "" when it is gone."""

    @abstractmethod
    def path(self, review: Review) -> str:
        """The address of the page on which the subject is shown."""

    def barred(self, review: Review) -> Set[int]:
        """Ids of people who may not decide, beside the requester: those who had a hand in it.

        Asked when the review is opened, and kept with it, so that queues leave it out; and once more at a decision.
        """
        return frozenset()

    def parts(self, review: Review) -> Sequence[tuple[str, str]]:
        """The parts of the subject that a reviewer may give reasons about, as (id, title)."""
        return ()

    @abstractmethod
    def approved(self, actor: Actor, review: Review) -> None:
        """The last approval that was needed was given."""

    @abstractmethod
    def returned(self, actor: Actor, review: Review, decision: Decision) -> None:
        """A reviewer returned it; ``decision`` has the reasons."""

    def closed(self, actor: Actor, review: Review) -> None:  # noqa: B027 – a kind may have nothing to do
        """It was withdrawn, or ran out undecided; ``review.state`` tells which."""

    def decided_in_part(self, actor: Actor, review: Review) -> None:  # noqa: B027 – the same
        """An approval was given and more are needed."""

    def may_see(self, user: User, review: Review) -> bool:
        """Whether the kind shows the review to somebody whom the project's history is closed to."""
        return False


KINDS: Registry[ReviewKind] = Registry("kind of review")


def register_review_kind(kind: ReviewKind) -> None:
    """Make a kind known. Raises ValueError when its key is taken."""
    KINDS.register(kind.key, kind)


def kind_of(review: Review) -> ReviewKind:
    """The kind of a review. Raises LookupError for one that nothing registers any more."""
    return KINDS.get(review.kind)
