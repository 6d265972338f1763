"""App configuration of `reviews`."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Four-eyes decisions."""

    name = "mlops_portal.reviews"
    label = "reviews"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare permissions, audit verbs and the hourly look for reviews that ran out."""
        from mlops_portal.audit.verbs import register_verbs  # noqa: PLC0415 – models are ready only now
        from mlops_portal.reviews import permissions, running_out  # noqa: F401, PLC0415

        register_verbs(
            {
                "review.opened": "asked for a review of",
                "review.commented": "commented on the review of",
                "review.approved": "approved",
                "review.returned": "returned",
                "review.withdrawn": "withdrew the request for a review of",
                "review.superseded": "closed, because it was superseded, the review of",
                "review.expired": "closed, because nobody decided in time, the review of",
            }
        )
        running_out.register()
