"""Run as a script in an installation: ``activators.py ROUNDS`` has two people activate versions at the same moment."""

from __future__ import annotations

import sys
import threading

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.db import connections  # noqa: E402

from assessments.lifecycle.frameworks import activate_framework, counted_digest  # noqa: E402
from assessments.models import FrameworkVersion  # noqa: E402
from assessments.models.governance import FrameworkState  # noqa: E402
from mlops_portal.accounts.models import User  # noqa: E402
from mlops_portal.kernel import clock  # noqa: E402
from mlops_portal.kernel.actor import Actor, Face  # noqa: E402
from mlops_portal.kernel.errors import PortalError  # noqa: E402
from mlops_portal.projects.actors import actor_from_user  # noqa: E402

FAILED: list[str] = []


def dana() -> Actor:
    """Dana, who governs."""
    user = User.objects.create_user("dana")
    user.groups.add(Group.objects.get_or_create(name="governance")[0])
    return actor_from_user(user, face=Face.WEB)


def candidate(actor: Actor, number: int) -> FrameworkVersion:
    """A version that was tried out just now; what it says is not read here."""
    tried = {"effect": {"against": counted_digest("azure-mlops")}, "tried_at": clock.now()}
    who = {"uploaded_by": actor.principal, "uploaded_at": clock.now()}
    return FrameworkVersion.objects.create(
        framework="azure-mlops", version=f"{number}.0", document="", digest=str(number), **tried, **who
    )


def activate(actor: Actor, version: FrameworkVersion, begin: threading.Barrier) -> None:
    """Activate it; a refusal is an answer, anything else is told."""
    begin.wait()
    try:
        activate_framework(actor=actor, version=version, reason="It is better.")
    except PortalError:
        return
    except Exception as error:  # noqa: BLE001 – told to whoever started this script
        FAILED.append(f"{type(error).__name__}: {error}")
    finally:
        connections.close_all()


if __name__ == "__main__":
    governor = dana()
    for number in range(int(sys.argv[1])):
        barrier = threading.Barrier(2)
        both = [candidate(governor, 1000 + 2 * number + one) for one in (0, 1)]
        running = [threading.Thread(target=activate, args=(governor, version, barrier)) for version in both]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        if FrameworkVersion.objects.filter(state=FrameworkState.ACTIVE).count() != 1:
            FAILED.append("There is not exactly one that counts.")
    sys.exit("\n".join(FAILED) or 0)
