"""App configuration of the assessments app: what it tells the registries below it."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """See the package's docstring."""

    name = "assessments"
    label = "assessments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare permissions; register the verbs of the trail, the kinds of jobs and the schedules."""
        from assessments import permissions  # noqa: F401, PLC0415 – models are loaded by now
        from assessments.lifecycle import (  # noqa: PLC0415
            assessment_review,
            background,
            design_reviews,
            exemption_reviews,
            frameworks,
            prune,
            reminders,
            roadmap,
            waiver_clock,
        )
        from mlops_portal.audit.verbs import register_verbs  # noqa: PLC0415

        register_verbs(
            {
                "assessment.scored": "found a new level of",
                "assessment.started": "started an assessment of",
                "assessment.answered": "answered a question of",
                "assessment.submitted": "submitted",
                "assessment.taken-up": "took up the review of",
                "assessment.accepted": "accepted",
                "assessment.returned": "returned",
                "assessment.withdrawn": "withdrew",
                "assessment.superseded": "replaced by a newer one",
                "assessment.published": "published",
                "policy.set": "set the",
                **prune.VERBS,
                **frameworks.VERBS,
                "evidence.pushed": "pushed evidence to",
                "evidence.withdrawn": "withdrew evidence of",
                **exemption_reviews.VERBS,
                **design_reviews.VERBS,
                **roadmap.VERBS,
            }
        )
        background.register()
        prune.register()
        assessment_review.register()
        exemption_reviews.register()
        design_reviews.register()
        waiver_clock.register()
        reminders.register()
