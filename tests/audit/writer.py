"""Run as a script inside an installation: ``writer.py THREADS ENTRIES`` writes entries from several threads at once."""

from __future__ import annotations

import sys
import threading

import django

django.setup()

from django.db import connections, transaction  # noqa: E402

from mlops_portal.audit.record import Subject, record  # noqa: E402
from mlops_portal.kernel.actor import Actor  # noqa: E402


def write(thread: int, entries: int, start: threading.Barrier) -> None:
    """Write entries, every third one in a transaction that is rolled back."""
    start.wait()
    for number in range(entries):
        with transaction.atomic():
            record(Actor.system(f"writer {thread}"), "project.changed", Subject("thing", str(number), "a thing"))
            transaction.set_rollback(number % 3 == 2)
    connections.close_all()


if __name__ == "__main__":
    threads, entries = map(int, sys.argv[1:])
    barrier = threading.Barrier(threads)
    running = [threading.Thread(target=write, args=(n, entries, barrier)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
