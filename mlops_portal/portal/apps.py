"""App configuration of `portal`."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages and commands across both apps."""

    name = "mlops_portal.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the pages into the navigation, each for those who may open it."""
        from mlops_portal.accounts.permissions import may  # noqa: PLC0415 – models are ready only now
        from mlops_portal.web.navigation import NAVIGATION, NavItem, signed_in  # noqa: PLC0415

        for item in (
            NavItem("Portfolio", "portfolio", "portfolio", 10),
            NavItem("Jobs", "jobs", "jobs", 60, signed_in),
            NavItem("Integrations", "integrations", "integrations", 70, signed_in),
            NavItem("Audit", "audit", "audit", 80, lambda user: signed_in(user) and may(user, "audit.view_audit")),
        ):
            if item.url_name not in NAVIGATION:
                NAVIGATION.register(item.url_name, item)
