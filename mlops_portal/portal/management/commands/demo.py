"""`manage.py demo`: a small organisation to look at, made of real repositories, data, training runs and assessments."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mlops_portal.kernel.errors import PortalError
from mlops_portal.portal.demo import load
from mlops_portal.portal.demo.progress import Progress


class Command(BaseCommand):
    """Make what is missing of the demo. Says no in production, where accounts with a known password are a hole."""

    help = "Load the demo: four projects with real repositories and real training runs. Nothing is made twice."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it, naming each step."""
        if not settings.DEMO:
            raise CommandError("The demo's accounts have a published password, so it is loaded only where DEMO is on.")
        try:
            load.load_demo(Progress(self.stdout, steps=load.STEPS))
        except (load.DemoFailed, PortalError) as error:
            raise CommandError(str(error)) from error
