"""E-mail addresses: which one counts as a person's own.

An operator who makes an account vouches for its address. One that people claim themselves counts only after a mail
to it was answered: authors of commits are matched to roles by it, so that a false one would lend another's work.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db.models import F, QuerySet

from mlops_portal.accounts.models import User


def claimed_only() -> QuerySet[EmailAddress, dict[str, int]]:
    """The ids of people whose own address was claimed by themselves and never proven."""
    unproven = EmailAddress.objects.filter(verified=False, user__email__iexact=F("email"))
    found: QuerySet[EmailAddress, dict[str, int]] = unproven.values("user")
    return found


def keep_given_address(person: User) -> None:
    """Have the address that an operator gave stand as proven, before the person can claim another one.

    An address that is proven as another person's is kept unproven: it can be one person's only.
    """
    if person.email and not EmailAddress.objects.filter(user=person).exists():
        taken = EmailAddress.objects.filter(email__iexact=person.email, verified=True).exists()
        EmailAddress.objects.create(user=person, email=person.email.lower(), verified=not taken, primary=True)


def vouch_for_address(person: User) -> None:
    """What an operator wrote into an account is its one proven address; the others go."""
    EmailAddress.objects.filter(user=person).delete()
    keep_given_address(person)
