"""Background work: the list, one job with its progress, stopping it and trying it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.lifecycle.collect import LOOK
from mlops_portal.accounts.actors import actor_from_request
from mlops_portal.accounts.permissions import may
from mlops_portal.jobs.actions import cancel_job, retry_job
from mlops_portal.jobs.lifecycle import OPEN, TRANSITIONS, State
from mlops_portal.jobs.models import Job
from mlops_portal.jobs.selectors import job as find_job
from mlops_portal.jobs.selectors import visible_jobs
from mlops_portal.kernel.errors import NotFound
from mlops_portal.portal.trail import VERIFY
from mlops_portal.web import parameters
from mlops_portal.web.words import JOB_STATES

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class ListView:
    """What the list's template needs beside the page of jobs; ``refresh`` while one of them is still open."""

    states: list[tuple[str, str]]
    filtered: bool
    refresh: bool


@dataclass(frozen=True, slots=True)
class JobView:
    """What a job's template needs beside the job.

    ``percent`` is None until the first report; ``leads_to`` is the address of what it found, "" while there is none.
    """

    percent: int | None
    may_cancel: bool
    may_retry: bool
    leads_to: str


def _seen_by(user: Any) -> QuerySet[Job]:
    return Job.objects.select_related("project") if may(user, "jobs.view_jobs") else visible_jobs(user)


@require_safe
@login_required
def jobs_page(request: HttpRequest) -> HttpResponse:
    """``GET /jobs/``: the jobs of the projects that the person may see; who runs the portal sees all."""
    state = parameters.choice(request, "state", list(State))
    jobs = _seen_by(request.user)
    found = jobs.filter(state=state) if state else jobs
    page: Page[Job] = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    view = ListView(
        states=[(s.value, JOB_STATES[s.value].word) for s in State],
        filtered=bool(state),
        refresh=any(job.state in OPEN for job in page.object_list),
    )
    return render(request, "portal/jobs.html", {"page": page, "view": view, "filters": {"state": state}})


def _job_for(request: HttpRequest, job_id: str) -> Job:
    """The job, for whoever may see it. Raises NotFound, with the same words for a hidden one as for none."""
    found = find_job(job_id)
    if not may(request.user, "jobs.view_job", found):
        raise NotFound(f"There is no job {job_id!r}.", do="Look at the list of jobs.")
    return found


def _job_view(user: Any, job: Job) -> JobView:
    follows = TRANSITIONS[State(job.state)]
    return JobView(
        percent=round(job.progress * 100) if job.progress else None,
        may_cancel=State.CANCELLED in follows and not job.cancel_requested and may(user, "jobs.cancel_job", job),
        may_retry=job.is_final and State.QUEUED in follows and may(user, "jobs.retry_job", job),
        leads_to=_leads_to(job) if job.state == State.SUCCEEDED else "",
    )


def _leads_to(job: Job) -> str:
    if job.kind == VERIFY:
        return reverse("audit")
    return reverse("scorecard", args=[job.project.slug]) if job.kind == LOOK and job.project else ""


@require_safe
@login_required
def job_page(request: HttpRequest, job_id: str) -> HttpResponse:
    """``GET /jobs/<id>/``: state, progress and error; renews itself until the job has ended."""
    job = _job_for(request, job_id)
    return render(request, "portal/job.html", {"job": job, "view": _job_view(request.user, job)})


def _steer(request: HttpRequest, job_id: str, action: Callable[..., Job]) -> HttpResponse:
    actor = actor_from_request(request)
    job = action(actor=actor, job=_job_for(request, job_id))
    return redirect("job", job.id)


@require_POST
def cancel(request: HttpRequest, job_id: str) -> HttpResponse:
    """``POST /jobs/<id>/cancel/``: at once while it waits, at its next report while it runs."""
    return _steer(request, job_id, cancel_job)


@require_POST
def retry(request: HttpRequest, job_id: str) -> HttpResponse:
    """``POST /jobs/<id>/retry/``: put a failed or cancelled job back into the queue."""
    return _steer(request, job_id, retry_job)
