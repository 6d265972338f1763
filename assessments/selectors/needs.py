"""What waits for a person in the projects they work on: what is due, and what a reviewer gave back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Q, QuerySet

from assessments.models import Assessment
from assessments.selectors.due import due_soon
from assessments.transitions import State
from mlops_portal.accounts.models import User
from mlops_portal.accounts.permissions import GOVERNANCE
from mlops_portal.projects.models import Membership, Project, Role


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to do: a sentence, the page on which it is done (``url_name`` and ``args``), the day it is due."""

    kind: str
    sentence: str
    url_name: str
    args: tuple[str | int, ...]
    due: date | None


def needs_you(user: User, at: datetime | None = None) -> tuple[Need, ...]:
    """What waits for ``user``: first what was returned, then what is due, the earliest first; 7 queries at most."""
    if not user.is_active:
        return ()
    working = Membership.objects.filter(user=user).exclude(role=Role.VIEWER).values("project")
    projects = list(Project.objects.filter(pk__in=working, archived_at=None))
    returned = tuple(_returned(user, working))
    if not projects:
        return returned
    due = (Need(item.kind, item.sentence, item.url_name, item.args, item.on) for item in due_soon(projects, at))
    return (*returned, *due)


def _returned(user: User, working: QuerySet[Membership, Any]) -> Iterator[Need]:
    """What can still be mended by them: who left a project is told no more of it."""
    rows = Assessment.objects.filter(state=State.RETURNED, submitted_by=user, project__archived_at=None)
    if not user.is_superuser:
        governs = Exists(user.groups.filter(name=GOVERNANCE))
        rows = rows.filter(Q(project__in=working) | governs)
    for row in rows.select_related("project", "decided_by").defer("answers", "scorecard", "evidence"):
        by = f" by {row.decided_by.display_name}" if row.decided_by else ""
        sentence = f"{row.project.name}: your assessment was returned{by}; mend it and submit it again."
        yield Need("returned", sentence, "assess", (row.project.slug,), None)
