"""App configuration of `models_app`."""

from django.apps import AppConfig


class ModelsAppConfig(AppConfig):
    """See the package's docstring."""

    name = "models_app"
    label = "models_app"
    default_auto_field = "django.db.models.BigAutoField"
