"""Endpoints of background work: the list, one job, stopping it, trying it again."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from mlops_portal.accounts.permissions import may
from mlops_portal.api.job_shape import JobShape
from mlops_portal.api.resource import Resource
from mlops_portal.api.schema import documented
from mlops_portal.api.scopes import Scope
from mlops_portal.jobs.actions import cancel_job, retry_job
from mlops_portal.jobs.models import Job
from mlops_portal.jobs.selectors import job as find_job
from mlops_portal.jobs.selectors import visible_jobs
from mlops_portal.kernel.errors import NotFound
from mlops_portal.portal.api import shapes


class JobsView(Resource):
    """The jobs of the projects that you may see; who runs the portal sees all."""

    scopes = {"GET": Scope.READ}

    @documented("List jobs", JobShape, paged=True, parameters=[shapes.JobFilter])
    def get(self, request: Request) -> Response:
        """The newest first."""
        wanted = self.query(shapes.JobFilter)
        rows: QuerySet[Job] = Job.objects.select_related("project")
        rows = rows if may(self.viewer, "jobs.view_jobs") else visible_jobs(self.viewer)
        if state := wanted.get("state"):
            rows = rows.filter(state=state)
        if slug := wanted.get("project"):
            rows = rows.filter(project__slug=slug)
        return self.pages(JobShape, rows, "-requested_at")


class _One(Resource):
    def job(self, job_id: str) -> Job:
        """The job of the address. Raises NotFound, with the same words for a hidden one as for none."""
        found = find_job(job_id)
        if not may(self.viewer, "jobs.view_job", found):
            raise NotFound(f"There is no job {job_id!r}.", do="Look at the list of jobs.")
        return found


class JobView(_One):
    """One job."""

    scopes = {"GET": Scope.READ}

    @documented("Read a job", JobShape)
    def get(self, request: Request, job_id: str) -> Response:
        """State, progress, error."""
        return self.show(JobShape, self.job(job_id))


class CancelJobView(_One):
    """Stopping a job."""

    scopes = {"POST": Scope.ADMIN}

    @documented("Cancel a job", JobShape, takes=shapes.MaybeReason)
    def post(self, request: Request, job_id: str) -> Response:
        """At once while it waits, at its next report while it runs."""
        return self.show(JobShape, cancel_job(actor=self.actor, job=self.job(job_id), **self.body(shapes.MaybeReason)))


class RetryJobView(_One):
    """Trying a job again."""

    scopes = {"POST": Scope.ADMIN}

    @documented("Repeat a job", JobShape, takes=shapes.MaybeReason)
    def post(self, request: Request, job_id: str) -> Response:
        """Puts a failed or cancelled job back into the queue."""
        return self.show(JobShape, retry_job(actor=self.actor, job=self.job(job_id), **self.body(shapes.MaybeReason)))
