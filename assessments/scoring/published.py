"""A scorecard as JSON: the one form that is stored, served by the API, printed by the command and compared.

The shape is versioned (``schema``) and described by ``scorecard.schema.json``. Keys may be added, never changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path as FilePath
from typing import Any

from assessments.scoring.scorecard import (
    CheckResult,
    Completion,
    Contradiction,
    CriterionResult,
    DimensionResult,
    Interval,
    NextStep,
    Path,
    Points,
    Scorecard,
)
from assessments.scoring.stored import from_json
from mlops_portal.kernel.digest import canonical

__all__ = ["SCHEMA", "SCHEMA_VERSION", "canonical_bytes", "from_json", "interval_json", "to_json"]

#: The version of the shape.
SCHEMA_VERSION = 1

#: The JSON Schema (2020-12) of the shape.
SCHEMA = FilePath(__file__).with_name("scorecard.schema.json")

Json = dict[str, Any]


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def interval_json(interval: Interval) -> Json:
    """``{"confirmed": 2, "possible": 3}``."""
    return {"confirmed": interval.confirmed, "possible": interval.possible}


def _with_points(points: Points | None) -> Json:
    """The points where the framework's rule counts them, else nothing."""
    if points is None:
        return {}
    return {"points": {"confirmed": points.confirmed, "possible": points.possible, "out_of": points.out_of}}


def _completion(completion: Iterable[Completion]) -> list[Json]:
    return [{"level": item.level, "met": item.met, "total": item.total} for item in completion]


def _check(result: CheckResult) -> Json:
    verdict = result.verdict
    return {
        "id": result.id,
        "verdict": verdict.outcome.value,
        "strength": verdict.strength,
        "reason": verdict.reason,
        "seen": [seen.as_json() for seen in verdict.seen],
        "link": verdict.link,
        "valid_until": _moment(result.valid_until),
        "evidence": list(result.evidence),
    }


def _criterion(result: CriterionResult, scorecard: Scorecard) -> Json:
    checks = [{**_check(scorecard.checks[name]), "role": "decides"} for name in result.checks]
    supporting = [{**_check(scorecard.checks[name]), "role": "supports"} for name in result.supporting]
    return {
        "id": result.id,
        "level": result.level,
        "verdict": result.outcome.value,
        "strength": result.strength,
        "reason": result.reason,
        "superseded_by": result.superseded_by,
        "could_be_met": result.could_be_met,
        "waived_until": _moment(result.waived_until),
        "stated": result.stated,
        "stated_until": _moment(result.stated_until),
        "link": result.link,
        "checks": checks + supporting,
    }


def _dimension(position: int, result: DimensionResult, scorecard: Scorecard) -> Json:
    return {
        "position": position,
        **interval_json(result.interval),
        **_with_points(result.points),
        "completion": _completion(result.completion),
        "criteria": [_criterion(criterion, scorecard) for criterion in result.criteria],
    }


def _step(step: NextStep) -> Json:
    return {
        "criterion": step.criterion,
        "dimension": step.dimension,
        "level": step.level,
        "verdict": step.outcome.value,
        "cure": step.cure.value,
        "effort": step.effort.value,
        "owner": step.owner,
        "reason": step.reason,
        "remedy": step.remedy,
        "checks": list(step.checks),
        "after": list(step.after),
    }


def _path(path: Path) -> Json:
    return {"target": path.target, "leads_to": interval_json(path.leads_to)}


def _contradiction(found: Contradiction) -> Json:
    return {"criterion": found.criterion, "people_say": found.people_say, "machines_saw": found.machines_saw}


def _other_checks(scorecard: Scorecard) -> list[Json]:
    """The checks that no criterion of this framework shows."""
    criteria = (criterion for dimension in scorecard.dimensions for criterion in dimension.criteria)
    shown = {name for criterion in criteria for name in (*criterion.checks, *criterion.supporting)}
    return [_check(scorecard.checks[name]) for name in sorted(scorecard.checks) if name not in shown]


def to_json(scorecard: Scorecard) -> Json:
    """The scorecard in its published shape; ``collectors`` (where we looked) is added by whoever looked."""
    return {
        "schema": SCHEMA_VERSION,
        "framework": {"id": scorecard.framework, "version": scorecard.framework_version},
        "catalogue": {"version": scorecard.catalogue_version},
        "as_of": scorecard.as_of.isoformat(),
        "profile": scorecard.profile,
        "overall": interval_json(scorecard.overall),
        "without_people": interval_json(scorecard.without_people),
        "waived": interval_json(scorecard.waived),
        **_with_points(scorecard.points),
        "completion": _completion(scorecard.completion),
        "dimensions": {
            result.key: _dimension(position, result, scorecard) for position, result in enumerate(scorecard.dimensions)
        },
        "other_checks": _other_checks(scorecard),
        "contradictions": [_contradiction(found) for found in scorecard.contradictions],
        "path": _path(scorecard.path),
        "next_steps": [_step(step) for step in scorecard.path.steps],
        "blind_spots": list(scorecard.blind_spots),
        "notes": list(scorecard.notes),
    }


def canonical_bytes(scorecard: Scorecard) -> bytes:
    """The scorecard's canonical JSON: the same inputs give the same bytes."""
    return canonical(to_json(scorecard))
