"""What reviewers are shown of a design, and what their decision does: the problem, the metric, a baseline, the need."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from django.urls import reverse

from assessments.lifecycle.person import person_of
from assessments.models import DesignReview
from assessments.models.planning import DesignState
from mlops_portal.audit.models import AuditEntry
from mlops_portal.audit.record import record
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor, ActorKind
from mlops_portal.kernel.digest import digest
from mlops_portal.reviews.kinds import ReviewKind, register_review_kind
from mlops_portal.reviews.models import Decision, Review, ReviewState

KIND = "design-review"

#: What people write; the label of each is what reviewers read before it.
FIELDS = {
    "problem": "The problem",
    "metric": "The metric that matters",
    "baseline": "The baseline without ML",
    "needed": "Is ML needed?",
    "needed_reason": "Why",
}

#: What the trail says, after the person's name.
VERBS = {
    "design.started": "started",
    "design.changed": "changed",
    "design.submitted": "submitted",
    "design.accepted": "accepted",
    "design.returned": "returned",
    "design.withdrawn": "withdrew",
    "design.superseded": "replaced by a newer one",
}


def digest_of(design: DesignReview) -> str:
    """The SHA-256 of what is decided on; a decision about anything else is refused."""
    return digest({name: getattr(design, name) for name in ("id", "project_id", *FIELDS)})


def state_of(design: DesignReview) -> dict[str, Any]:
    """What the trail keeps of it."""
    return {"state": str(design.state), "version": design.version, "needed": design.needed, "digest": design.digest}


def held(id: int | str) -> DesignReview:
    """The design as it is now, held until the transaction ends: whoever changes it queues up here."""
    rows = DesignReview.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("project").get(pk=id)


def facts_of(design: DesignReview) -> list[tuple[str, str]]:
    """The lines that a reviewer reads first."""
    said = {name: str(getattr(design, name)) for name in FIELDS} | {"needed": design.get_needed_display()}
    return [(label, said[name]) for name, label in FIELDS.items()]


class DesignReviewKind(ReviewKind):
    """Designs. Whoever wrote some of it does not decide on it."""

    key = KIND
    title = "Design review"
    permission = "assessments.review_design"
    consequence = (
        "It becomes the project’s design: what it is measured by, and whether ML is needed. "
        "The one accepted before is superseded. No level changes."
    )

    def digest(self, review: Review) -> str:
        """The digest of the design as it is now; "" when it is gone."""
        found = DesignReview.objects.filter(pk=review.subject_id).first()
        return digest_of(found) if found else ""

    def path(self, review: Review) -> str:
        """The page of the project's design."""
        return reverse("design", args=[review.project.slug if review.project else ""])

    def barred(self, review: Review) -> Set[int]:
        """Everybody who changed it, as the trail has it."""
        entries = AuditEntry.objects.filter(subject_kind="assessments.designreview", subject_id=review.subject_id)
        changed = entries.filter(verb="design.changed", actor_kind=ActorKind.PERSON)
        return frozenset(int(person) for person in changed.order_by().values_list("actor_id", flat=True).distinct())

    def approved(self, actor: Actor, review: Review) -> None:
        """It is accepted, and the one accepted before is superseded."""
        design = held(review.subject_id)
        before = _superseded(design)
        _decide(actor, design, DesignState.ACCEPTED)
        if before is not None:
            after = state_of(before) | {"by": design.pk}
            record(actor, "design.superseded", before, after=after, project=design.project)
        record(actor, "design.accepted", design, after=state_of(design), project=design.project)

    def returned(self, actor: Actor, review: Review, decision: Decision) -> None:
        """It can be changed, and submitted again."""
        design = held(review.subject_id)
        _decide(actor, design, DesignState.RETURNED)
        record(actor, "design.returned", design, after=state_of(design), reason=decision.reason, project=design.project)

    def closed(self, actor: Actor, review: Review) -> None:
        """Nobody decided: it can be changed, and submitted again; nothing is lost."""
        design = held(review.subject_id)
        design.state, design.version = DesignState.RETURNED, design.version + 1
        design.save(update_fields=["state", "version"])
        expired = review.state == ReviewState.EXPIRED
        why = "Nobody decided in time." if expired else "The request for a review was taken back."
        record(actor, "design.returned", design, after=state_of(design), reason=why, project=design.project)


def _superseded(design: DesignReview) -> DesignReview | None:
    """The one accepted before, superseded: there is never more than one."""
    accepted = DesignReview.objects.filter(project=design.project, state=DesignState.ACCEPTED).first()
    if accepted is None:
        return None
    before = held(accepted.pk)
    before.state, before.version = DesignState.SUPERSEDED, before.version + 1
    before.save(update_fields=["state", "version"])
    return before


def _decide(actor: Actor, design: DesignReview, state: DesignState) -> None:
    design.state, design.version = state, design.version + 1
    design.decided_by, design.decided_at = person_of(actor), clock.now()
    design.save(update_fields=["state", "version", "decided_by", "decided_at"])


def register() -> None:
    """Make designs reviewable."""
    register_review_kind(DesignReviewKind())
