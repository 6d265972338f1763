"""``manage.py worker``: runs background jobs until it is stopped."""

from __future__ import annotations

import logging
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mlops_portal.jobs.worker import work
from mlops_portal.kernel.errors import PortalError


class Command(BaseCommand):
    """Run the worker. Stop it with SIGTERM or Ctrl-C; what it was doing is done again by the next one."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A name of its own for each worker, the same at every start, and how many jobs at once."""
        parser.add_argument("--name", default=settings.WORKER_NAME, help="the worker's name, the same at every start")
        parser.add_argument("--concurrency", type=int, default=settings.WORKER_CONCURRENCY, help="jobs side by side")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until stopped. Raises CommandError when the worker cannot start."""
        if not settings.DBOS_DATABASE_URL:
            raise CommandError("Set DBOS_DATABASE_URL: the worker needs a database for its queue.")
        if options["concurrency"] < 1:
            raise CommandError("A worker runs at least one job at a time.")
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
        try:
            work(name=options["name"], concurrency=options["concurrency"])
        except PortalError as error:
            raise CommandError(str(error)) from error
