"""Addresses of the pages across both apps."""

from django.urls import path

from mlops_portal.portal.pages import (
    audit,
    deciding,
    integrations,
    jobs,
    me,
    me_tokens,
    portfolio,
    project,
    project_members,
    project_settings,
    project_tokens,
    projects,
    reviews,
    search,
)
from mlops_portal.portal.pages.help import help_page
from mlops_portal.portal.pages.settings import policy_page, settings_page

urlpatterns = [
    path("", portfolio.portfolio_page, name="portfolio"),
    path("portfolio.csv", portfolio.portfolio_csv, name="portfolio-csv"),
    path("projects/", projects.projects_page, name="projects"),
    path("projects/new/", projects.new_project, name="project-new"),
    path("projects/<slug:slug>/", project.project_page, name="project"),
    path("projects/<slug:slug>/settings/", project_settings.project_settings, name="project-settings"),
    path("projects/<slug:slug>/settings/rules/", project_settings.project_rules, name="project-rules"),
    path("projects/<slug:slug>/archive/", project_settings.project_archive, name="project-archive"),
    path("projects/<slug:slug>/members/", project_members.project_members, name="project-members"),
    path("projects/<slug:slug>/tokens/", project_tokens.project_tokens, name="project-tokens"),
    path(
        "projects/<slug:slug>/tokens/<int:token_id>/revoke/",
        project_tokens.project_token_revoke,
        name="project-token-revoke",
    ),
    path("projects/<slug:slug>/collect/", project.collect, name="collect"),
    path("me/", me.me_page, name="me"),
    path("me/due/", me.due_part, name="me-due"),
    path("me/tokens/", me_tokens.me_tokens, name="me-tokens"),
    path("me/tokens/<uuid:token_id>/revoke/", me_tokens.me_token_revoke, name="me-token-revoke"),
    path("help/", help_page, name="help"),
    path("search/", search.search_page, name="search"),
    path("jobs/", jobs.jobs_page, name="jobs"),
    path("jobs/<str:job_id>/", jobs.job_page, name="job"),
    path("jobs/<str:job_id>/cancel/", jobs.cancel, name="job-cancel"),
    path("jobs/<str:job_id>/retry/", jobs.retry, name="job-retry"),
    path("reviews/", reviews.reviews_page, name="reviews"),
    path("reviews/<int:review_id>/", reviews.review_page, name="review"),
    path("reviews/<int:review_id>/decide/", deciding.decide_page, name="review-decide"),
    path("reviews/<int:review_id>/comment/", reviews.review_comment, name="review-comment"),
    path("reviews/<int:review_id>/withdraw/", reviews.review_withdraw, name="review-withdraw"),
    path("integrations/", integrations.integrations_page, name="integrations"),
    path("integrations/test-mail/", integrations.test_mail, name="test-mail"),
    path("settings/", settings_page, name="settings"),
    path("settings/policies/<slug:tier>/", policy_page, name="policy"),
    path("audit/", audit.audit_page, name="audit"),
    path("audit/verify/", audit.verify, name="audit-verify"),
    path("audit.ndjson", audit.audit_export, name="audit-export"),
]
