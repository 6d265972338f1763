"""Run as a script inside an installation: two people and a double click decide one review at the same moment."""

from __future__ import annotations

import sys
import threading

import django

django.setup()

from django.db import connections  # noqa: E402

from mlops_portal.accounts.models import User  # noqa: E402
from mlops_portal.kernel.errors import PortalError  # noqa: E402
from mlops_portal.projects.models import Membership, Project  # noqa: E402
from mlops_portal.reviews.actions import decide, open_review  # noqa: E402
from mlops_portal.reviews.kinds import register_review_kind  # noqa: E402
from mlops_portal.reviews.models import Review  # noqa: E402
from tests.reviews.conftest import as_actor  # noqa: E402
from tests.reviews.things import Things  # noqa: E402

things = Things()
told: list[str] = []


def prepare(needed: int) -> tuple[Review, list[User]]:
    """A review that Alice asked for, and Bob and Dana who may decide."""
    register_review_kind(things)
    things.digests["model"] = "as shown"
    people = [User.objects.create_user(name) for name in ("alice", "bob", "dana")]
    project = Project.objects.create(slug="flights", name="Flights")
    for person in people:
        Membership.objects.create(project=project, user=person, role="ml-engineer")
    asked = {"subject_id": "model", "title": "The model", "digest": "as shown", "project": project, "needed": needed}
    return open_review(actor=as_actor(people[0]), kind="thing", **asked), people[1:]  # type: ignore[arg-type]


def say(review: Review, person: User, start: threading.Barrier) -> None:
    """Approve, and note how it went."""
    start.wait()
    try:
        decide(actor=as_actor(person), review=review, answer="approve", reason="It holds.", digest="as shown")
        told.append("counted")
    except PortalError as error:
        told.append(type(error).__name__)
    finally:
        connections.close_all()


if __name__ == "__main__":
    asked, deciders = prepare(int(sys.argv[1]))
    clicks = [*deciders, *deciders]
    barrier = threading.Barrier(len(clicks))
    running = [threading.Thread(target=say, args=(asked, person, barrier)) for person in clicks]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    asked.refresh_from_db()
    print(asked.state, asked.decisions.count(), len(things.told), *sorted(told))  # noqa: T201
