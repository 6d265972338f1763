"""The people of the demo, as the sign-in page offers them. Only where ``settings.DEMO`` is set."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from mlops_portal.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One account: its user name, its name, what this person is for, and the published password."""

    username: str
    name: str
    role: str
    password: str


#: Filled by whoever makes the demo's accounts.
DEMO_PEOPLE: Registry[DemoPerson] = Registry("demo account")


def demo_people() -> tuple[DemoPerson, ...]:
    """The demo's people; nobody outside a demo."""
    return tuple(person for _, person in DEMO_PEOPLE) if getattr(settings, "DEMO", False) else ()
