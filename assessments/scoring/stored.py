"""Reads a published scorecard back. Keys it does not know are left alone: they may be newer than this version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from assessments.checks.verdict import Outcome, Seen, Verdict
from assessments.scoring.scorecard import (
    CheckResult,
    Completion,
    Contradiction,
    CriterionResult,
    Cure,
    DimensionResult,
    Effort,
    Interval,
    NextStep,
    Path,
    Points,
    Scorecard,
)
from mlops_portal.kernel.clock import parse

Json = Mapping[str, Any]


def _moment(text: str | None) -> datetime | None:
    return parse(text) if text else None


def _interval(value: Json) -> Interval:
    return Interval(value["confirmed"], value["possible"])


def _points(value: Json | None) -> Points | None:
    return Points(value["confirmed"], value["possible"], value["out_of"]) if value else None


def _completion(values: Iterable[Json]) -> tuple[Completion, ...]:
    return tuple(Completion(value["level"], value["met"], value["total"]) for value in values)


def _check(value: Json) -> CheckResult:
    seen = tuple(Seen(item["text"], item.get("where", ""), item.get("link", "")) for item in value["seen"])
    verdict = Verdict(Outcome(value["verdict"]), value["strength"], value["reason"], seen, value["link"])
    return CheckResult(value["id"], verdict, _moment(value["valid_until"]), tuple(value["evidence"]))


def _ids(checks: Iterable[Json], role: str) -> tuple[str, ...]:
    return tuple(check["id"] for check in checks if check["role"] == role)


def _criterion(value: Json) -> CriterionResult:
    return CriterionResult(
        id=value["id"],
        level=value["level"],
        outcome=Outcome(value["verdict"]),
        strength=value["strength"],
        reason=value["reason"],
        checks=_ids(value["checks"], "decides"),
        supporting=_ids(value["checks"], "supports"),
        superseded_by=value["superseded_by"],
        waived_until=_moment(value["waived_until"]),
        stated=value["stated"],
        link=value["link"],
        stated_until=_moment(value["stated_until"]),
        could_be_met=value["could_be_met"],
    )


def _dimensions(values: Mapping[str, Json]) -> tuple[DimensionResult, ...]:
    ordered = sorted(values.items(), key=lambda entry: entry[1]["position"])
    return tuple(
        DimensionResult(
            key,
            _interval(value),
            _completion(value["completion"]),
            tuple(map(_criterion, value["criteria"])),
            _points(value.get("points")),
        )
        for key, value in ordered
    )


def _checks(document: Json) -> dict[str, CheckResult]:
    dimensions = sorted(document["dimensions"].values(), key=lambda value: value["position"])
    shown = (check for value in dimensions for criterion in value["criteria"] for check in criterion["checks"])
    return {check["id"]: _check(check) for check in (*shown, *document["other_checks"])}


def _step(value: Json) -> NextStep:
    return NextStep(
        criterion=value["criterion"],
        dimension=value["dimension"],
        level=value["level"],
        outcome=Outcome(value["verdict"]),
        cure=Cure(value["cure"]),
        effort=Effort(value["effort"]),
        owner=value["owner"],
        reason=value["reason"],
        remedy=value["remedy"],
        checks=tuple(value["checks"]),
        after=tuple(value["after"]),
    )


def _path(document: Json) -> Path:
    path = document["path"]
    return Path(path["target"], tuple(map(_step, document["next_steps"])), _interval(path["leads_to"]))


def from_json(document: Json) -> Scorecard:
    """The scorecard that was published. Raises KeyError or ValueError when the document is not one."""
    return Scorecard(
        framework=document["framework"]["id"],
        framework_version=document["framework"]["version"],
        catalogue_version=document["catalogue"]["version"],
        as_of=parse(document["as_of"]),
        overall=_interval(document["overall"]),
        without_people=_interval(document["without_people"]),
        waived=_interval(document["waived"]),
        completion=_completion(document["completion"]),
        dimensions=_dimensions(document["dimensions"]),
        checks=_checks(document),
        contradictions=tuple(Contradiction(**found) for found in document["contradictions"]),
        path=_path(document),
        blind_spots=tuple(document["blind_spots"]),
        notes=tuple(document["notes"]),
        profile=document["profile"],
    )
