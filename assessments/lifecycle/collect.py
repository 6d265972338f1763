"""The actions that look at a project's sources, keep what was seen, and re-score."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction

from assessments.collectors.all import collector_for, collectors, resolved
from assessments.collectors.look import Look, look_everywhere
from assessments.collectors.request import Collector, Request
from assessments.lifecycle.record import record_looks, store_evidence
from assessments.lifecycle.rescore import rescore
from assessments.models import Assessment
from assessments.selectors.evidence import standing_evidence
from mlops_portal.accounts.permissions import authorise
from mlops_portal.jobs.actions import request_job
from mlops_portal.jobs.models import Job
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.projects.models import Project

#: The job kind that looks at one source of one project.
LOOK = "assessments.look"

#: How long one look at one source may take.
SECONDS = 300.0


def request_for(project: Project) -> Request:
    """What collectors are asked for one project, with this portal's MLflow and clone cache."""
    return Request(
        project=project.slug,
        now=clock.now(),
        repository=project.repository,
        subpath=project.subpath,
        mlflow_uri=settings.MLFLOW_TRACKING_URI if project.experiments or project.model_names else "",
        experiments=tuple(project.experiments),
        model_names=tuple(project.model_names),
        cache=Path(settings.GIT_CACHE_DIR),
        seconds=SECONDS,
        allow_local=True,  # a path was held against REPOSITORY_ROOTS when the project was saved
    )


def trusted_addresses() -> frozenset[str]:
    """MLflow addresses that the operator configured; every other address is held against the SSRF rules."""
    return frozenset(filter(None, [settings.MLFLOW_TRACKING_URI]))


def _keep(actor: Actor, project: Project, request: Request, looks: Iterable[Look]) -> list[Assessment]:
    record_looks(project, looks)
    lineage = resolved(request, standing_evidence(project))
    with transaction.atomic():
        store_evidence(project, lineage)
        return rescore(actor=actor, project=project)


def _collect(actor: Actor, project: Project, asked: Iterable[Collector]) -> list[Assessment]:
    authorise(actor, "projects.collect", project)
    request = request_for(project)
    return _keep(actor, project, request, look_everywhere(request, asked))


def collect_project(*, actor: Actor, project: Project) -> list[Assessment]:
    """Look at every configured source side by side, keep what was seen, and re-score. Takes seconds to minutes."""
    return _collect(actor, project, collectors(trusted=trusted_addresses()))


def collect_source(*, actor: Actor, project: Project, source: str) -> list[Assessment]:
    """Look at one source of a project, keep what was seen, and re-score; the body of the ``assessments.look`` job."""
    return _collect(actor, project, [collector_for(source, trusted=trusted_addresses())])


def request_collection(*, actor: Actor, project: Project) -> list[Job]:
    """Ask the worker to look at every configured source, one job each. A second click joins the open jobs."""
    authorise(actor, "projects.collect", project)
    request = request_for(project)
    sources = [c.source for c in collectors() if c.configured(request)]
    with transaction.atomic():
        return [
            request_job(actor=actor, kind=LOOK, project=project, subject=source, arguments={"source": source})
            for source in sources
        ]
