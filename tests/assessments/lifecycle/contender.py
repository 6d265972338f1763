"""Run as a script inside an installation: ``contender.py ROUNDS`` has one project changed, pushed to and looked at."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable

import django

django.setup()

from django.db import connections  # noqa: E402

from assessments.collectors.look import Look  # noqa: E402
from assessments.evidence import Evidence, Sight  # noqa: E402
from assessments.lifecycle.collect import request_collection  # noqa: E402
from assessments.lifecycle.push import push_evidence  # noqa: E402
from assessments.lifecycle.record import record_looks, store_evidence  # noqa: E402
from assessments.lifecycle.rescore import rescore  # noqa: E402
from mlops_portal.jobs.models import Job  # noqa: E402
from mlops_portal.kernel import clock  # noqa: E402
from mlops_portal.kernel.actor import Actor  # noqa: E402
from mlops_portal.projects.actions import set_target  # noqa: E402
from mlops_portal.projects.models import Project  # noqa: E402

ACTOR = Actor.system("contender")
FAILED: list[str] = []


def _project() -> Project:
    return Project.objects.get(slug="flights")


def _seen(topic: str, number: int) -> Evidence:
    now = clock.now()
    return Evidence(topic, "repository", Sight.OK, now, now, payload={"number": number})


def look(number: int) -> None:
    """Keep what two collectors saw, each as its own job does: the second finds the same as the first."""
    project = _project()
    record_looks(project, [Look("git", Sight.OK, 0.1, evidence=(_seen("git.ci", number),))])
    store_evidence(project, [_seen("git.commits", number)])
    rescore(actor=ACTOR, project=project)


def push(number: int) -> None:
    """Post what CI saw."""
    ends = {"status": "success", "branch": "main", "default_branch": "main", "commit": "a" * 40}
    payload = {**ends, "finished_at": clock.now().isoformat()}
    push_evidence(actor=ACTOR, project=_project(), document={"topic": "pushed.ci", "payload": payload})


def ask(number: int) -> None:
    """Click on “collect”; the jobs asked for before have ended by then."""
    Job.objects.update(state="succeeded", finished_at=clock.now())
    request_collection(actor=ACTOR, project=_project())


def steer(number: int) -> None:
    """Set another target."""
    set_target(actor=ACTOR, project=_project(), level=number % 5, reason=f"{os.getpid()} {number}")


def contend(work: Callable[[int], None], rounds: int, start: threading.Barrier) -> None:
    """Do the work over and over; what goes wrong is told."""
    start.wait()
    try:
        for number in range(rounds):
            work(number)
    except Exception as error:  # noqa: BLE001 – told to whoever started this script
        FAILED.append(f"{work.__name__}: {type(error).__name__}: {error}")
    finally:
        connections.close_all()


if __name__ == "__main__":
    works = [look, look, push, ask, steer]
    barrier = threading.Barrier(len(works))
    running = [threading.Thread(target=contend, args=(work, int(sys.argv[1]), barrier)) for work in works]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    sys.exit("\n".join(FAILED) or 0)
