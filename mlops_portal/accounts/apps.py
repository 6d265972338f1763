"""App configuration of `accounts`."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in."""

    name = "mlops_portal.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
