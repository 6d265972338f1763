"""Integrations: which sources of evidence are in use, how looking at them goes, and how to connect each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.evidence import SEEING
from assessments.models import CollectorRun
from assessments.selectors.scorecards import SOURCES
from mlops_portal.jobs.selectors import QueueState, queue_state
from mlops_portal.projects.selectors import visible_projects

#: The body of a push: how a run of continuous integration ended.
PUSHED = """{"topic": "pushed.ci", "payload": {
    "status": "success", "branch": "main", "default_branch": "main",
    "commit": "0123456789abcdef0123456789abcdef01234567",
    "finished_at": "2026-11-20T12:00:00Z"}}"""

#: What each source shows, and an example of how it is connected. A source without an example cannot be connected yet.
GIVES: Mapping[str, tuple[str, str]] = {
    "git": (
        "Tests, CI/CD, training and serving code, releases: what a repository and its history can show.",
        "https://github.com/you/your-project\nssh://git@git.example.org/you/your-project",
    ),
    "mlflow": (
        "Runs with their parameters, metrics and data sets; registered models, versions, aliases and lineage.",
        "MLFLOW_TRACKING_URI=http://127.0.0.1:5000",
    ),
    "human": (
        "What no machine sees: roles, agreements, practices. Each answer is signed and runs out.",
        "# mlops.yaml\nanswers:\n"
        "  - id: HUM-01\n    answer: yes\n    text: Alice and Bob own it\n    by: Dana\n    at: 2026-11-01",
    ),
    "pushed": (
        "Results that only CI knows: how runs ended, on which branch and commit.",
        "curl -X POST $PORTAL/api/v1/projects/your-project/evidence/ \\\n"
        '  -H "Authorization: Bearer $TOKEN" \\\n'
        '  -H "Content-Type: application/json" \\\n'
        f"  -d '{PUSHED}'",
    ),
    "orchestrator": ("Scheduled and triggered training runs, retries, environments.", ""),
    "serving": ("Deployments, traffic splits, latency and errors, roll-backs.", ""),
    "monitoring": ("Drift, data quality, performance when labels arrive, alerts.", ""),
    "approvals": ("Who asked for a promotion, who approved it, on which evidence.", ""),
}


@dataclass(frozen=True, slots=True)
class Source:
    """One source: what it gives, how many visible projects use it, how the newest looks went."""

    source: str
    title: str
    gives: str
    how_to_connect: str
    example: str
    projects: int
    troubled: int
    looked_at: datetime | None

    @property
    def available(self) -> bool:
        """Whether it can be connected at all in this version."""
        return bool(self.example)


def _use(user: Any) -> dict[str, dict[str, Any]]:
    """Per source: how many of the visible projects use it, how many could not be looked at, the newest look."""
    looks = CollectorRun.objects.filter(project__in=visible_projects(user)).order_by()
    troubled = Count("pk", filter=~Q(sight__in=[sight.value for sight in SEEING]))
    return {
        row["source"]: row
        for row in looks.values("source").annotate(count=Count("pk"), troubled=troubled, newest=Max("started_at"))
    }


def _source(name: str, use: Mapping[str, Any]) -> Source:
    title, how = SOURCES[name]
    gives, example = GIVES[name]
    return Source(name, title, gives, how, example, use.get("count", 0), use.get("troubled", 0), use.get("newest"))


@dataclass(frozen=True, slots=True)
class View:
    """What the template walks through."""

    queue: QueueState
    sources: tuple[Source, ...]


@require_safe
@login_required
def integrations_page(request: HttpRequest) -> HttpResponse:
    """``GET /integrations/``: for everybody who signed in; the figures count the projects that person may see."""
    use = _use(request.user)
    view = View(queue_state(), tuple(_source(name, use.get(name, {})) for name in SOURCES))
    return render(request, "portal/integrations.html", {"view": view})
