"""The level that people accepted last, for pages that show the live one: ``assessments/accepted_level.html``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from assessments.scoring.scorecard import Interval
from assessments.selectors.assessments import accepted_assessment
from assessments.selectors.scorecards import DEFAULT_FRAMEWORK
from mlops_portal.projects.models import Project
from mlops_portal.projects.permissions import may


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted and when; ``differs`` from the live level; ``href`` is "" for who may not read the whole."""

    interval: Interval
    at: datetime | None
    differs: bool
    href: str


def accepted_level(person: Any, project: Project, live: Interval | None) -> Accepted | None:
    """The accepted level beside ``live``, for whoever may see the project; None while nothing is accepted."""
    found = accepted_assessment(project, DEFAULT_FRAMEWORK)
    if found is None or found.confirmed is None or found.possible is None:
        return None
    interval = Interval(found.confirmed, found.possible)
    reads = found.published_at is not None or (person is not None and may(person, "projects.view_history", project))
    href = reverse("assessment", kwargs={"assessment_id": found.pk}) if reads else ""
    return Accepted(interval, found.decided_at, live is not None and live != interval, href)
