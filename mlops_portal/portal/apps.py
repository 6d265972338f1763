"""App configuration of `portal`."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages and commands across both apps."""

    name = "mlops_portal.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the pages into the navigation, each for those who may open it; offer the demo's people for signing in."""
        from mlops_portal.accounts.permissions import may  # noqa: PLC0415 – models are ready only now
        from mlops_portal.portal import consequences, instance, trail  # noqa: PLC0415
        from mlops_portal.portal.demo.people import PASSWORD, PEOPLE  # noqa: PLC0415
        from mlops_portal.portal.pages.reviews import waiting_count  # noqa: PLC0415
        from mlops_portal.web.demo_people import DEMO_PEOPLE, DemoPerson  # noqa: PLC0415
        from mlops_portal.web.navigation import NAVIGATION, NavItem, signed_in  # noqa: PLC0415
        from mlops_portal.web.project_tabs import PROJECT_TABS, ProjectTab  # noqa: PLC0415

        for item in (
            NavItem("Portfolio", "portfolio", "portfolio", 10, key="p"),
            NavItem("My work", "me", "home", 15, signed_in, key="m"),
            NavItem(
                "Reviews",
                "reviews",
                "review",
                20,
                signed_in,
                key="r",
                badge=waiting_count,
                badge_says="waiting for you",
            ),
            NavItem("Frameworks", "frameworks", "scorecard", 50),
            NavItem("Jobs", "jobs", "jobs", 60, signed_in),
            NavItem("Integrations", "integrations", "integrations", 70, signed_in),
            NavItem(
                "Audit", "audit", "audit", 80, lambda user: signed_in(user) and may(user, "audit.view_audit"), key="a"
            ),
        ):
            NAVIGATION.register(item.url_name, item)
        consequences.register()
        for key, tab in {
            "overview": ProjectTab("Overview", "project"),
            "scorecard": ProjectTab("Scorecard", "scorecard"),
            "assess": ProjectTab("Assess", "assess", "assessments.view_draft"),
            "roadmap": ProjectTab("Roadmap", "roadmap", "projects.view_history"),
            "waivers": ProjectTab("Waivers", "exemptions", "projects.view_history"),
            "design": ProjectTab("Design review", "design", "projects.view_history"),
            "settings": ProjectTab("Settings", "project-settings", "projects.change_project"),
        }.items():
            PROJECT_TABS.register(key, tab)
        trail.register()
        instance.register()
        for person in PEOPLE:
            what = person.what[:1].upper() + person.what[1:]
            DEMO_PEOPLE.register(person.username, DemoPerson(person.username, person.name, what, PASSWORD))
