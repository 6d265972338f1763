"""`manage.py run`: the whole portal on this machine, until Ctrl-C."""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from mlops_portal.portal.run import household, leftovers, ports
from mlops_portal.portal.run.printer import STORY
from mlops_portal.portal.run.processes import Place, commands


class Command(BaseCommand):
    """Prepare the database and static files, then run web, worker, MLflow and, the first time, the demo."""

    help = "Run the portal on this machine: web server, worker and MLflow, with the demo loaded the first time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Two ports, and switches."""
        parser.add_argument("--port", type=int, default=8000, help="the portal's port on 127.0.0.1")
        parser.add_argument("--mlflow-port", type=int, default=5001, help="MLflow's port on 127.0.0.1")
        parser.add_argument("--no-demo", action="store_true", help="do not load the demo")
        parser.add_argument("--verbose", action="store_true", help="show what the processes say, not only in var/log")

    def handle(self, *args: Any, port: int, mlflow_port: int, no_demo: bool, verbose: bool, **options: Any) -> None:
        """Check, prepare, run."""
        place = Place(Path(settings.VAR_DIR), Path(settings.BASE_DIR), port, mlflow_port)
        self._refuse_twice(place)
        self._stop_leftovers(place)
        self._check_ports(place)
        leftovers.note(place.pids, leftovers.MANAGER, os.getpid())
        try:
            self._prepare(place)
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
            return
        story = ["welcome", *(["--no-demo"] if no_demo else []), "--address", place.address]
        told = {**commands(place), STORY: [sys.executable, str(place.code / "manage.py"), *story]}
        if code := household.keep(place, told, verbose=verbose):
            raise SystemExit(code)

    def _refuse_twice(self, place: Place) -> None:
        if pid := leftovers.still_running(place.pids).get(leftovers.MANAGER):
            raise CommandError(
                f"The portal is already running from {place.var} (process {pid}). Stop it there with Ctrl-C, "
                f"or with `kill -INT {pid}`."
            )

    def _stop_leftovers(self, place: Place) -> None:
        """After a kill -9 of the manager its processes go on; they would hold the ports and the database."""
        running = leftovers.still_running(place.pids)
        if running:
            named = ", ".join(f"{name} (process {pid})" for name, pid in running.items())
            self.stdout.write(f"An earlier run was killed and left {named} behind; stopping that first.")
            leftovers.stop(running)
        leftovers.forget(place.pids)

    def _check_ports(self, place: Place) -> None:
        wanted = {"PORT": (place.port, "the portal"), "MLFLOW_PORT": (place.mlflow_port, "MLflow")}
        for variable, (port, what) in wanted.items():
            if not ports.is_free(port):
                by = ports.holder(port) or "another program"
                raise CommandError(
                    f"Port {port} on 127.0.0.1, meant for {what}, is taken by {by}. "
                    f"Stop that, or choose another port: make run {variable}={port + 10}"
                )

    def _prepare(self, place: Place) -> None:
        place.var.mkdir(parents=True, exist_ok=True)
        (place.var / "mlflow").mkdir(exist_ok=True)
        started = time.monotonic()
        self.stdout.write("Preparing the database and static files … ", ending="")
        self.stdout.flush()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write(f"{time.monotonic() - started:.1f} s")
