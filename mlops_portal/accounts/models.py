"""The person who signs in."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person. What they may do in a project is said by their memberships, not here."""

    @property
    def display_name(self) -> str:
        """The full name, or the user name for want of one."""
        return self.get_full_name() or self.username
