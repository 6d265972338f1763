"""App configuration of `jobs`."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Durable background work on DBOS."""

    name = "mlops_portal.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
