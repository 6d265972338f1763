"""The people of the demo, as the sign-in page offers them. Only where ``settings.DEMO`` is set."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

#: The one password of the demo's accounts, made by ``manage.py demo``; it opens nothing outside a demo.
DEMO_PASSWORD = "demo-password"  # noqa: S105 – public on purpose, for the demo only


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One account: its user name, its name, and what this person is for."""

    username: str
    name: str
    role: str
    password: str = DEMO_PASSWORD


PEOPLE = (
    DemoPerson("alice", "Alice", "Data scientist"),
    DemoPerson("bob", "Bob", "Engineer"),
    DemoPerson("charlie", "Charlie", "Colleague outside the projects"),
    DemoPerson("dana", "Dana", "Governance lead"),
)


def demo_people() -> tuple[DemoPerson, ...]:
    """The demo's people; nobody outside a demo."""
    return PEOPLE if getattr(settings, "DEMO", False) else ()
