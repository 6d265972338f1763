"""App configuration of `jobs`."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Durable background work on DBOS."""

    name = "mlops_portal.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare permissions, audit verbs, checks, and the kit's own nightly job."""
        from mlops_portal.audit.verbs import register_verbs  # noqa: PLC0415 – models are ready only now
        from mlops_portal.jobs import checks, housekeeping, permissions  # noqa: F401, PLC0415
        from mlops_portal.jobs.schedules import register_schedule  # noqa: PLC0415

        register_verbs(
            {
                "job.requested": "requested the job",
                "job.cancelled": "cancelled the job",
                "job.retried": "put back into the queue the job",
            }
        )
        register_schedule("jobs.forget", cron="40 3 * * *", kind="jobs.forget")
