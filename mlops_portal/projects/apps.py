"""App configuration of `projects`."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Projects, memberships, targets and who may do what."""

    name = "mlops_portal.projects"
    label = "projects"
    default_auto_field = "django.db.models.BigAutoField"
