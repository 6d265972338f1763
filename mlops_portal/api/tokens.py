"""Personal tokens: issued with a name, scopes and an end; shown once; revoked for good."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import authorise, is_governance, is_operator, is_person, permit, predicate
from mlops_portal.api.models import PersonalToken
from mlops_portal.api.scopes import Scope
from mlops_portal.audit.record import Subject, record
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.errors import Invalid, InvalidTransition, NotFound

#: How long a token lasts unless something else is asked for, and at most.
USUAL_LIFE, LONGEST_LIFE = timedelta(days=90), timedelta(days=366)
#: More live tokens than this nobody has.
MOST_TOKENS = 50
PREFIX = "mlu_"  # as in the settings of knox
SHAPE = re.compile(rf"{PREFIX}[0-9a-f]{{64}}")
_USE_IS_NOTED_EVERY = timedelta(minutes=1)


@predicate
def is_holder(principal: object, token: PersonalToken | None) -> bool:
    """The person whom the token stands for."""
    return isinstance(principal, User) and isinstance(token, PersonalToken) and token.user_id == principal.pk


permit("api.issue_token", is_person, "issue a personal token")
permit("api.revoke_token", is_holder | is_governance | is_operator, "revoke the token")


@transaction.atomic
def issue_personal_token(
    *,
    actor: Actor,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
    within: PersonalToken | None = None,
) -> tuple[PersonalToken, str]:
    """A new token of the actor's own, and its secret, which is shown this once.

    ``within`` is the token that asks, if one does: it can hand on its own scopes and its own life, no more. Raises
    Invalid (naming the field) and NotAllowed.
    """
    authorise(actor, "api.issue_token")
    user: User = actor.principal
    expires_at = _checked_end(expires_at, within)
    wanted = _checked_scopes(scopes, within)
    if live_tokens(user).count() >= MOST_TOKENS:
        raise Invalid(f"You have {MOST_TOKENS} tokens already.", do="Revoke one that nothing uses.")
    token, secret = PersonalToken.objects.create(user, expiry=None, name=_checked_name(name), scopes=wanted)
    token.expiry = expires_at
    token.save(update_fields=["expiry"])
    after = {"name": token.name, "scopes": wanted, "expires_at": expires_at}
    record(actor, "personal-token.issued", subject(token), after=after)
    return token, secret


@transaction.atomic
def revoke_personal_token(*, actor: Actor, token: PersonalToken, reason: str = "") -> None:
    """Make a token useless, at once and for good. Raises NotAllowed, InvalidTransition when it already is."""
    authorise(actor, "api.revoke_token", token)
    now = clock.now()
    if not PersonalToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        raise InvalidTransition(f"{token.name} is already revoked.")
    token.revoked_at = now
    record(actor, "personal-token.revoked", subject(token), after={"name": token.name}, reason=reason)


def subject(token: PersonalToken) -> Subject:
    """The token in the trail: by its public id, for its key in the table is made of the secret."""
    return Subject("api.personaltoken", str(token.id), f"{token.name} of {token.user}")


def live_tokens(user: User) -> QuerySet[PersonalToken]:
    """A person's tokens that still open something, the newest first."""
    found: QuerySet[PersonalToken] = PersonalToken.objects.filter(
        user=user, revoked_at=None, expiry__gt=clock.now()
    ).order_by("-created")
    return found


def personal_token(user: User, id: object) -> PersonalToken:
    """A person's own token. Raises NotFound."""
    found: PersonalToken | None = PersonalToken.objects.filter(user=user, id=id).first()
    if found is None:
        raise NotFound("There is no such token of yours.", do="Look at the list of your tokens.")
    return found


def is_live(token: PersonalToken) -> bool:
    """Whether the token still opens anything; notes that it was used, once a minute."""
    now = clock.now()
    if token.revoked_at is not None or token.expiry is None or token.expiry <= now:
        return False
    if token.last_used_at is None or now - token.last_used_at >= _USE_IS_NOTED_EVERY:
        PersonalToken.objects.filter(pk=token.pk).update(last_used_at=now)
        token.last_used_at = now
    return True


def _checked_name(name: str) -> str:
    if not name.strip() or len(name.strip()) > 80:
        raise Invalid("A token has a name of up to 80 characters.", do="Say what uses it.", field="name")
    return name.strip()


def _checked_scopes(scopes: Iterable[str], within: PersonalToken | None) -> list[str]:
    wanted = sorted(set(scopes))
    may = set(Scope) if within is None else set(within.scopes)
    if not wanted or not set(wanted) <= {str(scope) for scope in may}:
        raise Invalid("A token has one or more scopes.", do=f"Choose from {', '.join(sorted(may))}.", field="scopes")
    return wanted


def _checked_end(expires_at: datetime | None, within: PersonalToken | None) -> datetime:
    now = clock.now()
    latest = now + LONGEST_LIFE if within is None or within.expiry is None else within.expiry
    expires_at = expires_at or min(now + USUAL_LIFE, latest)
    if not now < expires_at <= latest:
        do = f"Choose a time until {latest:%Y-%m-%d}."
        raise Invalid("A token ends in the future, within a year.", do=do, field="expires_at")
    return expires_at
