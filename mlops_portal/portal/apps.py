"""App configuration of `portal`."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages and commands across both apps."""

    name = "mlops_portal.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"
