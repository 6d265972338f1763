"""The action that changes what is asked of the projects of one risk tier."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.models import Policy
from assessments.selectors.policies import tier_policy
from mlops_portal.accounts.permissions import authorise
from mlops_portal.audit.record import record
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Invalid, Stale
from mlops_portal.projects.models import RiskTier

#: What a policy says, by field, and how a reader calls it.
FIELDS = {
    "reviewers": "people who must accept an assessment",
    "cadence_days": "days between assessments",
    "longest_waiver_days": "days a waiver lasts at most",
}


@transaction.atomic
def set_policy(
    *,
    actor: Actor,
    risk_tier: str,
    reviewers: int,
    cadence_days: int,
    longest_waiver_days: int,
    reason: str,
    seen: str = "",
) -> Policy:
    """Set the policy of a tier. It counts from now on: what is open or granted already keeps what held then.

    ``seen`` is what the editor saw (``state_of``). Raises NotAllowed, Invalid (naming the field), Stale.
    """
    authorise(actor, "assessments.manage_policies")
    if risk_tier not in RiskTier.values:
        raise Invalid(f"There is no risk tier {risk_tier!r}.", field="risk_tier")
    if not reason.strip():
        raise Invalid("A policy needs a reason.", do="Say why, for those whom it binds.", field="reason")
    Policy.objects.get_or_create(risk_tier=risk_tier)
    policy = Policy.objects.select_for_update().get(risk_tier=risk_tier)
    if seen and seen != state_of(policy):
        raise Stale("Somebody else has changed this policy meanwhile.", do="Look at it again, then set it.")
    before = _values(policy)
    policy.reviewers, policy.cadence_days, policy.longest_waiver_days = reviewers, cadence_days, longest_waiver_days
    _validate(policy)
    policy.save()
    record(actor, "policy.set", policy, before=before, after=_values(policy), reason=reason.strip())
    return policy


def state_of(policy: Policy) -> str:
    """What a policy says, as short text: to tell whether it is still the one that was shown."""
    return "-".join(str(getattr(policy, name)) for name in FIELDS)


def policies() -> list[Policy]:
    """The policy of each tier, the strictest risk first."""
    return [tier_policy(tier) for tier in reversed(RiskTier.values)]


def _values(policy: Policy) -> dict[str, int]:
    return {name: getattr(policy, name) for name in FIELDS}


def _validate(policy: Policy) -> None:
    try:
        policy.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Invalid(messages[0], field=field) from error
