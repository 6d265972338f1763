"""Scored projects with exceptions, for tests: asked for by one person, decided by another."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from assessments.evidence import Evidence, Sight
from assessments.lifecycle.exempt import request_not_applicable, request_waiver
from assessments.lifecycle.record import store_evidence
from assessments.lifecycle.rescore import rescore
from assessments.models import Exemption
from mlops_portal.accounts.actors import actor_from_user
from mlops_portal.accounts.models import User
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor, Face
from mlops_portal.projects.models import Project
from mlops_portal.reviews.actions import decide
from mlops_portal.reviews.models import Review

SYSTEM = Actor.system("test")


def by(user: User) -> Actor:
    return actor_from_user(user, face=Face.WEB)


def scored(project: Project) -> Project:
    """A project whose people answered nothing and whose repository was never seen: level 0, up to 4."""
    at = clock.now()
    store_evidence(project, [Evidence("human.file", "repository", Sight.OK, at, at, {"answers": [], "errors": []})])
    rescore(actor=SYSTEM, project=project)
    return project


def in_days(days: float) -> datetime:
    return clock.now() + timedelta(days=days)


def asked(user: User, project: Project, criterion: str = "MR-1.1", **values: Any) -> Exemption:
    given = {"reason_code": "accepted-risk", "text": "The pilot ends soon.", "expires": in_days(30), **values}
    return request_waiver(actor=by(user), project=project, criterion=criterion, **given)


def left_out(user: User, project: Project, criterion: str = "MR-1.1") -> Exemption:
    return request_not_applicable(actor=by(user), project=project, criterion=criterion, text="We never deploy.")


def review_of(exemption: Exemption) -> Review:
    return Review.objects.get(kind=exemption.kind, subject_id=str(exemption.pk))


def decided(user: User, exemption: Exemption, answer: str = "approve") -> Exemption:
    review = review_of(exemption)
    decide(actor=by(user), review=review, answer=answer, reason="Looked at it.", digest=review.digest)
    exemption.refresh_from_db()
    return exemption
