"""App configuration of `assessments`."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """See the package's docstring."""

    name = "assessments"
    label = "assessments"
    default_auto_field = "django.db.models.BigAutoField"
