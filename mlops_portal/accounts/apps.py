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
        from mlops_portal.accounts import checks, own_changes, permissions  # noqa: F401, PLC0415
        from mlops_portal.audit.verbs import register_verbs  # noqa: PLC0415

        register_verbs({"account.created": "created the account", "account.changed": "changed the account"})
        own_changes.connect()
        post_migrate.connect(make_governance_group, sender=self)


def make_governance_group(using: str, **_: Any) -> None:
    """Have the group ``governance`` exist, so that it can be chosen in the admin."""
    from django.contrib.auth.models import Group  # noqa: PLC0415

    from mlops_portal.accounts.permissions import GOVERNANCE  # noqa: PLC0415

    Group.objects.using(using).get_or_create(name=GOVERNANCE)
