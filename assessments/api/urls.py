"""Addresses of the assessments API, below ``/api/v1/``."""

from django.urls import path

from assessments.api import views

urlpatterns = [
    path("projects/<slug:slug>/evidence/", views.EvidenceView.as_view(), name="api-evidence"),
    path("projects/<slug:slug>/scorecard/", views.ScorecardView.as_view(), name="api-scorecard"),
]
