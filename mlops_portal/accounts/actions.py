"""What others change about somebody's account: whether they govern, and a second factor that was lost."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.db import transaction

from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import GOVERNANCE, authorise
from mlops_portal.audit.record import record
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import InvalidTransition


@transaction.atomic
def set_governance(*, actor: Actor, person: User, governs: bool, reason: str = "") -> bool:
    """Make somebody govern, or no longer; whether that changed anything. Raises NotAllowed."""
    authorise(actor, "accounts.manage_people", person)
    before = person.groups.filter(name=GOVERNANCE).exists()
    if before == governs:
        return False
    group = Group.objects.get_or_create(name=GOVERNANCE)[0]
    change = person.groups.add if governs else person.groups.remove
    change(group)
    said = {True: [GOVERNANCE], False: []}
    record(
        actor,
        "account.changed",
        person,
        before={"groups": said[before]},
        after={"groups": said[governs]},
        reason=reason,
    )
    return True


@transaction.atomic
def remove_second_factor(*, actor: Actor, person: User, reason: str) -> None:
    """Take away the second factor of somebody who lost it. Raises NotAllowed; InvalidTransition when there is none."""
    authorise(actor, "accounts.manage_people", person)
    if not Authenticator.objects.filter(user=person).delete()[0]:
        raise InvalidTransition(f"{person} has no second factor.")
    record(actor, "account.second-factor-removed", person, reason=reason)
