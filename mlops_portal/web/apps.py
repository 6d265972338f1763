"""App configuration of `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Kit for pages: base templates, components, charts, navigation."""

    name = "mlops_portal.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
