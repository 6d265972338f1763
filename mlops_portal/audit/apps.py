"""App configuration of `audit`."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Append-only, hash-chained trail of every change."""

    name = "mlops_portal.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
