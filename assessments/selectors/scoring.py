"""Scoring a project as it is to be scored: with its profile and what was granted to it. Keeps nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from assessments.evidence import Evidence
from assessments.frameworks.framework import Framework
from assessments.frameworks.shipped import library
from assessments.models import Exemption
from assessments.scoring.engine import Answers, answer, score_answers
from assessments.scoring.scorecard import Scorecard
from assessments.selectors.exemptions import granted, not_applicable, waivers
from mlops_portal.projects.models import Project


def answer_project(
    project: Project, evidence: Iterable[Evidence], at: datetime, exemptions: Iterable[Exemption] | None = None
) -> Answers:
    """Ask every check about the project once, to judge the answers under several frameworks; queries as below."""
    exemptions = granted(project) if exemptions is None else tuple(exemptions)
    return answer(
        evidence,
        now=at,
        waivers=waivers(exemptions),
        not_applicable=not_applicable(exemptions),
        profile=library().profiles.get(project.profile),
    )


def score_project(
    project: Project,
    evidence: Iterable[Evidence],
    framework: Framework,
    at: datetime,
    exemptions: Iterable[Exemption] | None = None,
) -> Scorecard:
    """Score this evidence under this framework as of ``at``; one query, none when ``granted`` was asked before."""
    return score_answers(answer_project(project, evidence, at, exemptions), framework)
