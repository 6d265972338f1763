"""What the worker does for a version of a framework: work out its effect on every project, and score them all again."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any

from django.db import transaction

from assessments.frameworks.framework import Framework
from assessments.lifecycle.rescore import rescore
from assessments.models import FrameworkVersion
from assessments.models.governance import FrameworkState
from assessments.scoring.changes import Kind
from assessments.scoring.difference import difference
from assessments.scoring.engine import Answers, score_answers
from assessments.scoring.scorecard import Interval
from assessments.selectors.evidence import standing_evidence
from assessments.selectors.frameworks import frameworks_in_force, read_uploaded
from assessments.selectors.scoring import answer_project
from mlops_portal.audit.record import record
from mlops_portal.jobs.context import JobContext
from mlops_portal.jobs.kinds import job_kind
from mlops_portal.kernel import clock
from mlops_portal.kernel.errors import Unavailable
from mlops_portal.projects.models import Project

logger = logging.getLogger(__name__)

DRY_RUN, RESCORE_ALL = "assessments.dry-run", "assessments.rescore-all"
MANAGE = "assessments.manage_frameworks"

#: So many projects are listed with their effect; the summary counts all.
MOST_LISTED = 500


@job_kind(DRY_RUN, title="Try out a framework", permission=MANAGE)
def try_out(context: JobContext, *, version: int) -> dict[str, int]:
    """Score every project under the candidate, keeping nothing but the effect; the summary is the job's result."""
    candidate = FrameworkVersion.objects.get(pk=version)
    then = read_uploaded(candidate.document)
    now = next((f for f in frameworks_in_force() if f.id == then.id), None)
    projects = list(Project.objects.filter(archived_at=None))
    rows = []
    for done, project in enumerate(projects, 1):
        rows.append(_row(project, now, then))
        context.progress(done / len(projects), project.name)
    effect = _effect(rows, now)
    with transaction.atomic():
        waiting = FrameworkVersion.objects.filter(pk=version, state=FrameworkState.CANDIDATE)
        waiting.update(effect=effect, tried_at=clock.now())
        record(context.actor, "framework.tried", candidate, after=effect["summary"])
    return dict(effect["summary"])


def _row(project: Project, now: Framework | None, then: Framework) -> dict[str, Any]:
    answers = answer_project(project, standing_evidence(project), clock.now())
    before, changed = _before(answers, now, then)
    after = score_answers(answers, then).overall
    return {
        "slug": project.slug,
        "name": project.name,
        "before": _levels(before),
        "after": _levels(after),
        "changed": changed,
        "kind": _kind(before, after),
    }


def _before(answers: Answers, now: Framework | None, then: Framework) -> tuple[Interval | None, int]:
    """The level under what counts now, and how many criteria stand differently under the candidate."""
    if now is None:
        return None, 0
    scorecard = score_answers(answers, now)
    changes = difference(scorecard, score_answers(answers, then))
    return scorecard.overall, sum(change.kind is Kind.CRITERION for change in changes)


def _levels(interval: Interval | None) -> list[int] | None:
    return [interval.confirmed, interval.possible] if interval else None


def _kind(before: Interval | None, after: Interval) -> str:
    if before is None:
        return "new"
    if before.confirmed != after.confirmed:
        return "raised" if after.confirmed > before.confirmed else "lowered"
    return "same" if before == after else "moved"


def _effect(rows: list[dict[str, Any]], now: Framework | None) -> dict[str, Any]:
    kinds = Counter(row["kind"] for row in rows)
    order = ("lowered", "raised", "moved", "new", "same")
    ordered = sorted(rows, key=lambda row: (order.index(row["kind"]), -row["changed"], row["name"]))
    summary = {"projects": len(rows), **{kind: kinds[kind] for kind in order}}
    return {"against": now.digest if now else "", "summary": summary, "projects": ordered[:MOST_LISTED]}


@job_kind(RESCORE_ALL, title="Score every project again", permission=MANAGE)
def rescore_all(context: JobContext) -> int:
    """Score every project that is not archived again; how many. Raises Unavailable when some could not be scored."""
    projects = list(Project.objects.filter(archived_at=None))
    failed = []
    for done, project in enumerate(projects, 1):
        try:
            rescore(actor=context.actor, project=project)
        except Exception:  # one project's trouble must not keep the others from being scored
            logger.exception("The project %s could not be scored again.", project.slug)
            failed.append(project.name)
        context.progress(done / len(projects), project.name)
    if failed:
        raise Unavailable(f"{len(failed)} of {len(projects)} projects could not be scored: {', '.join(failed[:5])}.")
    return len(projects)
