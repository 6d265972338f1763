"""Run as a script inside an installation: one request sent by several at once under one Idempotency-Key.

Prints the statuses, how many projects there are, and how often one was recorded as created.
"""

from __future__ import annotations

import json
import threading

import django

django.setup()

from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402

from mlops_portal.accounts.models import User  # noqa: E402
from mlops_portal.api.tokens import issue_personal_token  # noqa: E402
from mlops_portal.audit.models import AuditEntry  # noqa: E402
from mlops_portal.kernel.actor import Face  # noqa: E402
from mlops_portal.projects.actors import actor_from_user  # noqa: E402
from mlops_portal.projects.models import Project  # noqa: E402

SENDERS = 6
STATUSES: list[int] = []


def send(secret: str, together: threading.Barrier) -> None:
    """One of them."""
    together.wait()
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k1"}
    body = json.dumps({"slug": "wine", "name": "Wine"})
    answer = Client().post("/api/v1/projects/", body, content_type="application/json", headers=headers)
    STATUSES.append(answer.status_code)
    connections.close_all()


def main() -> None:
    """All of them."""
    alice = User.objects.create_user("alice")
    actor = actor_from_user(alice, face=Face.COMMAND)
    _, secret = issue_personal_token(actor=actor, name="a program", scopes=["admin"])
    together = threading.Barrier(SENDERS)
    threads = [threading.Thread(target=send, args=(secret, together)) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    recorded = AuditEntry.objects.filter(verb="project.created").count()
    print(",".join(map(str, STATUSES)), Project.objects.count(), recorded)  # noqa: T201


main()
