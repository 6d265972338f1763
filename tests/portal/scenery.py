"""Scored projects for tests of pages: prescribed verdicts, scored by the real engine, kept by the real action."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from assessments.checks.base import Check
from assessments.checks.catalogue import load_catalogue
from assessments.checks.verdict import Outcome, Seen, Verdict, met, not_met, partial, unknown
from assessments.frameworks.shipped import framework, shipped_frameworks
from assessments.lifecycle.rescore import keep
from assessments.models import CollectorRun
from assessments.scoring.engine import score
from assessments.scoring.scorecard import Scorecard
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.registry import Registry
from mlops_portal.projects.models import Project

SYSTEM = Actor.system("test scenery")
SEEN = (
    Seen("job “test” runs pytest", ".github/workflows/ci.yml:14", "https://git.example.org/flights/ci.yml#L14"),
    Seen("make test → tox", "Makefile:7"),
)


def prescribed(verdicts: Mapping[str, Verdict], otherwise: Verdict) -> Registry[Check]:
    """Checks that answer what they are told, whatever the evidence."""
    checks: Registry[Check] = Registry("check")
    for entry in load_catalogue():
        verdict = verdicts.get(entry.id, otherwise)
        checks.register(entry.id, Check(entry.id, (), (), lambda facts, verdict=verdict: verdict))  # type: ignore[misc]
    return checks


def card(
    verdicts: Mapping[str, Verdict], *, otherwise: Verdict | None = None, framework_id: str = "mlops-levels"
) -> Scorecard:
    """A scorecard by the real engine over prescribed verdicts; what is not prescribed is unknown."""
    checks = prescribed(verdicts, otherwise or unknown("Not connected yet: the serving platform."))
    return score((), framework(framework_id), now=clock.now(), checks=checks)


def varied() -> dict[str, Verdict]:
    """One of each outcome that a page has to show, the rest left unknown."""
    answers: dict[str, Verdict] = {}
    for number, entry in enumerate(load_catalogue()):
        kinds = (met("It is so.", SEEN), met("Declared.", SEEN[:1], strength=0.5), not_met("41 of 58 have none.", SEEN))
        more = (partial("Half of it.", SEEN[1:]), Verdict(Outcome.ERROR, reason="Our collector failed: boom."))
        if entry.source in ("git", "mlflow", "human"):
            answers[entry.id] = (*kinds, kinds[0], *more)[number % 6]
    return answers


def keep_score(project: Project, verdicts: Mapping[str, Verdict], *, at: datetime | None = None) -> None:
    """Store scorecards of the project under every framework, as of ``at``, and how looking went."""
    at = at or clock.now()
    with transaction.atomic():
        for shipped in shipped_frameworks():
            keep(SYSTEM, project, card(verdicts, framework_id=shipped.id), at)


def looked(project: Project, source: str = "git", sight: str = "ok", message: str = "") -> None:
    """Record one look at a source of the project."""
    values = {"sight": sight, "message": message, "started_at": clock.now(), "seconds": 1.2}
    CollectorRun.objects.update_or_create(project=project, source=source, defaults=values)


def organisation(count: int) -> list[Project]:
    """``count`` projects that everybody may see, scored and looked at."""
    made = []
    for number in range(count):
        project = Project.objects.create(
            slug=f"project-{number}",
            name=f"Project {number}",
            visibility="public",
            target_level=number % 5,
            target_reason="What it needs.",
        )
        keep_score(project, varied() if number % 2 else {}, at=clock.now() - timedelta(days=number % 3))
        looked(project)
        made.append(project)
    return made
