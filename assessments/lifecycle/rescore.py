"""The action that turns standing evidence into stored assessments, one per framework."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from assessments.lifecycle.record import withdraw
from assessments.lifecycle.settling import settle_steps
from assessments.models import LevelChange, Scoring
from assessments.scoring.changes import Change, Kind
from assessments.scoring.difference import difference
from assessments.scoring.engine import score_answers
from assessments.scoring.published import to_json
from assessments.scoring.scorecard import Interval, Scorecard
from assessments.selectors.evidence import standing_evidence
from assessments.selectors.frameworks import frameworks_in_force
from assessments.selectors.scoring import answer_project
from mlops_portal.audit.record import record
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.kernel.digest import digest
from mlops_portal.projects.models import Project


def evidence_digests(scorecard: Scorecard) -> list[str]:
    """The keys of the evidence that a scorecard rests on."""
    return sorted({item for result in scorecard.checks.values() for item in result.evidence})


def _interval(interval: Interval) -> dict[str, int]:
    return {"confirmed": interval.confirmed, "possible": interval.possible}


def summary_of(scorecard: Scorecard) -> dict[str, Any]:
    """The part of a scorecard that lists show."""
    return {
        "dimensions": {dimension.key: _interval(dimension.interval) for dimension in scorecard.dimensions},
        "without_people": _interval(scorecard.without_people),
        "blind_spots": list(scorecard.blind_spots),
    }


def values_of(scorecard: Scorecard, document: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The columns of a scoring that are read off its scorecard and the published document of it."""
    return {
        "framework_version": scorecard.framework_version,
        "catalogue_version": scorecard.catalogue_version,
        "checked_at": at,
        "confirmed": scorecard.overall.confirmed,
        "possible": scorecard.overall.possible,
        "summary": summary_of(scorecard),
        "scorecard": document,
        "evidence": evidence_digests(scorecard),
        "digest": digest(document),
    }


def _level_text(scoring: Scoring | None) -> dict[str, Any]:
    return {} if scoring is None else {"confirmed": scoring.confirmed, "possible": scoring.possible}


def _changes(before: Scoring | None, document: dict[str, Any]) -> tuple[Change, ...] | None:
    """What changed since ``before``; None when there is none, or one that this release can no longer read."""
    try:
        return difference(before.scorecard, document) if before else None
    except (KeyError, ValueError, TypeError):
        return None


def _level_moved(before: Scoring | None, scoring: Scoring) -> None:
    """Keep that the level moved where lists and trends find it, with the one cause."""
    why: dict[str, Any] = next((c for c in scoring.changes if c["kind"] == Kind.OVERALL), {})
    LevelChange.objects.create(
        scoring=scoring,
        project_id=scoring.project_id,
        framework=scoring.framework,
        at=scoring.scored_at,
        confirmed_before=before.confirmed if before else None,
        possible_before=before.possible if before else None,
        confirmed=scoring.confirmed,
        possible=scoring.possible,
        cause=why.get("cause", ""),
        sentence=why.get("sentence", ""),
    )


def keep(actor: Actor, project: Project, scorecard: Scorecard, at: datetime) -> Scoring:
    """Store a scorecard: as a new scoring when a verdict changed (with the causes), else as a refreshed one."""
    document = to_json(scorecard)
    live = Scoring.objects.filter(project=project, framework=scorecard.framework, live=True)
    before = live.first()
    changes = _changes(before, document)
    values = values_of(scorecard, document, at)
    if before is not None and changes == ():
        live.update(**values)
        before.refresh_from_db()
        return before
    live.update(live=False)
    scoring = Scoring.objects.create(
        project=project,
        framework=scorecard.framework,
        scored_at=at,
        changes=[c.as_json() for c in changes or ()],
        **values,
    )
    if _level_text(before) != _level_text(scoring):
        _level_moved(before, scoring)
        after = {"framework": scorecard.framework, **_level_text(scoring)}
        record(actor, "assessment.scored", project, project=project, before=_level_text(before), after=after)
    return scoring


def rescore(*, actor: Actor, project: Project) -> list[Scoring]:
    """Score the project's standing evidence under every framework in force; the same evidence gives the same bytes.

    What was seen where the project no longer says it is stands no longer. It decides nothing: the action or schedule
    that calls it has authorised whoever brought the evidence.
    """
    at = clock.now()
    with transaction.atomic():
        withdraw(actor, project)
        evidence = standing_evidence(project)
        answers = answer_project(project, evidence, at)
        scorecards = [score_answers(answers, framework) for framework in frameworks_in_force()]
        scorings = [keep(actor, project, scorecard, at) for scorecard in scorecards]
        settle_steps(actor=actor, project=project, scorecards=scorecards)
        return scorings
