"""App configuration of `api`."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Kit for the REST API."""

    name = "mlops_portal.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare audit verbs, the permissions of tokens, how the schema is told, and the daily tidying."""
        from mlops_portal.api import authentication, housekeeping, schema, tokens  # noqa: F401, PLC0415
        from mlops_portal.audit.verbs import register_verbs  # noqa: PLC0415 – models are ready only now

        register_verbs(
            {
                "personal-token.issued": "issued the personal token",
                "personal-token.revoked": "revoked the personal token",
            }
        )
        housekeeping.register()
