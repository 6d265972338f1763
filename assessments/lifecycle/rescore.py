"""The action that turns standing evidence into stored assessments, one per framework."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from assessments.frameworks.shipped import shipped_frameworks
from assessments.lifecycle.record import withdraw
from assessments.models import Assessment
from assessments.scoring.changes import Change
from assessments.scoring.difference import difference
from assessments.scoring.engine import score
from assessments.scoring.published import to_json
from assessments.scoring.scorecard import Interval, Scorecard
from assessments.selectors.evidence import standing_evidence
from mlops_portal.audit.record import record
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.digest import digest
from mlops_portal.projects.models import Project


def _evidence_digests(scorecard: Scorecard) -> list[str]:
    return sorted({item for result in scorecard.checks.values() for item in result.evidence})


def _interval(interval: Interval) -> dict[str, int]:
    return {"confirmed": interval.confirmed, "possible": interval.possible}


def _summary(scorecard: Scorecard) -> dict[str, Any]:
    return {
        "dimensions": {dimension.key: _interval(dimension.interval) for dimension in scorecard.dimensions},
        "without_people": _interval(scorecard.without_people),
        "blind_spots": list(scorecard.blind_spots),
    }


def _values(scorecard: Scorecard, document: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "framework_version": scorecard.framework_version,
        "catalogue_version": scorecard.catalogue_version,
        "checked_at": at,
        "confirmed": scorecard.overall.confirmed,
        "possible": scorecard.overall.possible,
        "summary": _summary(scorecard),
        "scorecard": document,
        "evidence": _evidence_digests(scorecard),
        "digest": digest(document),
    }


def _level_text(assessment: Assessment | None) -> dict[str, Any]:
    return {} if assessment is None else {"confirmed": assessment.confirmed, "possible": assessment.possible}


def _changes(before: Assessment | None, document: dict[str, Any]) -> tuple[Change, ...] | None:
    """What changed since ``before``; None when there is none, or one that this release can no longer read."""
    try:
        return difference(before.scorecard, document) if before else None
    except (KeyError, ValueError, TypeError):
        return None


def keep(actor: Actor, project: Project, scorecard: Scorecard, at: datetime) -> Assessment:
    """Store a scorecard: as a new assessment when a verdict changed (with the causes), else as a refreshed one."""
    document = to_json(scorecard)
    live = Assessment.objects.filter(project=project, framework=scorecard.framework, live=True)
    before = live.first()
    changes = _changes(before, document)
    values = _values(scorecard, document, at)
    if before is not None and changes == ():
        live.update(**values)
        before.refresh_from_db()
        return before
    live.update(live=False)
    assessment = Assessment.objects.create(
        project=project,
        framework=scorecard.framework,
        scored_at=at,
        changes=[c.as_json() for c in changes or ()],
        **values,
    )
    if _level_text(before) != _level_text(assessment):
        after = {"framework": scorecard.framework, **_level_text(assessment)}
        record(actor, "assessment.scored", project, project=project, before=_level_text(before), after=after)
    return assessment


def rescore(*, actor: Actor, project: Project) -> list[Assessment]:
    """Score the project's standing evidence under every shipped framework; the same evidence gives the same bytes.

    What was seen where the project no longer says it is stands no longer. It decides nothing: the action or schedule
    that calls it has authorised whoever brought the evidence.
    """
    at = clock.now()
    with transaction.atomic():
        withdraw(actor, project)
        evidence = standing_evidence(project)
        return [keep(actor, project, score(evidence, f, now=at), at) for f in shipped_frameworks()]
