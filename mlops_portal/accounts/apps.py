"""App configuration of `accounts`."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """People who sign in, and who may do what."""

    name = "mlops_portal.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare permissions, audit verbs and checks; have the governance group made."""
        # Models are ready only now.
        from mlops_portal.accounts import (  # noqa: PLC0415
            checks,  # noqa: F401
            own_changes,
            permissions,  # noqa: F401
            sign_ins,
            single_sign_on,
        )
        from mlops_portal.audit.verbs import register_verbs  # noqa: PLC0415

        register_verbs(
            {
                "account.created": "created the account",
                "account.changed": "changed the account",
                "account.signed-in": "signed in to the account",
                "account.sign-in-failed": "could not sign in to the account",
                "account.signed-out": "signed out of the account",
                "account.second-factor-set": "set up a second factor of the account",
                "account.second-factor-removed": "removed a second factor of the account",
            }
        )
        for listeners in (own_changes, single_sign_on, sign_ins):
            listeners.connect()
        post_migrate.connect(make_governance_group, sender=self)


def make_governance_group(using: str, **_: Any) -> None:
    """Have the group ``governance`` exist, so that it can be chosen in the admin."""
    from django.contrib.auth.models import Group  # noqa: PLC0415

    from mlops_portal.accounts.permissions import GOVERNANCE  # noqa: PLC0415

    Group.objects.using(using).get_or_create(name=GOVERNANCE)
