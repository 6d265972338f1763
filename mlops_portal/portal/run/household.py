"""Keeps the processes together: all start, and when one stops or somebody presses Ctrl-C, all stop."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping

import honcho.manager
from honcho.manager import Manager

from mlops_portal.portal.run import leftovers
from mlops_portal.portal.run.printer import STORY, QuietPrinter
from mlops_portal.portal.run.processes import Place, environment, shell

#: Seconds the processes get to finish what they do before they are killed.
honcho.manager.KILL_WAIT = 15
#: What honcho answers when a person (SIGINT) or a supervisor (SIGTERM) stopped it.
ASKED_TO_STOP = frozenset(entry["rc"] for entry in honcho.manager.SIGNALS.values())


def keep(place: Place, commands: Mapping[str, list[str]], *, verbose: bool) -> int:
    """Run all commands until one stops or somebody asks. Returns 0 when asked, else 1 after saying what stopped."""
    printer = QuietPrinter(sys.stdout, place.logs, verbose=verbose)
    manager = Manager(printer)
    for name, command in commands.items():
        manager.add_process(name, _shell(name, place, command), env=environment(place), cwd=str(place.var))
    try:
        manager.loop()
    finally:
        printer.break_line()
        printer.close()
        leftovers.forget(place.pids)
    if manager.returncode in ASKED_TO_STOP:
        print("Stopped.")  # noqa: T201 – the terminal
        return 0
    _explain(printer, place)
    return 1


def _shell(name: str, place: Place, command: list[str]) -> str:
    """The story ends while the portal goes on: its place is held by a process that does nothing."""
    line = shell(name, place, command)
    waiting = shlex.join([sys.executable, "-S", "-c", "import signal; signal.pause()"])
    return f"({line}) && exec {waiting}" if name == STORY else line


def _explain(printer: QuietPrinter, place: Place) -> None:
    """Which process stopped by itself first, and the end of what it said."""
    name = printer.first_stopped
    if name == STORY:
        print("Not started: the last step above failed. `make run` goes on from there.")  # noqa: T201 – the terminal
        return
    said = printer.last_lines(name)
    print(f"{name} stopped by itself, so everything was stopped. Its last lines ({place.logs / name}.log):\n{said}")  # noqa: T201
