"""What reviewers are shown of a request for an exception, and what their decision does."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from assessments.lifecycle.person import person_of
from assessments.lifecycle.record import locked
from assessments.lifecycle.rescore import rescore
from assessments.models import Exemption
from assessments.models.exemption import ExemptionKind, ExemptionState
from assessments.selectors.exemptions import effects, known_criterion
from mlops_portal.audit.record import record
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.digest import digest
from mlops_portal.kernel.errors import InvalidTransition
from mlops_portal.reviews.kinds import ReviewKind, register_review_kind
from mlops_portal.reviews.models import Decision, Review, ReviewState


def title_of(exemption: Exemption) -> str:
    """What is asked for, as a title."""
    return f"{exemption.get_kind_display()}: {exemption.criterion} of {exemption.project.name}"


def digest_of(exemption: Exemption) -> str:
    """The SHA-256 of what is asked for; a decision about anything else is refused."""
    fields = ("project_id", "kind", "criterion", "reason_code", "text", "link", "starts", "expires", "renewals")
    return digest({name: getattr(exemption, name) for name in fields})


def state_of(exemption: Exemption) -> dict[str, Any]:
    """What the trail keeps of it."""
    fields = ("criterion", "state", "reason_code", "starts", "expires", "renewals")
    return {name: getattr(exemption, name) for name in fields}


def facts_of(exemption: Exemption) -> list[tuple[str, str]]:
    """The lines that a reviewer reads first."""
    facts = [
        ("Criterion", f"{known_criterion(exemption.criterion).statement} ({exemption.criterion})"),
        ("Because", exemption.get_reason_code_display()),
        ("In words", exemption.text),
    ]
    if exemption.link:
        facts.append(("See", exemption.link))
    if exemption.expires is not None:
        facts.append(("Until", f"{exemption.expires:%-d %B %Y}"))
    if exemption.renewals:
        facts.append(("Renewals", f"This would be number {exemption.renewals}."))
    return [*facts, *((effect.framework, effect.sentence) for effect in _effects(exemption))]


def _effects(exemption: Exemption) -> Any:
    return effects(exemption.project, exemption.criterion, exemption.kind)


class ExemptionReview(ReviewKind):
    """The decision on a waiver, or on "not applicable"."""

    permission = "assessments.decide_exemption"

    def __init__(self, key: ExemptionKind, title: str, consequence: str) -> None:
        self.key, self.title, self.consequence = key.value, title, consequence

    def digest(self, review: Review) -> str:
        """The digest of the request as it is now."""
        found = Exemption.objects.filter(pk=review.subject_id).first()
        return digest_of(found) if found else ""

    def path(self, review: Review) -> str:
        """The page of the exemption."""
        slug = review.project.slug if review.project else ""
        return reverse("exemption", kwargs={"slug": slug, "number": int(review.subject_id)})

    def approved(self, actor: Actor, review: Review) -> None:
        """Grant it, and score the project again. Raises InvalidTransition when its time is over already."""
        exemption = self._subject(review)
        if exemption.expires is not None and exemption.expires <= clock.now():
            raise InvalidTransition(f"{title_of(exemption)} would be over by now.", do="Return it.")
        self._decide(actor, exemption, ExemptionState.GRANTED)
        rescore(actor=actor, project=exemption.project)
        record(actor, f"{self.key}.granted", exemption, after=state_of(exemption), project=exemption.project)

    def returned(self, actor: Actor, review: Review, decision: Decision) -> None:
        """Decline it."""
        exemption = self._subject(review)
        self._decide(actor, exemption, ExemptionState.DECLINED)
        after, reason = state_of(exemption), decision.reason
        record(actor, f"{self.key}.declined", exemption, after=after, reason=reason, project=exemption.project)

    def closed(self, actor: Actor, review: Review) -> None:
        """Nobody decided: the request is withdrawn."""
        exemption = self._subject(review)
        exemption.state = ExemptionState.WITHDRAWN
        exemption.save(update_fields=["state"])
        reason = "Nobody decided in time." if review.state == ReviewState.EXPIRED else ""
        after = state_of(exemption)
        record(actor, f"{self.key}.withdrawn", exemption, after=after, reason=reason, project=exemption.project)

    def _subject(self, review: Review) -> Exemption:
        """The request with its project, both held until the transaction ends: the project first, as in rescoring."""
        if review.project is not None:
            locked(review.project)
        rows = Exemption.objects.select_for_update(no_key=True, of=("self",)).select_related("project")
        return rows.get(pk=review.subject_id)

    def _decide(self, actor: Actor, exemption: Exemption, state: ExemptionState) -> None:
        exemption.state, exemption.decided_by, exemption.decided_at = state, person_of(actor), clock.now()
        exemption.save(update_fields=["state", "decided_by", "decided_at"])


#: What the trail says, after the person's name.
VERBS = {
    "waiver.requested": "asked for the waiver",
    "waiver.granted": "granted the waiver",
    "waiver.declined": "declined the waiver",
    "waiver.withdrawn": "withdrew the request for the waiver",
    "waiver.revoked": "revoked the waiver",
    "not-applicable.requested": "asked to leave out a criterion by",
    "not-applicable.granted": "agreed to leave out a criterion by",
    "not-applicable.declined": "declined to leave out a criterion by",
    "not-applicable.withdrawn": "withdrew the request",
    "not-applicable.revoked": "revoked",
}


def register() -> None:
    """Make both kinds of review known."""
    opens = "The criterion no longer stands in the way of gates until the waiver ends. No level rises."
    removes = "The criterion is left out of the project’s score from now on, until somebody revokes it."
    register_review_kind(ExemptionReview(ExemptionKind.WAIVER, "Waiver", opens))
    register_review_kind(ExemptionReview(ExemptionKind.NOT_APPLICABLE, "Not applicable", removes))
