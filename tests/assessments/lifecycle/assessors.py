"""Run as a script inside an installation: ``assessors.py ROUNDS`` has people assess one project all at once."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from itertools import count

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.db import connections  # noqa: E402

from assessments.lifecycle.answering import answer_item  # noqa: E402
from assessments.lifecycle.assess import start_assessment, submit_assessment, withdraw_assessment  # noqa: E402
from assessments.lifecycle.rescore import rescore  # noqa: E402
from assessments.models import Assessment  # noqa: E402
from assessments.selectors.assessments import open_assessment  # noqa: E402
from mlops_portal.accounts.models import User  # noqa: E402
from mlops_portal.kernel.actor import Actor, Face  # noqa: E402
from mlops_portal.kernel.errors import PortalError  # noqa: E402
from mlops_portal.projects.actors import actor_from_user  # noqa: E402
from mlops_portal.projects.models import Membership, Project, Role  # noqa: E402
from mlops_portal.reviews.actions import decide  # noqa: E402
from mlops_portal.reviews.models import Review  # noqa: E402

FAILED: list[str] = []
DONE: Counter[str] = Counter()
#: Nobody tries for longer, in seconds.
LONGEST = 100.0
END = time.monotonic() + LONGEST
LINK = "https://git.example.org/flights/contract"


def people() -> Project:
    """Alice and Bob work on the project, Dana governs."""
    project = Project.objects.create(slug="flights", name="Flights")
    for name in ("alice", "bob"):
        user = User.objects.create_user(name)
        Membership.objects.create(project=project, user=user, role=Role.OWNER)
    User.objects.create_user("dana").groups.add(Group.objects.get_or_create(name="governance")[0])
    return project


def by(name: str) -> Actor:
    """The actor for a person."""
    return actor_from_user(User.objects.get(username=name), face=Face.WEB)


def open_one(*states: str) -> Assessment:
    """The open assessment as it is just now; a refusal when it is in none of these states."""
    found = open_assessment(Project.objects.get())
    if found is None or found.state not in states:
        raise PortalError("There is nothing to do.")
    return found


def start(number: int) -> None:
    """Begin; somebody else may have been faster."""
    project = Project.objects.get()
    if open_assessment(project) is not None:
        raise PortalError("One is open.")
    start_assessment(actor=by(("alice", "bob")[number % 2]), project=project)


def answer(number: int) -> None:
    """Answer one question of what is open."""
    draft = open_one("draft", "returned")
    answer_item(actor=by("alice"), assessment=draft, item="HUM-03", answer="yes", text=str(number), link=LINK)


def submit(number: int) -> None:
    """Submit what is open."""
    submit_assessment(actor=by("alice"), assessment=open_one("draft", "returned"))


def withdraw(number: int) -> None:
    """Withdraw what is open, now and then."""
    if number % 97:
        raise PortalError("Not now.")
    withdraw_assessment(actor=by("bob"), assessment=open_one("draft", "submitted"), reason="Another try.")


def judge(number: int) -> None:
    """Decide what waits."""
    review = Review.objects.filter(state="open").first()
    if review is None:
        raise PortalError("Nothing waits.")
    answer = ("approve", "return")[number % 2]
    decide(actor=by("dana"), review=review, answer=answer, reason="Looked at.", digest=review.digest)


def look(number: int) -> None:
    """Score anew, as every look at a source does."""
    if number % 97:
        raise PortalError("Not now.")
    rescore(actor=Actor.system("assessors"), project=Project.objects.get())


def work_on(work: Callable[[int], None], rounds: int, begin: threading.Barrier) -> None:
    """Do the work until so many decisions were made; refusals are part of it, anything else is told."""
    begin.wait()
    try:
        for number in count():
            if DONE["judge"] >= rounds or FAILED or time.monotonic() > END:
                break
            try:
                work(number)
                DONE[work.__name__] += 1
            except PortalError:
                continue
    except Exception as error:  # noqa: BLE001 – told to whoever started this script
        FAILED.append(f"{work.__name__}: {type(error).__name__}: {error}")
    finally:
        connections.close_all()


if __name__ == "__main__":
    people()
    works = [start, start, answer, submit, withdraw, judge, look]
    barrier = threading.Barrier(len(works))
    running = [threading.Thread(target=work_on, args=(work, int(sys.argv[1]), barrier)) for work in works]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if DONE["judge"] < int(sys.argv[1]):
        FAILED.append(f"Only this was done: {dict(DONE)}")
    sys.exit("\n".join(FAILED) or 0)
