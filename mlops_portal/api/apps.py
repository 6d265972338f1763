"""App configuration of `api`."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Kit for the REST API."""

    name = "mlops_portal.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
