"""Who is who in the demo."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group

from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import GOVERNANCE

#: Known to everybody who reads the terminal; development settings listen on loopback only.
PASSWORD = "demo-password"  # noqa: S105 – published on purpose


@dataclass(frozen=True, slots=True)
class Person:
    """One account of the demo."""

    username: str
    name: str
    what: str
    governs: bool = False


PEOPLE = (
    Person("alice", "Alice Ahmed", "data scientist"),
    Person("bob", "Bob Brandt", "engineer"),
    Person("charlie", "Charlie Castro", "a colleague who belongs to no project"),
    Person("dana", "Dana Dimova", "governance lead", governs=True),
)


def make_people() -> None:
    """Create the accounts that are missing; an account that exists is left as it is, its password too."""
    for person in PEOPLE:
        first, _, last = person.name.partition(" ")
        user, created = User.objects.get_or_create(
            username=person.username,
            defaults={"email": f"{person.username}@example.org", "first_name": first, "last_name": last},
        )
        if created:
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
        if person.governs:
            user.groups.add(Group.objects.get_or_create(name=GOVERNANCE)[0])
