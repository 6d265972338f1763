"""Addresses of the pages across both apps."""

from django.urls import path

from mlops_portal.portal.pages import audit, integrations, jobs, portfolio, project, search
from mlops_portal.portal.pages.help import help_page

urlpatterns = [
    path("", portfolio.portfolio_page, name="portfolio"),
    path("portfolio.csv", portfolio.portfolio_csv, name="portfolio-csv"),
    path("projects/<slug:slug>/", project.project_page, name="project"),
    path("projects/<slug:slug>/collect/", project.collect, name="collect"),
    path("help/", help_page, name="help"),
    path("search/", search.search_page, name="search"),
    path("jobs/", jobs.jobs_page, name="jobs"),
    path("jobs/<str:job_id>/", jobs.job_page, name="job"),
    path("jobs/<str:job_id>/cancel/", jobs.cancel, name="job-cancel"),
    path("jobs/<str:job_id>/retry/", jobs.retry, name="job-retry"),
    path("integrations/", integrations.integrations_page, name="integrations"),
    path("audit/", audit.audit_page, name="audit"),
    path("audit/verify/", audit.verify, name="audit-verify"),
    path("audit.ndjson", audit.audit_export, name="audit-export"),
]
