"""The actions that look at a project's sources, keep what was seen, and re-score."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from assessments.collectors.all import collectors, resolved
from assessments.collectors.git.access import Access
from assessments.collectors.git.reach import Reach
from assessments.collectors.look import Look, look_everywhere
from assessments.collectors.request import Collector, Request
from assessments.lifecycle.record import record_looks, store_evidence, withdraw
from assessments.lifecycle.rescore import rescore
from assessments.models import Scoring
from assessments.selectors.evidence import standing_evidence
from mlops_portal.accounts.addresses import claimed_only
from mlops_portal.accounts.permissions import authorise
from mlops_portal.jobs.actions import request_job
from mlops_portal.jobs.models import Job
from mlops_portal.kernel import clock
from mlops_portal.kernel.actor import Actor
from mlops_portal.projects.models import Project, Role
from mlops_portal.projects.selectors import members_of
from mlops_portal.projects.sources import is_opened_path

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
        # Judged anew at each look: links move and roots are taken back. For an address it stays off, for it would also
        # let a project's owner probe hosts inside our network.
        allow_local=is_opened_path(project.repository, roots=map(Path, settings.REPOSITORY_ROOTS)),
    )


def access() -> Access:
    """Which hosts this portal may be sent to for a repository, and how large its cache of clones may grow."""
    hosts = frozenset(host.lower() for host in settings.REPOSITORY_HOSTS)
    return Access(reach=Reach(private_hosts=hosts), cache_bytes=settings.GIT_CACHE_BYTES)


#: Roles that say who writes training code and who writes serving code.
WRITING_ROLES = (Role.DATA_SCIENTIST, Role.DATA_ENGINEER, Role.ML_ENGINEER, Role.SOFTWARE_ENGINEER)


def collectors_for(project: Project) -> tuple[Collector, ...]:
    """The collectors as this portal uses them: its own MLflow is trusted, authors are known by their role only."""
    members = members_of(project).filter(role__in=WRITING_ROLES).exclude(user__email="")
    members = members.exclude(user__in=claimed_only())
    return collectors(
        trusted=filter(None, [settings.MLFLOW_TRACKING_URI]),
        salt=salted_hmac("assessments.collectors.git", project.slug).hexdigest(),
        members=dict(members.values_list("user__email", "role")),
        access=access(),
    )


def _keep(actor: Actor, project: Project, request: Request, looks: Iterable[Look]) -> list[Scoring]:
    with transaction.atomic():
        withdraw(actor, project)
        record_looks(project, looks)
    lineage = resolved(request, standing_evidence(project), access())
    with transaction.atomic():
        store_evidence(project, lineage)
        return rescore(actor=actor, project=project)


def _go_on() -> None:
    """Nobody can stop a look that no job does."""


def _collect(
    actor: Actor, project: Project, asked: Iterable[Collector], go_on: Callable[[], None] = _go_on
) -> list[Scoring]:
    authorise(actor, "projects.collect", project)
    request = request_for(project)
    looks = look_everywhere(request, asked)
    go_on()
    return _keep(actor, project, request, looks)


def collect_project(*, actor: Actor, project: Project) -> list[Scoring]:
    """Look at every configured source side by side, keep what was seen, and re-score. Takes seconds to minutes."""
    return _collect(actor, project, collectors_for(project))


def collect_source(*, actor: Actor, project: Project, source: str, go_on: Callable[[], None] = _go_on) -> list[Scoring]:
    """Look at one source of a project, keep what was seen, and re-score: the work of the ``assessments.look`` job.

    ``go_on`` is called between looking and keeping; what it raises leaves nothing kept.
    """
    return _collect(actor, project, [c for c in collectors_for(project) if c.source == source], go_on)


def request_collection(*, actor: Actor, project: Project) -> list[Job]:
    """Ask the worker to look at every configured source, one job each. A second click joins the open jobs.

    With nothing to look at, what CI posted is scored again, so that what ran out or was withdrawn shows.
    """
    authorise(actor, "projects.collect", project)
    request = request_for(project)
    sources = [collector.source for collector in collectors() if collector.configured(request)]
    if not sources and project.scorings.exists():
        rescore(actor=actor, project=project)
    with transaction.atomic():
        return [
            request_job(actor=actor, kind=LOOK, project=project, subject=source, arguments={"source": source})
            for source in sources
        ]
