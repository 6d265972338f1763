"""Addresses of this package's endpoints, below ``/api/v1/``."""

from django.urls import path

from mlops_portal.portal.api import audit, jobs, me, projects, reviews

urlpatterns = [
    path("me/", me.MeView.as_view(), name="api-me"),
    path("me/tokens/", me.TokensView.as_view(), name="api-tokens"),
    path("me/tokens/<uuid:token_id>/", me.TokenView.as_view(), name="api-token"),
    path("projects/", projects.ProjectsView.as_view(), name="api-projects"),
    path("projects/<slug:slug>/", projects.ProjectView.as_view(), name="api-project"),
    path("projects/<slug:slug>/target/", projects.TargetView.as_view(), name="api-target"),
    path("projects/<slug:slug>/profile/", projects.ProfileView.as_view(), name="api-profile"),
    path("projects/<slug:slug>/cadence/", projects.CadenceView.as_view(), name="api-cadence"),
    path("projects/<slug:slug>/members/", projects.MembersView.as_view(), name="api-members"),
    path("projects/<slug:slug>/members/<str:username>/", projects.MemberView.as_view(), name="api-member"),
    path("projects/<slug:slug>/tokens/", projects.ProjectTokensView.as_view(), name="api-project-tokens"),
    path("projects/<slug:slug>/tokens/<int:token_id>/", projects.ProjectTokenView.as_view(), name="api-project-token"),
    path("projects/<slug:slug>/collect/", projects.CollectView.as_view(), name="api-collect"),
    path("reviews/", reviews.ReviewsView.as_view(), name="api-reviews"),
    path("reviews/<int:review_id>/", reviews.ReviewView.as_view(), name="api-review"),
    path("reviews/<int:review_id>/decide/", reviews.DecideView.as_view(), name="api-review-decide"),
    path("reviews/<int:review_id>/comments/", reviews.CommentsView.as_view(), name="api-review-comments"),
    path("reviews/<int:review_id>/withdraw/", reviews.WithdrawReviewView.as_view(), name="api-review-withdraw"),
    path("jobs/", jobs.JobsView.as_view(), name="api-jobs"),
    path("jobs/<str:job_id>/", jobs.JobView.as_view(), name="api-job"),
    path("jobs/<str:job_id>/cancel/", jobs.CancelJobView.as_view(), name="api-job-cancel"),
    path("jobs/<str:job_id>/retry/", jobs.RetryJobView.as_view(), name="api-job-retry"),
    path("audit/", audit.AuditView.as_view(), name="api-audit"),
]
