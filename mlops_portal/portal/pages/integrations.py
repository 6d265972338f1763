"""Integrations: what this portal is connected to, which sources of evidence are in use, how to connect each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments.evidence import SEEING
from assessments.models import CollectorRun
from assessments.selectors.scorecards import SOURCES
from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.permissions import may
from mlops_portal.jobs.selectors import QueueState, queue_state
from mlops_portal.kernel.errors import Invalid, Unavailable
from mlops_portal.kernel.redaction import redacted_text
from mlops_portal.portal.mail import send_test_mail
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
class Connection:
    """One thing the portal itself talks to: whether it does, where (for operators), and the setting that says so."""

    title: str
    connected: bool
    gives: str
    where: str
    setting: str


def _connections(operator: bool) -> tuple[Connection, ...]:
    mail = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if settings.EMAIL_HOST else ""
    hosts = ", ".join(settings.REPOSITORY_HOSTS)
    rows = (
        ("MLflow", settings.MLFLOW_TRACKING_URI, "runs and registered models", "MLFLOW_TRACKING_URI"),
        ("Mail", mail, "reminders, links to new passwords, proofs of addresses", "EMAIL_HOST"),
        ("Single sign-on", settings.OIDC_ISSUER, "people sign in through your organisation", "OIDC_ISSUER"),
        ("Private git hosts", hosts, "repositories inside your network; public ones need nothing", "REPOSITORY_HOSTS"),
    )
    return tuple(
        Connection(title, bool(where), gives, redacted_text(where) if operator else "", setting)
        for title, where, gives, setting in rows
    )


@dataclass(frozen=True, slots=True)
class View:
    """What the template walks through."""

    queue: QueueState
    connections: tuple[Connection, ...]
    sources: tuple[Source, ...]
    may_test_mail: bool


@require_safe
@login_required
def integrations_page(request: HttpRequest) -> HttpResponse:
    """``GET /integrations/``: for everybody who signed in; the figures count the projects that person may see."""
    use = _use(request.user)
    view = View(
        queue_state(),
        _connections(may(request.user, "portal.view_instance")),
        tuple(_source(name, use.get(name, {})) for name in SOURCES),
        bool(settings.EMAIL_HOST) and may(request.user, "portal.test_mail"),
    )
    return render(request, "portal/integrations.html", {"view": view})


@require_POST
def test_mail(request: HttpRequest) -> HttpResponse:
    """``POST /integrations/test-mail/``: a mail to the operator's own address."""
    try:
        messages.success(
            request, f"The mail server took a mail to {send_test_mail(actor=actor_from_request(request))}."
        )
    except (Invalid, Unavailable) as trouble:
        messages.error(request, str(trouble))
    return redirect("integrations")
