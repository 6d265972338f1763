"""What ``benchmarks.pages`` does inside the portal: fill its database, and ask the portfolio in this process.

``python -m benchmarks.pages_inside 10000 / '/?sort=gap'`` prints JSON: a session cookie of somebody who governs, and
for each path the queries, the milliseconds (median and 95th percentile) and the compressed size.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 – Django is set up first
from django.contrib.auth.models import Group  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from assessments.frameworks.shipped import framework  # noqa: E402
from assessments.lifecycle.rescore import values_of  # noqa: E402
from assessments.models import LevelChange, Scoring  # noqa: E402
from assessments.scoring.engine import score  # noqa: E402
from assessments.scoring.published import to_json  # noqa: E402
from benchmarks.full_project import NOW, full_evidence  # noqa: E402
from mlops_portal.accounts.models import User  # noqa: E402
from mlops_portal.accounts.permissions import GOVERNANCE  # noqa: E402
from mlops_portal.kernel import clock  # noqa: E402
from mlops_portal.projects.models import Membership, Project  # noqa: E402

#: Times that each path is asked.
ROUNDS = 15


def fill(count: int) -> User:
    """So many projects, each scored sixty days ago and once since; gives back somebody who governs and owns a few."""
    dana = User.objects.create_user("dana", first_name="Dana")
    dana.groups.add(Group.objects.get_or_create(name=GOVERNANCE)[0])
    chance = random.Random(4711)
    Project.objects.bulk_create(_projects(count, chance), batch_size=1000)
    projects = list(Project.objects.all())
    Membership.objects.bulk_create(
        Membership(project=p, user=dana, role="owner") for p in projects[:: max(1, count // 20)]
    )
    _score(projects, chance)
    return dana


def _projects(count: int, chance: random.Random) -> Iterator[Project]:
    for number in range(count):
        target = chance.choice([None, 1, 2, 3, 4])
        yield Project(
            slug=f"project-{number}",
            name=f"Project {number:05}",
            description=f"What project number {number} is good for",
            visibility=chance.choice(["members", "organisation", "public"]),
            risk_tier=chance.choice(["low", "medium", "high"]),
            target_level=target,
            target_reason="Needed." if target is not None else "",
        )


def _score(projects: Iterable[Project], chance: random.Random) -> None:
    """Two scorings for each, with a real scorecard of full size; the newer one is live, and its level may differ."""
    card = score(full_evidence(), framework(), now=NOW)
    document, now = to_json(card), clock.now()
    values = values_of(card, document, now) | {"framework": card.framework}
    scorings: list[Scoring] = []
    for project in projects:
        low = chance.randint(0, 3)
        high = chance.randint(low, 4)
        for live in (False, True):
            back = chance.randint(1, 29) if live else 60
            level = {"confirmed": low, "possible": high, "scored_at": now - timedelta(days=back), "live": live}
            checked = {"checked_at": now - timedelta(hours=chance.randint(1, 60))}
            scorings.append(Scoring(project=project, **{**values, **level, **checked}))
            low = min(high, low + chance.choice([0, 1]))
        if len(scorings) >= 500:
            _keep(scorings)
            scorings = []
    _keep(scorings)


def _keep(scorings: list[Scoring]) -> None:
    kept = Scoring.objects.bulk_create(scorings)
    LevelChange.objects.bulk_create(filter(None, map(_moved, [None, *kept], kept)))


def _moved(before: Scoring | None, scoring: Scoring) -> LevelChange | None:
    first = before is None or before.project_id != scoring.project_id
    was = (None, None) if first or before is None else (before.confirmed, before.possible)
    if was == (scoring.confirmed, scoring.possible):
        return None
    return LevelChange(
        scoring=scoring,
        project=scoring.project,
        framework=scoring.framework,
        at=scoring.scored_at,
        confirmed_before=was[0],
        possible_before=was[1],
        confirmed=scoring.confirmed,
        possible=scoring.possible,
        cause="" if first else "new evidence",
    )


def ask(client: Client, path: str) -> dict[str, Any]:
    """How one page does: the worst number of queries of all rounds, milliseconds, size."""
    took: list[float] = []
    most, size = 0, 0
    client.get(path)  # opens the connection, whose set-up is no query of the page
    for _ in range(ROUNDS):
        with CaptureQueriesContext(connection) as captured:
            begin = time.perf_counter()
            response = client.get(path, headers={"accept-encoding": "gzip"})
            took.append((time.perf_counter() - begin) * 1000)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status_code}")
        most, size = max(most, len(captured)), len(response.content)
    slow = statistics.quantiles(took, n=20)[-1]
    return {"path": path, "queries": most, "median": statistics.median(took), "slow": slow, "kilobytes": size / 1000}


def main() -> None:
    """Fill, ask, print."""
    settings.ALLOWED_HOSTS = ["*"]
    dana = fill(int(sys.argv[1]))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(dana)
    client.get("/me/")  # what is due is known from then on for some minutes; the strip of the portfolio shows it
    pages = [ask(client, path) for path in sys.argv[2:]]
    print(json.dumps({"cookie": client.cookies["sessionid"].value, "pages": pages}))


if __name__ == "__main__":
    main()
