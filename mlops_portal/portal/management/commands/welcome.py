"""`manage.py welcome`: the last part of a start, run beside the servers by `manage.py run`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mlops_portal.portal.demo import load
from mlops_portal.portal.demo.people import PASSWORD, PEOPLE
from mlops_portal.portal.demo.progress import Progress
from mlops_portal.portal.run.answers import NotAnswering, wait_for

#: Seconds the portal's first page may take on a slow machine.
PATIENCE = 120.0


class Command(BaseCommand):
    """Load the demo if it is not there, wait for the first page, print the address and the demo's accounts."""

    help = "Load the demo the first time, wait until the portal answers, and print where it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the portal is going to answer."""
        parser.add_argument("--address", required=True, help="the portal's address")
        parser.add_argument("--no-demo", action="store_true", help="do not load the demo")

    def handle(self, *args: Any, address: str, no_demo: bool, **options: Any) -> None:
        """Demo, wait, print."""
        try:
            if not no_demo and not load.is_loaded():
                load.load_demo(Progress(self.stdout, steps=load.STEPS, line_per_event=True))
            wait_for(address + "/", seconds=PATIENCE)
        except (NotAnswering, load.DemoFailed) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"\nThe portal is ready: {address}\n")
        if load.is_loaded():
            self.stdout.write(_accounts())
        self.stdout.write("Logs: var/log/. Stop everything with Ctrl-C.\n")


def _accounts() -> str:
    rows = [f"  {person.username:<8} {person.name}, {person.what}" for person in PEOPLE]
    return f"Sign in with one of the demo's accounts; the password is {PASSWORD}\n" + "\n".join(rows) + "\n"
