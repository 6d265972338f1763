"""The action behind CI's posts: keep one pushed piece of evidence and re-score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from assessments.collectors.look import Look
from assessments.collectors.pushed import parse_pushed
from assessments.evidence import Evidence
from assessments.lifecycle.record import record_looks
from assessments.lifecycle.rescore import rescore
from mlops_portal.accounts.permissions import authorise
from mlops_portal.audit.record import record
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.projects.models import Project


def push_evidence(*, actor: Actor, project: Project, document: Mapping[str, Any]) -> Evidence:
    """Keep what CI saw of ``project`` and re-score it.

    ``document`` is ``{"topic", "effective_at"?, "payload", "link"?}``. Posting the same again changes nothing but its
    time. Raises Invalid (naming the field) and NotAllowed.
    """
    authorise(actor, "projects.push_evidence", project)
    evidence = parse_pushed(document, now=clock.now(), project=project.slug)
    with transaction.atomic():
        record_looks(project, [Look(evidence.source, evidence.sight, 0.0, evidence=(evidence,))])
        record(
            actor, "evidence.pushed", project, project=project, after={"topic": evidence.topic, "link": evidence.link}
        )
        rescore(actor=actor, project=project)
    return evidence
