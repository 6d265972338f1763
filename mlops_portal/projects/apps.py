"""App configuration of `projects`."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Projects, memberships, targets and who may do what."""

    name = "mlops_portal.projects"
    label = "projects"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare permissions, audit verbs and checks."""
        from mlops_portal.audit.verbs import register_verbs  # noqa: PLC0415 – models are ready only now
        from mlops_portal.projects import checks, permissions  # noqa: F401, PLC0415

        register_verbs(
            {
                "project.created": "created the project",
                "project.changed": "changed the project",
                "project.target-set": "set the target of",
                "project.profile-set": "set the profile of",
                "project.cadence-set": "set how often to assess",
                "project.archived": "archived the project",
                "project.unarchived": "took back from the archive the project",
                "member.set": "set the roles of a member of",
                "member.removed": "removed a member of",
                "token.issued": "issued a token for",
                "token.revoked": "revoked a token of",
            }
        )
